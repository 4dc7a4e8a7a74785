"""What Odoo's log says of each test decides; silence is failure."""

import pytest

from tests.odoo_runner_log import Outcome, entries, read
from tests.odoo_runner_process import tags_for

HEAD = "2026-11-21 21:32:0{second},000 24967 {level} db {logger}: {message}"
PLACE = "odoo.addons.crm_sme.tests.test_a"


def log(*lines: tuple[str, str, str]) -> Outcome:
    """Read a log of (level, logger, message) lines."""
    return read(
        "\n".join(
            HEAD.format(second=at % 10, level=level, logger=logger, message=message)
            for at, (level, logger, message) in enumerate(lines)
        )
    )


def test_started_test_without_complaint_has_passed() -> None:
    outcome = log(("INFO", PLACE, "Starting TestA.test_ok ... "))
    assert outcome.failure_of("crm_sme.test_a.TestA.test_ok") == ""


@pytest.mark.parametrize(
    "message",
    [
        "FAIL: TestA.test_x\nTraceback\nAssertionError: 1 != 2",
        "ERROR: TestA.test_x\nTraceback\nValueError: oops",
        "FAIL: Subtest TestA.test_x (i=1)\nTraceback\nAssertionError",
    ],
    ids=["failure", "error", "subtest"],
)
def test_broken_test_has_failed_with_the_logs_words(message: str) -> None:
    outcome = log(
        ("INFO", PLACE, "Starting TestA.test_x ... "), ("ERROR", PLACE, message)
    )
    assert "Traceback" in outcome.failure_of("crm_sme.test_a.TestA.test_x")
    assert outcome.complaints == []


def test_test_that_never_started_has_failed() -> None:
    outcome = log(("INFO", PLACE, "Starting TestA.test_ok ... "))
    assert "never started" in outcome.failure_of("crm_sme.test_a.TestA.test_other")


def test_skipped_test_has_failed_with_its_reason() -> None:
    outcome = log(
        ("INFO", PLACE, "Starting TestA.test_x ... "),
        ("INFO", PLACE, "skipped TestA.test_x : Chrome executable not found"),
    )
    assert "Chrome" in outcome.failure_of("crm_sme.test_a.TestA.test_x")


def test_broken_set_up_fails_every_test_of_the_class() -> None:
    outcome = log(("ERROR", "odoo.tests.suite", f"ERROR: setUpClass ({PLACE}.TestS)"))
    assert "setUpClass" in outcome.failure_of("crm_sme.test_a.TestS.test_one")
    assert outcome.complaints == []


def test_warning_of_the_addon_is_a_complaint() -> None:
    outcome = log(("WARNING", "odoo.addons.crm_sme.models.x", "bad thing"))
    assert outcome.complaints == ["WARNING odoo.addons.crm_sme.models.x: bad thing"]


def test_summary_line_is_counted_and_no_complaint() -> None:
    outcome = log(("ERROR", "odoo.tests.result", "1 failed, 0 error(s) of 9 tests"))
    assert (outcome.counted, outcome.complaints) == (9, [])


def test_lines_without_a_time_belong_to_the_message_before() -> None:
    text = HEAD.format(second=1, level="INFO", logger="a.b", message="first")
    assert entries(f"noise\n{text}\nsecond\nthird")[0].more == ["second", "third"]


def test_few_selected_tests_are_named_to_odoo() -> None:
    names = ["crm_sme.test_a.TestA.test_x", "crm_sme.test_b.TestB.test_y"]
    assert tags_for(names, everything=False) == (
        "/crm_sme:TestA.test_x,/crm_sme:TestB.test_y"
    )
    assert tags_for(names, everything=True) == "/crm_sme"
