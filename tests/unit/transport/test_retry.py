"""When a request is sent again, and how long the agent waits before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sync_agent.errors import Fatal, Retryable
from sync_agent.transport import retry
from sync_agent.transport.budget import Budget
from sync_agent.transport.retry import BadBody, retry_after, with_retries
from tests.fakes.clock import FakeClock

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("5", 5, id="seconds"),
        pytest.param("0", 0, id="zero"),
        pytest.param("1.2", 2, id="rounded up"),
        pytest.param("-3", 0, id="negative"),
        pytest.param("Sat, 21 Nov 2026 12:00:30 GMT", 30, id="date"),
        pytest.param("Sat, 21 Nov 2026 12:00:30 -0000", 30, id="date without zone"),
        pytest.param("Sat, 21 Nov 2026 11:00:00 GMT", 0, id="date in the past"),
        pytest.param("999999", 999999, id="huge"),
        pytest.param(None, None, id="absent"),
        pytest.param("soon", None, id="odd"),
        pytest.param("", None, id="empty"),
        pytest.param("nan", None, id="nan"),
        pytest.param("inf", None, id="infinite"),
    ],
)
def test_retry_after_is_understood_in_all_its_forms(header, seconds) -> None:
    assert retry_after(header, NOW) == seconds


class Flaky:
    """Fails so many times, then works."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def run(call, clock: FakeClock, tries: int = retry.TRIES):
    waits: list[tuple[str, float]] = []
    note = lambda error, seconds: waits.append((error.message, seconds))  # noqa: E731
    return with_retries(call, clock, note, tries), waits


def test_what_may_work_later_is_tried_again_with_growing_waits() -> None:
    clock = FakeClock()
    call = Flaky(*[Retryable("Busy.", "")] * 3)
    answer, waits = run(call, clock)
    assert answer == "done"
    assert call.calls == 4
    assert [round(wait, 6) for wait in clock.waits] == [
        round(wait, 6) for _text, wait in waits
    ]
    assert 0.5 <= clock.waits[0] <= 0.75
    assert 2.0 <= clock.waits[2] <= 3.0


def test_the_wait_that_was_asked_for_is_kept() -> None:
    clock = FakeClock()
    run(Flaky(Retryable("Busy.", "", 17.0)), clock)
    assert clock.waits == [17.0]


def test_a_wait_of_zero_is_still_a_short_wait() -> None:
    clock = FakeClock()
    run(Flaky(Retryable("Busy.", "", 0.0)), clock)
    assert clock.waits == [retry.FIRST_WAIT_S]


def test_a_wait_that_is_too_long_is_left_to_the_caller() -> None:
    clock = FakeClock()
    with pytest.raises(Retryable) as caught:
        run(Flaky(Retryable("Busy.", "", 4000.0)), clock)
    assert caught.value.after == 4000.0
    assert clock.waits == []


def test_tries_come_to_an_end() -> None:
    call = Flaky(*[Retryable("Busy.", "")] * 99)
    with pytest.raises(Retryable):
        run(call, FakeClock())
    assert call.calls == retry.TRIES


def test_a_bad_body_is_tried_less_often() -> None:
    call = Flaky(*[BadBody("HTML.", "")] * 99)
    with pytest.raises(BadBody):
        run(call, FakeClock())
    assert call.calls == retry.TRIES_BAD_BODY


def test_what_a_person_must_mend_is_not_tried_again() -> None:
    call = Flaky(Fatal("Wrong.", "Mend it."))
    with pytest.raises(Fatal):
        run(call, FakeClock())
    assert call.calls == 1


def test_the_budget_lets_a_burst_through_and_then_keeps_the_rate() -> None:
    clock = FakeClock()
    budget = Budget(2.0, 3, clock)
    for _request in range(7):
        budget.take()
    assert clock.waits == [0.5] * 4


def test_the_budget_fills_up_again_but_not_beyond_the_burst() -> None:
    clock = FakeClock()
    budget = Budget(1.0, 2, clock)
    budget.take()
    budget.take()
    clock.pass_time(100)
    for _request in range(3):
        budget.take()
    assert clock.waits == [1.0]


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_budget_without_requests_is_a_mistake(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Budget(rate, burst, FakeClock())
