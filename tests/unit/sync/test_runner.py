"""A stream is stored once and whole, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_agent.errors import (
    Conflict,
    ExitCode,
    Fatal,
    NeedsCredentials,
    Retryable,
    Stopped,
)
from sync_agent.port import Page
from sync_agent.records import BadRecord
from sync_agent.sync.batch import Limits
from sync_agent.sync.runner import (
    MOST_CONFLICTS,
    InternalError,
    Outcome,
    Runner,
    check_contract,
)
from tests.fakes import odoo_door as faults
from tests.fakes.clock import FakeClock
from tests.fakes.odoo_door import FakeDoor
from tests.fakes.shop import VERSION, ListStream, customer

SMALL = Limits(records=10)


class Watcher:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def begin(self, label: str) -> None:
        self.told.append(("begin", label))

    def advance(self, label: str, records: int, expected: int | None) -> None:
        self.told.append(("advance", records, expected))

    def end(self, label: str, *, ok: bool) -> None:
        self.told.append(("end", ok))


def run(
    door: FakeDoor, stream: Any, clock: FakeClock | None = None, **over: Any
) -> Outcome:
    runner = Runner(door, clock or FakeClock(), limits=SMALL, **over.pop("runner", {}))
    return runner.run("shop", stream, door.cursors.get(stream.name), **over)


def names(door: FakeDoor) -> set[str]:
    return {external_id for _kind, external_id in door.records}


def stream_of(count: int, **over: Any) -> ListStream:
    return ListStream([customer(n) for n in range(count)], **over)


def test_a_stream_is_read_to_its_end_and_reported_complete() -> None:
    door = FakeDoor()
    outcome = run(door, stream_of(25), platform="List 1.0")
    assert outcome.state == "complete"
    assert outcome.exit_code is ExitCode.OK
    assert outcome.counts == {"created": 25}
    assert len(names(door)) == 25
    assert door.cursors["customers"] == {"at": 25, "rest": True}
    assert [state for _s, state, _m in door.reports] == [
        "running",
        "running",
        "complete",
    ]
    assert [b.seq for b in door.calls] == [1, 2, 3]
    assert len({b.run for b in door.calls}) == 1
    last = door.calls[-1].report
    assert last is not None
    assert last.watermark is not None
    assert last.platform == "List 1.0"


def test_nothing_new_is_still_reported() -> None:
    door = FakeDoor(cursors={"customers": {"at": 0, "rest": True}})
    assert run(door, stream_of(0)).state == "complete"
    assert door.reports == [("customers", "complete", "")]


def test_a_second_run_sends_nothing_again() -> None:
    door = FakeDoor()
    stream = stream_of(5)
    run(door, stream)
    outcome = run(door, stream)
    assert outcome.counts == {}
    assert door.calls[-1].records == []


def test_a_full_run_reads_all_again_and_finds_it_unchanged() -> None:
    door = FakeDoor()
    stream = stream_of(12)
    run(door, stream)
    outcome = run(door, stream, full=True)
    assert outcome.counts == {"unchanged": 12}
    assert stream.reads[-1] == ({"at": 12, "rest": True}, True)
    assert door.calls[-1].report is not None
    assert door.calls[-1].report.full


def test_a_lost_answer_costs_nothing() -> None:
    door = FakeDoor(faults=faults.deque([None, faults.answer_lost]))
    outcome = run(door, stream_of(25))
    assert outcome.state == "complete"
    assert outcome.counts == {"created": 25}
    assert [b.seq for b in door.calls] == [1, 2, 2, 3]


def test_a_conflict_goes_on_from_the_stored_cursor() -> None:
    """Demand 46: two agents at once never undo each other."""
    door = FakeDoor()
    door.faults.extend([None, faults.conflict_with(door, "customers", {"at": 20})])
    outcome = run(door, stream_of(25))
    assert outcome.state == "complete"
    assert outcome.conflicts == 1
    assert names(door) == {*map(str, range(10)), *map(str, range(20, 25))}
    assert door.cursors["customers"] == {"at": 25, "rest": True}


def test_a_conflict_with_a_reset_cursor_starts_over() -> None:
    door = FakeDoor()
    door.faults.extend([None, faults.conflict_with(door, "customers", None)])
    outcome = run(door, stream_of(25))
    assert outcome.state == "complete"
    assert len(names(door)) == 25


def test_endless_conflicts_end_in_an_error() -> None:
    door = FakeDoor()
    for number in range(99):
        door.faults.append(faults.conflict_with(door, "customers", {"at": number % 3}))
    clock = FakeClock()
    outcome = run(door, stream_of(25), clock)
    assert isinstance(outcome.error, Conflict)
    assert outcome.exit_code is ExitCode.CONFLICT
    assert outcome.conflicts >= MOST_CONFLICTS
    assert len(clock.waits) == MOST_CONFLICTS - 1


def test_a_shop_that_fails_in_the_middle_loses_nothing_that_was_read() -> None:
    door = FakeDoor()
    stream = stream_of(35, fail_at={2: Retryable("The shop is down.", "Later.")})
    outcome = run(door, stream)
    assert outcome.state == "failed"
    assert outcome.exit_code is ExitCode.UNAVAILABLE
    assert len(names(door)) == 20
    assert door.reports[-1] == ("customers", "failed", "The shop is down. Later.")
    assert run(door, stream).state == "complete"
    assert len(names(door)) == 35


def test_a_run_that_cannot_show_that_it_was_complete_is_no_success() -> None:
    class Endless(ListStream):
        def read(self, cursor: Any, *, full: bool, started: Any) -> Iterator[Page]:
            return iter(())

    outcome = run(FakeDoor(), Endless())
    assert isinstance(outcome.error, Fatal)
    assert "without a cursor" in str(outcome.error)


def test_a_stream_whose_last_page_has_no_cursor_is_no_success() -> None:
    class Halved(ListStream):
        def read(self, cursor: Any, *, full: bool, started: Any) -> Iterator[Page]:
            yield Page([customer(1)], None)  # type: ignore[arg-type]

    outcome = run(FakeDoor(), Halved())
    assert isinstance(outcome.error, Fatal)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.key_expired, ExitCode.CREDENTIALS),
        (faults.unprocessable, ExitCode.INCOMPLETE),
        (faults.html, ExitCode.INCOMPLETE),
        (faults.broken, ExitCode.UNAVAILABLE),
        (faults.busy, ExitCode.UNAVAILABLE),
        (faults.unreachable, ExitCode.UNAVAILABLE),
    ],
)
def test_a_door_that_fails_ends_the_run_and_is_not_told_of_it(fault, code) -> None:
    door = FakeDoor(faults=faults.deque([None, fault]))
    outcome = run(door, stream_of(25))
    assert outcome.exit_code is code
    assert len(door.calls) == 2
    assert len(names(door)) == 10
    assert run(door, stream_of(25)).state == "complete"
    assert len(names(door)) == 25


def test_a_fault_of_the_agent_is_told_and_logged_but_never_ends_it() -> None:
    door = FakeDoor()
    stream = stream_of(15, fail_at={1: ZeroDivisionError("secret-free")})
    with structlog.testing.capture_logs() as logged:
        outcome = run(door, stream)
    assert isinstance(outcome.error, InternalError)
    assert outcome.exit_code is ExitCode.INTERNAL
    assert "ZeroDivisionError" in str(outcome.error)
    assert door.reports[-1][1] == "failed"
    assert any(entry.get("exc_info") for entry in logged)


def test_a_failure_that_cannot_be_told_is_still_the_outcome() -> None:
    door = FakeDoor(faults=faults.deque([faults.unreachable]))
    stream = stream_of(5, fail_at={0: Retryable("The shop is down.", "Later.")})
    outcome = run(door, stream)
    assert "The shop is down" in str(outcome.error)


def test_refused_records_are_counted_shown_and_do_not_stop_the_others() -> None:
    door = FakeDoor(refuse={("customer", str(n)): "off by 0.01" for n in range(30)})
    bad = BadRecord("customer", "x", VERSION, "name", "is missing", {})
    stream = ListStream([*(customer(n) for n in range(40)), bad])
    with structlog.testing.capture_logs() as logged:
        outcome = run(door, stream)
    assert outcome.state == "complete"
    assert outcome.exit_code is ExitCode.REJECTS
    assert outcome.counts == {"created": 10, "rejected": 31}
    assert len(outcome.refusals) == 20
    assert sum(e["event"] == "record_rejected" for e in logged) == 31


def test_a_request_to_stop_ends_after_the_batch_in_hand() -> None:
    door = FakeDoor()
    outcome = run(door, stream_of(35), runner={"stopping": lambda: bool(door.records)})
    assert isinstance(outcome.error, Stopped)
    assert len(names(door)) == 10
    assert door.reports[-1][1] == "failed"
    run(door, stream_of(35))
    assert len(names(door)) == 35


def test_a_stream_gives_way_after_its_slice_and_goes_on_later() -> None:
    """Demand: orders never wait behind a backfill."""
    door, clock = FakeDoor(), FakeClock()
    stream = stream_of(55, on_page=lambda _n: clock.pass_time(30))
    outcome = run(door, stream, clock, slice_s=60)
    assert outcome.state == "paused"
    assert 10 < len(names(door)) < 55
    rounds = 1
    while outcome.state == "paused":
        outcome = run(door, stream, clock, slice_s=60)
        rounds += 1
    assert len(names(door)) == 55
    assert outcome.counts["unchanged"] == 0
    assert rounds > 1


def test_a_conflict_at_the_end_of_a_slice_is_noticed() -> None:
    door, clock = FakeDoor(), FakeClock()
    stream = stream_of(55, on_page=lambda _n: clock.pass_time(100))
    door.faults.extend([None, faults.conflict_with(door, "customers", {"at": 50})])
    outcome = run(door, stream, clock, slice_s=60)
    assert outcome.conflicts == 1
    assert outcome.state in {"complete", "paused"}


def test_a_conflict_while_the_rest_is_stored_before_an_error_starts_over() -> None:
    door = FakeDoor()
    door.faults.extend([None, faults.conflict_with(door, "customers", {"at": 15})])
    stream = stream_of(30, fail_at={2: Retryable("The shop is down.", "Later.")})
    outcome = run(door, stream)
    assert outcome.state == "complete"
    assert outcome.conflicts == 1


def test_who_watches_is_told() -> None:
    watcher = Watcher()
    run(FakeDoor(), stream_of(15), runner={"progress": watcher})
    assert watcher.told == [
        ("begin", "shop/customers"),
        ("advance", 10, 15),
        ("advance", 5, 15),
        ("end", True),
    ]


def test_odoo_is_told_that_the_platform_refused_the_key() -> None:
    door = FakeDoor()
    stream = stream_of(5, fail_at={0: NeedsCredentials("Key refused.", "New key.")})
    run(door, stream)
    report = door.calls[-1].report
    assert report is not None
    assert report.state == "needs_credentials"
    assert "Key refused." in report.message


def test_who_watches_is_told_of_a_failure() -> None:
    watcher = Watcher()
    stream = stream_of(5, fail_at={0: NeedsCredentials("Key refused.", "New key.")})
    run(FakeDoor(), stream, runner={"progress": watcher})
    assert watcher.told[-1] == ("end", False)


@pytest.mark.parametrize(
    ("contract", "old"), [((2, 3), "agent"), ((0, 0), "addon crm_sme")]
)
def test_a_contract_out_of_range_says_what_to_update(contract, old) -> None:
    with pytest.raises(Fatal, match=f"Update the {old}"):
        check_contract(FakeDoor(contract=contract).hello())


def test_a_contract_in_range_is_fine() -> None:
    hello = FakeDoor(contract=(1, 4)).hello()
    assert hello.contract_max == 4
    check_contract(hello)


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(0, 60),
    page_size=st.integers(1, 12),
    script=st.lists(
        st.sampled_from(["", "lost", "down", "busy", "other agent", "reset"]),
        max_size=25,
    ),
)
def test_nothing_is_lost_or_doubled_whatever_the_door_does(
    count: int, page_size: int, script: list[str]
) -> None:
    door = FakeDoor()
    stream = stream_of(count, page_size=page_size)

    def other_agent() -> None:
        # it stores the next records and moves the cursor, as we would
        at = (door.cursors.get("customers") or {}).get("at", 0)
        for n in range(at, min(at + 3, count)):
            door._store(customer(n).to_wire(), "customers")
        end = min(at + 3, count)
        door.cursors["customers"] = {"at": end, "rest": end >= count}

    def reset() -> None:
        door.cursors["customers"] = None

    acts = {
        "": None,
        "lost": faults.answer_lost,
        "down": faults.unreachable,
        "busy": faults.busy,
        "other agent": other_agent,
        "reset": reset,
    }
    door.faults.extend(acts[name] for name in script)
    for _attempt in range(len(script) + 2):
        outcome = run(door, stream)
        if outcome.state == "complete" and not door.faults:
            break
    assert names(door) == {str(n) for n in range(count)}
    assert all(s.data["name"] == f"Ann {i}" for (_k, i), s in door.records.items())
