"""What the tasks of the queue do: the same calls as ``sync-agent run``.

``plan`` comes every minute for each source, once among all workers, and puts on the
queue what is due; ``read`` reads one stream for a slice of time; ``replay`` and
``reconcile`` work on a whole source in a lane of their own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import procrastinate
import structlog

from sync_agent.errors import AgentError, Fatal
from sync_agent.i18n import _
from sync_agent.sync.patience import LONGEST_WITHOUT_CREDENTIALS_S
from sync_agent.sync.runner import Outcome
from sync_agent.sync.schedule import SLICE_S, Cadence, Jobs
from sync_agent.worker.desk import (
    PLAN,
    QUICK,
    READ,
    RECONCILE,
    REPLAY,
    Desk,
    Errand,
    queue_of,
)
from sync_agent.worker.verdict import Next, Standing, judge, judge_slow

EVERY_MINUTE = "* * * * *"
FIRST = 100
"""Priority of the planning: it takes a moment and must not wait."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What is done.

    Attributes:
        streams: names of the streams of a source, the most urgent first.
        read: reads a stream of a source for a slice at most.
        jobs: all else, as ``run`` does it.
    """

    streams: Callable[[str], Sequence[str]]
    read: Callable[[str, str, float], Sequence[Outcome]]
    jobs: Jobs


class Tasks:
    """The tasks of one worker process.

    Args:
        work: what is done, in threads.
        desk: the queue.
        cadence: when.
        threads: in which the work is done.
    """

    def __init__(
        self, work: Work, desk: Desk, cadence: Cadence, threads: Executor
    ) -> None:
        self._work = work
        self._desk = desk
        self._cadence = cadence
        self._threads = threads

    def register(self, app: procrastinate.App, sources: Sequence[str]) -> None:
        """Make the tasks known, and the planning of these sources periodic."""
        plan = app.task(name=PLAN)(self.plan)
        app.task(name=READ)(self.read)
        app.task(name=REPLAY)(self.replay)
        app.task(name=RECONCILE)(self.reconcile)
        for source in sources:
            app.periodic(
                cron=EVERY_MINUTE,
                periodic_id=source,
                queue=queue_of(QUICK, source),
                priority=FIRST,
                task_kwargs={"source": source},
            )(plan)

    async def plan(self, timestamp: int, source: str) -> None:
        """Put on the queue what is due in the minute of ``timestamp``."""
        minute = timestamp // 60
        due: list[Errand] = []
        if minute % self._cadence.delta_minutes == 0:
            due += await self._streams(source)
        if minute % self._cadence.replay_minutes == 0:
            due.append(Errand(REPLAY, source))
        local = datetime.fromtimestamp(timestamp, UTC).astimezone()
        if local.strftime("%H:%M") == self._cadence.reconcile_at:
            due.append(Errand(RECONCILE, source))
        await self._desk.put_all(due)

    async def begin(self, sources: Sequence[str]) -> None:
        """Put on the queue what nobody looks after yet, without waiting."""
        for source in sources:
            await self._desk.put_all(await self._streams(source))

    async def read(
        self,
        source: str,
        stream: str,
        failures: int = 0,
        refused_at: float | None = None,
    ) -> None:
        """Read a stream for a slice, and say when it has its next turn."""
        standing = Standing(failures, refused_at)
        errand = Errand(READ, source, stream)
        with structlog.contextvars.bound_contextvars(source=source, stream=stream):
            after = await self._in_thread(lambda: self._read(errand, standing))
            if after is None:
                return
            await self._desk.put_instead(errand, after)
            if after.whole_source:
                await self._hold_others(errand, after)

    async def replay(self, source: str, failures: int = 0) -> None:
        """Try the rejects of a source again."""
        await self._slow(Errand(REPLAY, source), self._work.jobs.replay, failures)

    async def reconcile(self, source: str, failures: int = 0) -> None:
        """Compare a source with Odoo."""
        await self._slow(Errand(RECONCILE, source), self._work.jobs.reconcile, failures)

    def _read(self, errand: Errand, standing: Standing) -> Next | None:
        minutes = self._cadence.delta_minutes
        if self._is_refused(errand.source, standing):
            return Next(minutes * 60.0, standing)
        result: Sequence[Outcome] | AgentError
        try:
            result = self._work.read(errand.source, errand.stream, SLICE_S)
        except AgentError as error:
            log.error("source_failed", reason=str(error))
            result = error
        except Exception as error:
            log.exception("internal_error")
            result = _fault(error)
        return judge(result, standing, now=time.time(), minutes=minutes)

    def _is_refused(self, source: str, standing: Standing) -> bool:
        """Say whether the key is refused and nobody has seen to it yet."""
        since = standing.refused_at
        if since is None or time.time() - since >= LONGEST_WITHOUT_CREDENTIALS_S:
            return False
        try:
            return not self._work.jobs.renewed(source)
        except AgentError as error:
            log.warning("not_asked", reason=str(error))
            return True

    async def _hold_others(self, errand: Errand, after: Next) -> None:
        """Leave the whole source alone: its other streams have the same key."""
        running = await self._desk.running(errand.queue)
        for other in await self._streams(errand.source):
            if other != errand and other.lock not in running:
                await self._desk.put_instead(other, after)

    async def _slow(
        self, errand: Errand, job: Callable[[str], object], failures: int
    ) -> None:
        def work() -> AgentError | None:
            try:
                job(errand.source)
            except AgentError as error:
                name = errand.task.rpartition(".")[2]
                log.error("job_failed", job=name, reason=str(error))
                return error
            except Exception as error:
                log.exception("internal_error")
                return _fault(error)
            return None

        with structlog.contextvars.bound_contextvars(source=errand.source):
            after = judge_slow(await self._in_thread(work), failures)
            if after is not None:
                await self._desk.put_instead(errand, after)

    async def _streams(self, source: str) -> list[Errand]:
        try:
            names = await self._in_thread(lambda: self._work.streams(source))
        except AgentError as error:
            log.error("source_failed", source=source, reason=str(error))
            return []
        return [Errand(READ, source, name) for name in names]

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _fault(error: Exception) -> Fatal:
    return Fatal(
        _(
            "The agent failed: {kind}: {error}.",
            kind=type(error).__name__,
            error=error,
        ),
        _("Please report it with the log; what was stored before stays."),
    )
