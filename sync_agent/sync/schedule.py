"""Runs for good: delta every few minutes, replay hourly, reconcile nightly.

Each source has a lane of its own for the delta, so that no shop waits for another, and
all sources share one slow lane. A stream that has much to read gives way after a time
slice, so that orders never wait behind a backfill.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import schedule
import structlog

from sync_agent.errors import AgentError, NeedsCredentials, Stopped
from sync_agent.port import Clock
from sync_agent.sync.runner import Outcome

SLICE_S = 120.0
PAUSE_WITHOUT_CREDENTIALS_S = 1800.0
"""A refused key is not tried every few minutes: shops lock such callers out."""
LONGEST_IDLE_S = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Jobs:
    """What is run; each raises ``AgentError`` when it could not begin.

    Attributes:
        delta: runs all streams of a source once, each for a slice at most.
        reconcile: all kinds of a source.
        replay: the rejects of a source.
    """

    delta: Callable[[str, float], Sequence[Outcome]]
    reconcile: Callable[[str], object]
    replay: Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Cadence:
    """When it is run; ``reconcile_at`` is ``HH:MM`` of the machine's clock."""

    delta_minutes: int = 5
    reconcile_at: str = "03:30"
    replay_minutes: int = 60


class DeltaLane:
    """The delta of one source, over and over.

    Args:
        code: of the source.
        delta: runs its streams once.
        clock: waits, and says when to stop.
        minutes: between two runs.
    """

    def __init__(
        self,
        code: str,
        delta: Callable[[str, float], Sequence[Outcome]],
        clock: Clock,
        minutes: int,
    ) -> None:
        self._code = code
        self._delta = delta
        self._clock = clock
        self._minutes = minutes
        self._not_before = clock.monotonic()

    def run_once(self) -> None:
        """Run the streams until none has more to read now."""
        if self._clock.monotonic() < self._not_before:
            return
        again = True
        while again:
            try:
                outcomes = self._delta(self._code, SLICE_S)
            except Stopped:
                raise
            except AgentError as error:
                log.error("source_failed", source=self._code, reason=str(error))
                self._hold_off(error)
                return
            again = False
            for outcome in outcomes:
                if isinstance(outcome.error, Stopped):
                    raise outcome.error
                if outcome.error is not None:
                    self._hold_off(outcome.error)
                again = again or outcome.state == "paused"

    def forever(self) -> None:
        """Run now and then every few minutes, until asked to stop."""
        scheduler = schedule.Scheduler()
        scheduler.every(self._minutes).minutes.do(self.run_once)
        self.run_once()
        _loop(scheduler, self._clock)

    def _hold_off(self, error: AgentError) -> None:
        after = getattr(error, "after", None) or 0.0
        if isinstance(error, NeedsCredentials):
            after = max(after, PAUSE_WITHOUT_CREDENTIALS_S)
        self._not_before = max(self._not_before, self._clock.monotonic() + after)


class SlowLane:
    """Replay and reconcile of all sources, one after the other."""

    def __init__(
        self, codes: Sequence[str], jobs: Jobs, clock: Clock, cadence: Cadence
    ) -> None:
        self._codes = codes
        self._jobs = jobs
        self._clock = clock
        self._cadence = cadence

    def replay_all(self) -> None:
        """Try the rejects of every source again."""
        self._for_each("replay", self._jobs.replay)

    def reconcile_all(self) -> None:
        """Reconcile every source."""
        self._for_each("reconcile", self._jobs.reconcile)

    def forever(self) -> None:
        """Run at their times, until asked to stop."""
        scheduler = schedule.Scheduler()
        scheduler.every(self._cadence.replay_minutes).minutes.do(self.replay_all)
        scheduler.every().day.at(self._cadence.reconcile_at).do(self.reconcile_all)
        _loop(scheduler, self._clock)

    def _for_each(self, name: str, job: Callable[[str], object]) -> None:
        for code in self._codes:
            try:
                job(code)
            except Stopped:
                raise
            except AgentError as error:
                log.error("job_failed", job=name, source=code, reason=str(error))


def _loop(scheduler: schedule.Scheduler, clock: Clock) -> None:
    while True:
        idle = scheduler.idle_seconds
        clock.sleep(min(LONGEST_IDLE_S, max(0.0, idle or 0.0)))
        scheduler.run_pending()


def run_forever(
    codes: Sequence[str],
    jobs: Jobs,
    clock: Clock,
    cadence: Cadence,
    stop: threading.Event,
) -> None:
    """Start all lanes and wait until asked to stop and all have ended.

    Args:
        codes: of the sources.
        jobs: what to run.
        clock: shared by all lanes; its waits end when ``stop`` is set.
        cadence: when.
        stop: set by the signal handlers; also set here when a lane breaks.

    Raises:
        BaseException: what broke a lane.
    """
    lanes: list[tuple[str, Callable[[], None]]] = [
        (code, DeltaLane(code, jobs.delta, clock, cadence.delta_minutes).forever)
        for code in codes
    ]
    lanes.append(("slow", SlowLane(codes, jobs, clock, cadence).forever))
    broken: list[BaseException] = []

    def guard(name: str, lane: Callable[[], None]) -> None:
        try:
            lane()
        except Stopped:
            log.info("lane_ended", lane=name)
        except BaseException as error:  # noqa: BLE001  handed to the main thread
            broken.append(error)
            stop.set()

    threads = [
        threading.Thread(target=guard, args=lane, name=f"lane-{lane[0]}")
        for lane in lanes
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
