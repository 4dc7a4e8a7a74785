"""The queue itself, in a real PostgreSQL: its schema, its locks, its dead workers."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import procrastinate
import psycopg
import pytest
import structlog
from procrastinate.periodic import PeriodicDeferrer
from procrastinate.worker import Worker

from scripts.dev import postgres
from scripts.dev.postgres import Connection
from sync_agent.errors import AgentError, ConfigError, NeedsCredentials, Retryable
from sync_agent.sync.patience import LONGEST_WITHOUT_CREDENTIALS_S
from sync_agent.sync.runner import Outcome
from sync_agent.sync.schedule import Cadence, Jobs
from sync_agent.worker.database import QueueDatabase
from sync_agent.worker.desk import (
    LONGEST_QUEUE,
    PLAN,
    QUICK,
    READ,
    RECONCILE,
    REPLAY,
    SLOW,
    Desk,
    Errand,
    queue_of,
)
from sync_agent.worker.tasks import EVERY_MINUTE, Tasks, Work
from sync_agent.worker.verdict import Next, Standing
from tests.worker_processes import address, fresh_database

SCHEMA = "sync_agent"
ORDERS = Errand(READ, "shop", "orders")
REVIEWS = Errand(READ, "shop", "reviews")
TEN_PAST = int(datetime(2026, 11, 22, 10, 10, tzinfo=UTC).timestamp())


@pytest.fixture
def name(postgres_server: Connection) -> Iterator[str]:
    with fresh_database(postgres_server) as made:
        yield made


@pytest.fixture
def sql(postgres_server: Connection, name: str) -> Callable[[str], list[str]]:
    def ask(statement: str) -> list[str]:
        return postgres.psql(postgres_server, name, statement).splitlines()

    return ask


@pytest.fixture
def database(postgres_server: Connection, name: str) -> QueueDatabase:
    return QueueDatabase(address(postgres_server, name), SCHEMA)


class Bench:
    """A queue, its tasks, and a shop that does as it is told."""

    def __init__(self, app: procrastinate.App, database: QueueDatabase) -> None:
        self.app = app
        self.desk = Desk(app, database, 1.0)
        self.results: list[Sequence[Outcome] | Exception] = []
        self.calls: list[tuple[str, str]] = []
        self.renewed = False
        self.names = ["orders", "reviews"]
        jobs = Jobs(
            delta=lambda _code, _slice_s: [],
            reconcile=lambda code: self._do("reconcile", code),
            replay=lambda code: self._do("replay", code),
            renewed=lambda _code: self.renewed,
        )
        work = Work(
            lambda _code: self.names,
            lambda _code, stream, _slice_s: self._do("read", stream),
            jobs,
        )
        self.threads = ThreadPoolExecutor(2)
        self.tasks = Tasks(work, self.desk, Cadence(5, "03:30"), self.threads)
        # no planning by the clock: each test says what time it is
        self.tasks.register(app, [])

    def _do(self, what: str, name: str) -> Any:
        self.calls.append((what, name))
        result = self.results.pop(0) if self.results else [Outcome("shop", name)]
        if isinstance(result, Exception):
            raise result
        return result

    def worker(self, lane: str = QUICK) -> Worker:
        queues = [queue_of(lane, "shop")]
        options = {"install_signal_handlers": False, "delete_jobs": "successful"}
        return Worker(self.app, queues, wait=False, listen_notify=False, **options)

    async def jobs(self) -> list[procrastinate.jobs.Job]:
        return list(await self.app.job_manager.list_jobs_async())


@pytest.fixture
def on_bench(database: QueueDatabase) -> Callable[[Callable[[Bench], Any]], None]:
    database.prepare()

    def run(test: Callable[[Bench], Awaitable[None]]) -> None:
        async def inside() -> None:
            connector = procrastinate.PsycopgConnector(conninfo=database.conninfo)
            app = procrastinate.App(connector=connector)
            async with app.open_async():
                bench = Bench(app, database)
                with bench.threads:
                    await test(bench)

        # In a thread of its own: the browser's tests keep a loop in the main one.
        with ThreadPoolExecutor(1) as alone:
            alone.submit(asyncio.run, inside()).result()

    return run


def test_the_schema_is_made_once_by_however_many_at_once(
    postgres_server: Connection, name: str, sql
) -> None:
    url = address(postgres_server, name)
    failed: list[Exception] = []
    gate = threading.Barrier(8)

    def prepare() -> None:
        gate.wait()
        try:
            QueueDatabase(url, SCHEMA).prepare()
        except (AgentError, psycopg.Error) as error:
            failed.append(error)

    threads = [threading.Thread(target=prepare) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    where = "select distinct schemaname from pg_tables where tablename like 'procrast%'"
    assert sql(where) == [SCHEMA]


def test_a_schema_that_somebody_made_for_us_is_used(
    database: QueueDatabase, sql
) -> None:
    sql(f"create schema {SCHEMA}")
    sql(f"revoke create on database {sql('select current_database()')[0]} from public")
    database.prepare()
    database.prepare()
    assert sql(f"select count(*) from {SCHEMA}.procrastinate_jobs") == ["0"]


def test_a_user_who_may_not_make_the_schema_is_told_so(
    database: QueueDatabase, postgres_server: Connection, name: str, sql
) -> None:
    sql(f"revoke create on database {name} from {postgres_server.user}")
    with pytest.raises(ConfigError) as told:
        database.prepare()
    assert "GRANT CREATE" in told.value.remedy


def test_a_queue_of_an_older_version_is_told_and_left_alone(
    database: QueueDatabase, sql
) -> None:
    database.prepare()
    fetch = f"{SCHEMA}.procrastinate_fetch_job_v2"
    sql(f"drop function {fetch}(character varying[], bigint)")
    with pytest.raises(ConfigError) as told:
        database.prepare()
    assert "another version" in told.value.message
    assert "new schema" in told.value.remedy
    assert sql(f"select count(*) from {SCHEMA}.procrastinate_jobs") == ["0"]


def test_a_task_waits_once_and_its_next_turn_can_be_moved(on_bench) -> None:
    async def test(bench: Bench) -> None:
        assert await bench.desk.put(ORDERS)
        assert not await bench.desk.put(ORDERS)
        await bench.desk.put_instead(ORDERS, Next(300.0, Standing(2)))
        (job,) = await bench.jobs()
        assert job.task_kwargs == {"source": "shop", "stream": "orders", "failures": 2}
        assert job.scheduled_at is not None
        assert 290 < job.scheduled_at.timestamp() - time.time() <= 300

    on_bench(test)


def test_the_plan_puts_what_is_due_and_nothing_that_waits_or_runs(on_bench) -> None:
    async def test(bench: Bench) -> None:
        await bench.desk.put(ORDERS)
        worker_id = await bench.app.job_manager.register_worker()
        await bench.app.job_manager.fetch_job(None, worker_id)
        await bench.tasks.plan(TEN_PAST + 60, "shop")
        assert len(await bench.jobs()) == 1
        await bench.tasks.plan(TEN_PAST, "shop")
        await bench.tasks.plan(TEN_PAST, "shop")
        assert [job.lock for job in await bench.jobs()] == [ORDERS.lock, REVIEWS.lock]

    on_bench(test)


def test_the_plan_knows_the_hour_of_replay_and_the_night_of_reconcile(
    on_bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    night = int(datetime(2026, 11, 21, 19, 30, tzinfo=UTC).timestamp())

    async def test(bench: Bench) -> None:
        bench.names = []
        await bench.tasks.plan(night, "shop")
        await bench.tasks.plan(night + 1800, "shop")
        assert [job.lock for job in await bench.jobs()] == [
            Errand(RECONCILE, "shop").lock,
            Errand(REPLAY, "shop").lock,
        ]
        assert {job.queue for job in await bench.jobs()} == {queue_of(SLOW, "shop")}
        await bench.worker(SLOW).run()
        assert bench.calls == [("reconcile", "shop"), ("replay", "shop")]
        assert await bench.jobs() == []

    on_bench(test)
    monkeypatch.undo()
    time.tzset()


def test_many_planners_plan_a_minute_once(on_bench) -> None:
    """Each worker has a deferrer; procrastinate lets one of them through."""

    async def test(bench: Bench) -> None:
        bench.app.periodic(
            cron=EVERY_MINUTE,
            periodic_id="shop",
            queue=queue_of(QUICK, "shop"),
            task_kwargs={"source": "shop"},
        )(bench.app.tasks[PLAN])
        registry = bench.app.periodic_registry
        for planner in [PeriodicDeferrer(registry) for _worker in range(5)]:
            due = planner.get_previous_tasks(at=TEN_PAST + 30)
            await planner.defer_jobs(due)
        (job,) = await bench.jobs()
        assert job.task_kwargs == {"source": "shop", "timestamp": TEN_PAST}
        registry.periodic_tasks.clear()
        await bench.worker().run()
        assert sorted(bench.calls) == [("read", "orders"), ("read", "reviews")]

    on_bench(test)


def test_a_stream_with_more_to_read_goes_on_after_the_others(on_bench) -> None:
    async def test(bench: Bench) -> None:
        paused = Outcome("shop", "orders", "paused")
        bench.results = [[paused], [Outcome("shop", "reviews")], [paused]]
        await bench.tasks.begin(["shop"])
        await bench.worker().run()
        names = [name for _what, name in bench.calls]
        assert names == ["orders", "reviews", "orders", "orders"]
        assert await bench.jobs() == []

    on_bench(test)


@pytest.mark.parametrize("error", [Retryable("Down.", "Later."), ZeroDivisionError()])
def test_a_stream_that_fails_comes_back_later_and_remembers(on_bench, error) -> None:
    async def test(bench: Bench) -> None:
        bench.results = [error]
        await bench.desk.put(ORDERS)
        await bench.worker().run()
        (job,) = await bench.jobs()
        assert (job.status, job.task_kwargs["failures"]) == ("todo", 1)
        assert job.scheduled_at is not None
        assert 290 < job.scheduled_at.timestamp() - time.time() <= 300
        await bench.tasks.plan(TEN_PAST, "shop")
        again = next(j for j in await bench.jobs() if j.lock == ORDERS.lock)
        assert again.id == job.id, "the plan does not shorten the pause"

    with structlog.testing.capture_logs() as logged:
        on_bench(test)
    assert any(line["log_level"] == "error" for line in logged)


def test_a_refused_key_is_tried_by_one_stream_until_a_person_has_seen_to_it(
    on_bench,
) -> None:
    async def test(bench: Bench) -> None:
        bench.results = [NeedsCredentials("Refused.", "New key.")]
        await bench.tasks.begin(["shop"])
        await bench.worker().run()
        assert bench.calls == [("read", "orders")]
        waiting = await bench.jobs()
        assert {job.task_kwargs["stream"] for job in waiting} == {"orders", "reviews"}
        for job in waiting:
            assert job.scheduled_at.timestamp() - time.time() > 1700
        memory = waiting[0].task_kwargs
        await bench.tasks.read(**memory)
        assert len(bench.calls) == 1
        bench.renewed = True
        await bench.tasks.read(**memory)
        assert len(bench.calls) == 2
        bench.renewed = False
        long_ago = time.time() - LONGEST_WITHOUT_CREDENTIALS_S
        await bench.tasks.read(**{**memory, "refused_at": long_ago})
        assert len(bench.calls) == 3

    on_bench(test)


def test_what_a_dead_worker_had_in_hand_is_put_back_once(on_bench) -> None:
    async def test(bench: Bench) -> None:
        manager = bench.app.job_manager
        await bench.desk.put(ORDERS, Next(standing=Standing(2)))
        dead = await manager.register_worker()
        job = await manager.fetch_job(None, dead)
        assert job is not None
        queues = {ORDERS.queue}
        assert await bench.desk.take_back(queues) == 0, "its lease has not run out"
        await asyncio.sleep(1.1)
        assert await bench.desk.take_back({"quick:other"}) == 0
        taken = await asyncio.gather(
            *(bench.desk.take_back(queues) for _each in range(4))
        )
        assert sum(taken) == 1
        (back,) = await bench.jobs()
        assert (back.status, back.task_kwargs) == ("todo", job.task_kwargs)
        assert back.id != job.id, "the dead worker, if it lives, finds its task gone"
        with pytest.raises(procrastinate.exceptions.ConnectorException):
            await manager.finish_job(job, procrastinate.jobs.Status.SUCCEEDED, False)
        await bench.worker().run()
        assert bench.calls == [("read", "orders")]

    with structlog.testing.capture_logs() as logged:
        on_bench(test)
    taken_back = [line for line in logged if line["event"] == "task_taken_back"]
    assert [line["stream"] for line in taken_back] == ["orders"]


def test_a_dead_workers_task_that_waits_again_already_is_not_doubled(on_bench) -> None:
    async def test(bench: Bench) -> None:
        manager = bench.app.job_manager
        await bench.desk.put(ORDERS)
        await manager.fetch_job(None, await manager.register_worker())
        await bench.desk.put(ORDERS)
        await asyncio.sleep(1.1)
        assert await bench.desk.take_back({ORDERS.queue}) == 1
        assert [job.status for job in await bench.jobs()] == ["todo"]

    on_bench(test)


def test_a_source_that_cannot_be_opened_stops_no_other(on_bench) -> None:
    async def test(bench: Bench) -> None:
        def streams(code: str) -> list[str]:
            if code == "shop":
                raise AgentError("The folder is gone.", "Make it.")
            return ["orders"]

        bench.tasks._work = Work(
            streams, bench.tasks._work.read, bench.tasks._work.jobs
        )
        await bench.tasks.begin(["shop", "other"])
        assert [job.task_kwargs["source"] for job in await bench.jobs()] == ["other"]

    on_bench(test)


def test_tasks_of_long_ago_are_swept_away(on_bench, sql) -> None:
    async def test(bench: Bench) -> None:
        manager = bench.app.job_manager
        await bench.desk.put(ORDERS)
        job = await manager.fetch_job(None, await manager.register_worker())
        await manager.finish_job(job, procrastinate.jobs.Status.FAILED, False)
        await bench.desk.sweep(1)
        assert len(await bench.jobs()) == 1
        sql(f"update {SCHEMA}.procrastinate_events set at = at - interval '2 hours'")
        await bench.desk.sweep(1)
        assert await bench.jobs() == []

    on_bench(test)


def test_a_long_code_has_a_queue_that_postgresql_can_name(
    database: QueueDatabase,
) -> None:
    code = "a" * 64
    names = {queue_of(lane, code + x) for lane in (QUICK, SLOW) for x in ("", "b")}
    assert len(names) == 4
    assert max(map(len, names)) <= LONGEST_QUEUE
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        for queue in names:
            channel = f"procrastinate_queue_v1#{queue}"
            connection.execute("select pg_notify(%s, '')", [channel])
