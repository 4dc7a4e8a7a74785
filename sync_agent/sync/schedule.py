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
from sync_agent.sync.patience import (
    DOWN_AFTER,
    LONGEST_WITHOUT_CREDENTIALS_S,
    pause_asked,
    pause_when_down,
)
from sync_agent.sync.runner import Outcome

SLICE_S = 120.0
LONGEST_IDLE_S = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Jobs:
    """What is run; each raises ``AgentError`` when it could not begin.

    Attributes:
        delta: runs all streams of a source once, each for a slice at most.
        reconcile: all kinds of a source.
        replay: the rejects of a source.
        daily: what else is to be done once a day.
        renewed: says whether a person has seen to the refused credentials of a source.
    """

    delta: Callable[[str, float], Sequence[Outcome]]
    reconcile: Callable[[str], object]
    replay: Callable[[str], object]
    renewed: Callable[[str], bool] = lambda _code: False
    daily: Callable[[], object] | None = None


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
        renewed: as in :class:`Jobs`.

    A source that is down is asked less and less often, at least every hour, so that it
    can come back and the log stays readable.
    """

    def __init__(
        self,
        code: str,
        delta: Callable[[str, float], Sequence[Outcome]],
        clock: Clock,
        minutes: int,
        renewed: Callable[[str], bool] = lambda _code: False,
    ) -> None:
        self._code = code
        self._delta = delta
        self._clock = clock
        self._minutes = minutes
        self._renewed = renewed
        self._not_before = clock.monotonic()
        self._refused_at: float | None = None
        self._failures = 0

    def run_once(self) -> None:
        """Run the streams until none has more to read now."""
        if self._clock.monotonic() < self._not_before or self._is_refused():
            return
        again = True
        while again:
            try:
                outcomes = self._delta(self._code, SLICE_S)
            except Stopped:
                raise
            except AgentError as error:
                log.error("source_failed", source=self._code, reason=str(error))
                self._count_failure()
                self._hold_off(error)
                return
            again = self._look_at(outcomes)

    def forever(self) -> None:
        """Run now and then every few minutes, until asked to stop."""
        scheduler = schedule.Scheduler()
        scheduler.every(self._minutes).minutes.do(self.run_once)
        self.run_once()
        _loop(scheduler, self._clock)

    def _look_at(self, outcomes: Sequence[Outcome]) -> bool:
        """Draw the lessons of a run; return whether a stream has more to read."""
        for outcome in outcomes:
            if isinstance(outcome.error, Stopped):
                raise outcome.error
            if isinstance(outcome.error, NeedsCredentials):
                self._refused_at = self._clock.monotonic()
            elif outcome.error is not None:
                self._hold_off(outcome.error)
        if any(outcome.error is None for outcome in outcomes):
            if self._failures >= DOWN_AFTER:
                log.info("source_is_back", source=self._code)
            self._failures = 0
        elif outcomes:
            self._count_failure()
        return any(outcome.state == "paused" for outcome in outcomes)

    def _is_refused(self) -> bool:
        """Say whether the platform refused the key and nobody has seen to it yet."""
        if self._refused_at is None:
            return False
        waited = self._clock.monotonic() - self._refused_at
        if waited < LONGEST_WITHOUT_CREDENTIALS_S and not self._is_renewed():
            return True
        self._refused_at = None
        return False

    def _is_renewed(self) -> bool:
        try:
            return self._renewed(self._code)
        except Stopped:
            raise
        except AgentError as error:
            log.warning("not_asked", source=self._code, reason=str(error))
            return False

    def _count_failure(self) -> None:
        """Wait longer with each reading of which nothing came."""
        self._failures += 1
        if self._failures == DOWN_AFTER:
            log.warning("source_is_down", source=self._code)
        wait = pause_when_down(self._failures, self._minutes)
        if wait:
            self._not_before = self._clock.monotonic() + wait

    def _hold_off(self, error: AgentError) -> None:
        until = self._clock.monotonic() + pause_asked(error)
        self._not_before = max(self._not_before, until)


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
        if self._jobs.daily is not None:
            self._jobs.daily()
            scheduler.every().day.do(self._jobs.daily)
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
        (
            code,
            DeltaLane(
                code, jobs.delta, clock, cadence.delta_minutes, jobs.renewed
            ).forever,
        )
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
