"""Puts tasks on the queue, and puts back those of workers that died.

Every task has a lock, so that it runs once at a time, and the same name as queueing
lock, so that it waits once at most. procrastinate's own retry is not used: it fails
for good where a task of the same queueing lock waits already (its issue 1446).
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status

from sync_agent.worker.database import LOCK_TAKING_BACK, QueueDatabase
from sync_agent.worker.verdict import URGENT, Next

PLAN = "sync_agent.plan"
READ = "sync_agent.read"
REPLAY = "sync_agent.replay"
RECONCILE = "sync_agent.reconcile"
QUICK, SLOW = "quick", "slow"

LONGEST_QUEUE = 40
"""PostgreSQL's channels have 63 bytes, of which procrastinate takes 23."""
_TRIES = 5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a task is about.

    Attributes:
        task: its name.
        source: code of the source.
        stream: its name; empty for tasks of the whole source.
    """

    task: str
    source: str
    stream: str = ""

    @property
    def lock(self) -> str:
        """Name of what must not be done twice at a time."""
        return f"{self.task}/{self.source}/{self.stream}"

    @property
    def queue(self) -> str:
        """Queue that the workers of the source listen to."""
        return queue_of(
            SLOW if self.task in {REPLAY, RECONCILE} else QUICK, self.source
        )


def queue_of(lane: str, source: str) -> str:
    """Return the name of a source's queue; each source has its own.

    So a machine takes only tasks of sources that stand in its configuration.
    """
    name = f"{lane}:{source}"
    if len(name) <= LONGEST_QUEUE:
        return name
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    return f"{name[: LONGEST_QUEUE - 13]}-{digest}"


class Desk:
    """The queue as the tasks see it.

    Args:
        app: open.
        database: for a connection of its own.
        lease_s: a worker that is silent for so long counts as dead.
    """

    def __init__(
        self, app: procrastinate.App, database: QueueDatabase, lease_s: float
    ) -> None:
        self._app = app
        self._database = database
        self._lease_s = lease_s

    async def put(self, errand: Errand, after: Next | None = None) -> bool:
        """Put a task on the queue; return ``False`` if it waits there already."""
        after = after or Next(priority=URGENT)
        words = {"stream": errand.stream} if errand.stream else {}
        memory = {k: v for k, v in asdict(after.standing).items() if v}
        deferrer = self._app.configure_task(
            errand.task,
            lock=errand.lock,
            queueing_lock=errand.lock,
            queue=errand.queue,
            priority=after.priority,
            schedule_in={"seconds": after.after_s} if after.after_s else None,
        )
        try:
            await deferrer.defer_async(source=errand.source, **words, **memory)
        except AlreadyEnqueued:
            return False
        return True

    async def put_instead(self, errand: Errand, after: Next) -> None:
        """Put a task on the queue in place of one that waits there already."""
        for _attempt in range(_TRIES):
            if await self.put(errand, after):
                return
            manager = self._app.job_manager
            for job in await manager.list_jobs_async(
                queueing_lock=errand.lock, status="todo"
            ):
                if job.id is not None:
                    await manager.cancel_job_by_id_async(job.id, delete_job=True)
        log.debug("task_waits_already", task=errand.lock)

    async def running(self, queue: str) -> set[str]:
        """Return the locks of the tasks that are worked on now."""
        jobs = await self._app.job_manager.list_jobs_async(queue=queue, status="doing")
        return {job.lock for job in jobs if job.lock}

    async def put_all(self, errands: Collection[Errand]) -> int:
        """Put tasks on the queue that neither wait nor run; return how many."""
        running: set[str] = set()
        for queue in {errand.queue for errand in errands}:
            running |= await self.running(queue)
        put = 0
        for errand in errands:
            if errand.lock not in running:
                put += await self.put(errand)
        return put

    async def take_back(self, queues: Collection[str]) -> int:
        """Put back what dead workers had in hand; return how many tasks.

        The new task waits for the old one's lock until the old one is deleted, so a
        death in between loses nothing; and a worker that was only out of reach finds
        its task gone.

        Raises:
            ConnectorException, psycopg.Error: the database cannot be reached.
        """
        async with (
            await psycopg.AsyncConnection.connect(self._database.conninfo) as own,
            own.transaction(),
        ):
            row = await (
                await own.execute(
                    "SELECT pg_try_advisory_xact_lock(%s)", [LOCK_TAKING_BACK]
                )
            ).fetchone()
            if row is None or not row[0]:
                return 0  # another worker is at it
            manager = self._app.job_manager
            taken = 0
            for job in await manager.get_stalled_jobs(
                seconds_since_heartbeat=self._lease_s
            ):
                if job.queue in queues:
                    taken += await self._take_back(job)
            await manager.prune_stalled_workers(self._lease_s)
        return taken

    async def _take_back(self, job: Job) -> bool:
        again = self._app.configure_task(
            job.task_name,
            lock=job.lock,
            queueing_lock=job.queueing_lock,
            queue=job.queue,
            priority=job.priority,
        )
        with contextlib.suppress(AlreadyEnqueued):
            await again.defer_async(**job.task_kwargs)
        try:
            await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        except ConnectorException:  # its worker lives and was quicker
            log.debug("task_was_finished", task=job.lock)
            return False
        log.warning("task_taken_back", task=job.task_name, **job.task_kwargs)
        return True

    async def sweep(self, hours: int) -> None:
        """Delete what is left of tasks that ended long ago."""
        await self._app.job_manager.delete_old_jobs(
            nb_hours=hours,
            include_failed=True,
            include_cancelled=True,
            include_aborted=True,
        )
