"""The scheduler: quick deltas, pauses where they are due, an end when asked."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import time_machine

from sync_agent.clock import SystemClock
from sync_agent.errors import AgentError, NeedsCredentials, Retryable, Stopped
from sync_agent.sync.patience import (
    DOWN_AFTER,
    LONGEST_DOWN_S,
    LONGEST_WITHOUT_CREDENTIALS_S,
    PAUSE_WITHOUT_CREDENTIALS_S,
)
from sync_agent.sync.runner import Outcome
from sync_agent.sync.schedule import (
    SLICE_S,
    Cadence,
    DeltaLane,
    Jobs,
    SlowLane,
    run_forever,
)
from tests.fakes.clock import FakeClock


def outcome(state: str = "complete", error: AgentError | None = None) -> Outcome:
    return Outcome("shop", "orders", state, error=error)  # type: ignore[arg-type]


class Scripted:
    """A delta that ends as it is told; then all is complete."""

    def __init__(self, *results: Sequence[Outcome] | AgentError) -> None:
        self.results = list(results)
        self.calls: list[tuple[str, float]] = []

    def __call__(self, code: str, slice_s: float) -> Sequence[Outcome]:
        self.calls.append((code, slice_s))
        result = self.results.pop(0) if self.results else [outcome()]
        if isinstance(result, AgentError):
            raise result
        return result


def lane(delta: Scripted, clock: FakeClock) -> DeltaLane:
    return DeltaLane("shop", delta, clock, 5)


def test_a_delta_goes_round_while_a_stream_has_more_to_read() -> None:
    delta = Scripted([outcome("paused")], [outcome(), outcome("paused")])
    lane(delta, FakeClock()).run_once()
    assert delta.calls == [("shop", SLICE_S)] * 3


def test_a_failed_stream_does_not_go_round() -> None:
    delta = Scripted([outcome("failed", Retryable("Down.", "Later."))])
    lane(delta, FakeClock()).run_once()
    assert len(delta.calls) == 1


@pytest.mark.parametrize(
    ("error", "pause_s"),
    [
        (Retryable("Busy.", "Later.", 900.0), 900.0),
        (NeedsCredentials("Refused.", "New key."), PAUSE_WITHOUT_CREDENTIALS_S),
    ],
)
def test_a_source_is_left_alone_as_long_as_it_should(
    error: AgentError, pause_s: float
) -> None:
    delta, clock = Scripted(error), FakeClock()
    source = lane(delta, clock)
    source.run_once()
    clock.pass_time(pause_s - 1)
    source.run_once()
    assert len(delta.calls) == 1
    clock.pass_time(2)
    source.run_once()
    assert len(delta.calls) == 2


def test_a_busy_stream_holds_off_its_source() -> None:
    busy = Retryable("Busy.", "Later.", 900.0)
    delta, clock = Scripted([outcome("failed", busy)]), FakeClock()
    source = lane(delta, clock)
    source.run_once()
    clock.pass_time(899)
    source.run_once()
    clock.pass_time(2)
    source.run_once()
    assert len(delta.calls) == 2


class Person:
    """Says in Odoo that credentials are renewed, sooner or later."""

    def __init__(self) -> None:
        self.done = False
        self.away = False

    def __call__(self, code: str) -> bool:
        assert code == "shop"
        if self.away:
            raise Retryable("Odoo is away.", "Later.")
        return self.done


REFUSED = NeedsCredentials("Refused.", "New key.")


def test_a_refused_key_is_not_tried_again_until_a_person_has_seen_to_it() -> None:
    person, clock = Person(), FakeClock()
    delta = Scripted([outcome("failed", REFUSED)])
    source = DeltaLane("shop", delta, clock, 5, person)
    for _five_minutes in range(48):
        source.run_once()
        clock.pass_time(300)
    assert len(delta.calls) == 1
    person.done = True
    source.run_once()
    source.run_once()
    assert len(delta.calls) == 3


def test_a_refused_key_is_tried_once_more_after_a_day() -> None:
    person, clock = Person(), FakeClock()
    person.away = True
    delta = Scripted([outcome("failed", REFUSED)])
    source = DeltaLane("shop", delta, clock, 5, person)
    source.run_once()
    clock.pass_time(LONGEST_WITHOUT_CREDENTIALS_S - 1)
    source.run_once()
    assert len(delta.calls) == 1
    clock.pass_time(2)
    source.run_once()
    assert len(delta.calls) == 2


def test_a_source_that_is_down_is_asked_less_and_less_but_every_hour() -> None:
    down = Retryable("No answer.", "Later.")
    delta = Scripted(*([outcome("failed", down)] for _ in range(30)))
    clock = FakeClock()
    source, asked = lane(delta, clock), []
    for minute in range(24 * 60):
        before = len(delta.calls)
        source.run_once()
        if len(delta.calls) > before and delta.calls:
            asked.append(minute)
        clock.pass_time(60)
    first = asked[:30]
    waits = [after - before for before, after in itertools.pairwise(first)]
    assert waits[: DOWN_AFTER - 1] == [1] * (DOWN_AFTER - 1)
    assert waits[DOWN_AFTER - 1 : DOWN_AFTER + 3] == [10, 20, 40, 60]
    assert max(waits) * 60 == LONGEST_DOWN_S


def test_a_source_that_is_back_is_read_at_the_usual_pace() -> None:
    down = Retryable("No answer.", "Later.")
    delta = Scripted(*([outcome("failed", down)] for _ in range(DOWN_AFTER)))
    clock = FakeClock()
    source = lane(delta, clock)
    for _ in range(DOWN_AFTER):
        source.run_once()
    clock.pass_time(601)
    for _ in range(3):
        source.run_once()
    assert len(delta.calls) == DOWN_AFTER + 3


def test_one_stream_that_fails_does_not_slow_the_others() -> None:
    poison = Retryable("No answer.", "Later.")
    half = [outcome(), outcome("failed", poison)]
    delta = Scripted(*([*half] for _ in range(10)))
    source = lane(delta, FakeClock())
    for _ in range(10):
        source.run_once()
    assert len(delta.calls) == 10


@pytest.mark.parametrize("begun", [True, False])
def test_a_request_to_stop_ends_the_lane(begun: bool) -> None:
    stop = Stopped("Stop.", "Start.")
    delta = Scripted([outcome("failed", stop)] if begun else stop)
    with pytest.raises(Stopped):
        lane(delta, FakeClock()).run_once()


class Ending(FakeClock):
    """A clock that asks to stop at some time; moves the machine's time along."""

    def __init__(self, traveller, until_s: float) -> None:
        super().__init__()
        self.traveller = traveller
        self.until = self.seconds + until_s

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.traveller.shift(seconds)
        if self.seconds >= self.until:
            raise Stopped("Asked to stop.", "Start it again.")


START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_delta_runs_at_once_and_then_every_few_minutes() -> None:
    with time_machine.travel(START, tick=False) as traveller:
        delta = Scripted()
        with pytest.raises(Stopped):
            lane(delta, Ending(traveller, 3600)).forever()  # type: ignore[arg-type]
    assert len(delta.calls) in {12, 13}


def test_a_day_has_one_reconcile_and_hourly_replays() -> None:
    done: Counter[str] = Counter()
    failing = Retryable("Down.", "Later.")

    def reconcile(code: str) -> None:
        done[f"reconcile {code}"] += 1
        raise failing

    def replay(code: str) -> None:
        done[f"replay {code}"] += 1

    with time_machine.travel(START, tick=False) as traveller:
        slow = SlowLane(
            ["a", "b"],
            Jobs(Scripted(), reconcile, replay),
            Ending(traveller, 86400),  # type: ignore[arg-type]
            Cadence(reconcile_at="03:30"),
        )
        with pytest.raises(Stopped):
            slow.forever()
    assert done["reconcile a"] == done["reconcile b"] == 1
    assert done["replay a"] in {23, 24}


def test_a_slow_job_that_is_stopped_ends_the_lane() -> None:
    def stop(_code: str) -> None:
        raise Stopped("Stop.", "Start.")

    slow = SlowLane(["a"], Jobs(Scripted(), stop, stop), FakeClock(), Cadence())
    with pytest.raises(Stopped):
        slow.reconcile_all()


def test_all_lanes_end_when_asked() -> None:
    stop = threading.Event()
    seen: set[str] = set()

    def delta(code: str, _slice_s: float) -> Sequence[Outcome]:
        seen.add(code)
        if seen == {"a", "b"}:
            stop.set()
        return [outcome()]

    jobs = Jobs(delta, lambda _code: None, lambda _code: None)
    run_forever(["a", "b"], jobs, SystemClock(stop), Cadence(), stop)
    assert seen == {"a", "b"}
    assert not [t for t in threading.enumerate() if t.name.startswith("lane-")]


def test_a_lane_that_breaks_ends_the_others_and_is_told() -> None:
    stop = threading.Event()

    def delta(_code: str, _slice_s: float) -> Sequence[Outcome]:
        raise ZeroDivisionError("a fault of the agent")

    jobs = Jobs(delta, lambda _code: None, lambda _code: None)
    with pytest.raises(ZeroDivisionError):
        run_forever(["a"], jobs, SystemClock(stop), Cadence(), stop)
    assert stop.is_set()
