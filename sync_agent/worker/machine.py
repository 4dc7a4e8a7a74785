"""One worker process: takes tasks until it is asked to stop, whatever the queue does.

While the queue cannot be reached, streams end after the batch in hand and nothing is
begun, since nobody could tell the other workers; then the worker comes back by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from sync_agent.errors import Retryable
from sync_agent.i18n import _
from sync_agent.sync.schedule import Cadence
from sync_agent.worker.database import QueueDatabase
from sync_agent.worker.desk import QUICK, SLOW, Desk, queue_of
from sync_agent.worker.tasks import Tasks, Work

LONGEST_PAUSE_S = 30.0
LASTING_S = 60.0
"""A connection that held so long was a good one."""
KEPT_HOURS = 7 * 24
DAY_S = 86_400.0
_STOP_CHECK_S = 0.2
_POLL_S = 5.0
_POOL_WAIT_S = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a worker works.

    Attributes:
        sources: codes of those it looks after.
        cadence: when their streams are read.
        parallel: streams at the same time; one slow task comes on top.
        lease_s: a worker that is silent for so long counts as dead.
    """

    sources: Sequence[str]
    cadence: Cadence
    parallel: int = 4
    lease_s: float = 30.0


class Machine:
    """A worker.

    Args:
        database: of the queue.
        plan: how it works.
        make_work: gives what is done; all of it ends soon after the event is set.
        stop: set by the signal handlers.
    """

    def __init__(
        self,
        database: QueueDatabase,
        plan: Plan,
        make_work: Callable[[threading.Event], Work],
        stop: threading.Event,
    ) -> None:
        self._database = database
        self._plan = plan
        self._make_work = make_work
        self._stop = stop

    def forever(self) -> None:
        """Work until asked to stop.

        Raises:
            AgentError: the queue cannot be used at the start, or a person has to see
                to it later.
        """
        self._database.prepare()
        pause = 1.0
        while not self._stop.is_set():
            lasted = asyncio.run(self._session())
            pause = 1.0 if lasted >= LASTING_S else min(2 * pause, LONGEST_PAUSE_S)
            if not self._stop.is_set():
                pause = self._wait_for_queue(pause)

    def _wait_for_queue(self, pause: float) -> float:
        """Wait until the queue is there again; return the pause for the next loss."""
        while not self._stop.wait(pause):
            try:
                self._database.prepare()
            except Retryable as error:
                log.warning("queue_lost", reason=error.message)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                log.info("queue_is_back")
                break
        return pause

    async def _session(self) -> float:
        """Take tasks until asked to stop or the queue is lost; return the seconds."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_tell)
        started = loop.time()
        halt = threading.Event()
        try:
            async with self._open() as app:
                with ThreadPoolExecutor(self._plan.parallel + 3, "work") as threads:
                    await self._take_tasks(app, halt, threads)
        except (ConnectorException, psycopg.Error) as error:
            reason = self._database.told(error.__cause__ or error).message
            log.debug("session_ended", reason=reason)
        finally:
            halt.set()
        return loop.time() - started

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[procrastinate.App]:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._database.conninfo,
            min_size=1,
            max_size=6,
            timeout=_POOL_WAIT_S,
        )
        app = procrastinate.App(connector=connector)
        async with app.open_async():
            yield app

    async def _take_tasks(
        self,
        app: procrastinate.App,
        halt: threading.Event,
        threads: ThreadPoolExecutor,
    ) -> None:
        plan = self._plan
        work = self._make_work(halt)
        desk = Desk(app, self._database, plan.lease_s)
        tasks = Tasks(work, desk, plan.cadence, threads)
        tasks.register(app, plan.sources)
        lanes = [
            self._lane(app, QUICK, plan.parallel),
            self._lane(app, SLOW, 1),
        ]
        log.info("worker_started", sources=list(plan.sources), parallel=plan.parallel)
        running = [asyncio.create_task(_run(lane)) for lane in lanes]
        queues = {queue for lane in lanes for queue in lane.queues or ()}
        others = [
            asyncio.create_task(self._until_stopped()),
            asyncio.create_task(self._look_for_dead(desk, queues)),
            asyncio.create_task(self._daily(desk, work, threads)),
            asyncio.create_task(tasks.begin(plan.sources)),
        ]
        try:
            await _first_end(running, others)
            if not self._stop.is_set():
                log.warning("queue_lost", reason=self._reason(*running, *others))
        finally:
            halt.set()
            await self._end(app, lanes, running, others)
        for each in (*running, *others):
            if not each.cancelled() and each.exception() is not None:
                await each

    def _reason(self, *ended: asyncio.Task[None]) -> str:
        """Return why the first of these broke, as far as it is known."""
        for each in ended:
            error = each.exception() if each.done() and not each.cancelled() else None
            if error is not None:
                return self._database.told(error.__cause__ or error).message
        return _("The connection to the database of the queue broke.")

    def _lane(self, app: procrastinate.App, lane: str, at_once: int) -> Worker:
        return Worker(
            app,
            queues=[queue_of(lane, source) for source in self._plan.sources],
            name=lane,
            concurrency=at_once,
            fetch_job_polling_interval=_POLL_S,
            listen_notify=lane == QUICK,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=self._plan.lease_s / 3,
            stalled_worker_timeout=self._plan.lease_s,
        )

    async def _until_stopped(self) -> None:
        while not self._stop.is_set():
            await asyncio.sleep(_STOP_CHECK_S)

    async def _look_for_dead(self, desk: Desk, queues: set[str]) -> None:
        while True:
            await desk.take_back(queues)
            await asyncio.sleep(self._plan.lease_s / 3)

    async def _daily(self, desk: Desk, work: Work, threads: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if work.jobs.daily is not None:
                await loop.run_in_executor(threads, work.jobs.daily)
            await desk.sweep(KEPT_HOURS)
            await asyncio.sleep(DAY_S)

    async def _end(
        self,
        app: procrastinate.App,
        lanes: Sequence[Worker],
        running: Sequence[asyncio.Task[None]],
        others: Sequence[asyncio.Task[None]],
    ) -> None:
        """Let the batches in hand end; keep the lease of their tasks until then.

        Asked again and again: a lane that just begins forgets a request, and before
        Python 3.12 a wait that ends at that moment swallows a cancellation.
        """
        alive = asyncio.create_task(self._stay_alive(app, lanes))
        pending = {*running, *others}
        while pending:
            for lane in lanes:
                lane.stop()  # type: ignore[no-untyped-call]
            for each in others:
                each.cancel()
            _ended, pending = await asyncio.wait(pending, timeout=_STOP_CHECK_S)
        while not alive.done():
            alive.cancel()
            await asyncio.wait({alive}, timeout=_STOP_CHECK_S)

    async def _stay_alive(
        self, app: procrastinate.App, lanes: Sequence[Worker]
    ) -> None:
        """Go on with the heartbeat, which procrastinate ends when a worker stops."""
        while True:
            for lane in lanes:
                if lane.worker_id is not None:
                    with contextlib.suppress(ConnectorException):
                        await app.job_manager.update_heartbeat(lane.worker_id)
            await asyncio.sleep(self._plan.lease_s / 3)


async def _run(lane: Worker) -> None:
    await lane.run()  # type: ignore[no-untyped-call]


async def _first_end(
    running: Sequence[asyncio.Task[None]], others: Sequence[asyncio.Task[None]]
) -> None:
    """Wait until a lane ends or something else breaks; ``begin`` may just end."""
    *lasting, once = others
    waiting = {*running, *lasting, once}
    while True:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if done != {once} or once.exception() is not None:
            return


def _tell(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what asyncio has to say: a task that could not be closed, mostly."""
    error = context.get("exception")
    log.debug("task_not_closed", reason=str(error or context.get("message")))
