"""A worker in this process: told to stop, without its queue, without its library."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import structlog

from scripts.dev import postgres
from scripts.dev.postgres import Connection
from sync_agent import several
from sync_agent.sync.runner import Outcome
from sync_agent.sync.schedule import Cadence, Jobs
from sync_agent.worker.database import QueueDatabase
from sync_agent.worker.desk import Desk
from sync_agent.worker.machine import Machine, Plan
from sync_agent.worker.tasks import Work
from tests.fakes.line import Line
from tests.fakes.refusing_postgres import RefusingPostgres
from tests.fakes.shop import ListStream
from tests.unit.cli.conftest import Setting
from tests.unit.cli.conftest import agent as setting
from tests.worker_processes import address, fresh_database, table, until

__all__ = ["setting"]  # a fixture


@pytest.fixture
def queue(postgres_server: Connection) -> Iterator[str]:
    with fresh_database(postgres_server) as name:
        yield name


@pytest.fixture
def agent(setting: Setting, queue: str, postgres_server: Connection) -> Setting:
    url = address(postgres_server, queue)
    setting.write(sources=setting.source("shop") + table(url))
    return setting


class Told(ListStream):
    """Ends the process politely once all is read."""

    number = signal.SIGTERM
    done = False

    def watermark(self, cursor):
        if cursor and cursor.get("rest") and not self.done:
            self.done = True
            threading.Timer(0.3, os.kill, (os.getpid(), self.number)).start()
        return super().watermark(cursor)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_worker_works_until_it_is_told_to_stop(
    agent: Setting, number: int, code: int
) -> None:
    agent.shop.stream = Told(agent.shop.stream.items)
    agent.shop.stream.number = number
    result = agent.run("worker")
    assert result.code == code, result.text
    assert len(agent.door.records) == 3


def test_without_its_library_a_worker_says_what_to_install(
    agent: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several, "find_spec", lambda name: None)
    result = agent.run("worker")
    assert result.code == 3
    assert "needs procrastinate, which is not installed" in result.text
    assert "pip install crm-sme-sync-agent[worker]" in result.text
    assert agent.run("sync").code == 0


def with_password(agent: Setting, url: str) -> None:
    text = agent.path.read_text().partition("[worker]")[0]
    agent.path.write_text(text + table(url))


def test_a_wrong_password_is_code_4_and_never_logged(agent: Setting) -> None:
    with RefusingPostgres() as server:
        with_password(agent, f"postgresql://boss:hush-hush@127.0.0.1:{server.port}/q")
        result = agent.run("--log-level", "debug", "worker")
    assert result.code == 4
    assert 'password authentication failed for user "boss"' in result.text
    assert "Correct user and password" in result.text
    assert "hush" not in result.text


def test_a_right_password_is_never_logged_either(
    agent: Setting, queue: str, postgres_server: Connection
) -> None:
    url = address(postgres_server, queue)
    named = f"{postgres_server.user}:hush-hush%21@"
    with_password(agent, url.replace(f"{postgres_server.user}@", named))
    agent.shop.stream = Told(agent.shop.stream.items)
    result = agent.run("--log-level", "debug", "worker")
    assert result.code == 143
    assert "worker_started" in result.text
    assert "hush" not in result.text


def test_a_wrong_source_is_told_at_the_start(agent: Setting) -> None:
    text = agent.path.read_text()
    agent.path.write_text(text.replace('key = "tiny-secret"', ""))
    result = agent.run("worker")
    assert result.code == 3
    assert "[sources.shop] key" in result.text


def test_check_looks_at_the_queue_and_makes_nothing(agent: Setting) -> None:
    for _twice in range(2):
        result = agent.run("check")
        assert "worker reachable: The first worker makes the schema" in result.text
    agent.shop.stream = Told(agent.shop.stream.items)
    assert agent.run("worker").code == 143
    assert "The queue is in the schema sync_agent." in agent.run("check").text


def test_check_tells_a_queue_that_cannot_be_reached(agent: Setting) -> None:
    with_password(agent, "postgresql://boss:hush-hush@127.0.0.1:1/q")
    result = agent.run("check")
    assert result.code == 5
    assert "cannot be reached" in result.text
    assert "hush" not in result.text
    agent.path.chmod(0o644)
    assert "holds secrets and other users can read it" in agent.run("check").text


class Shop:
    """Counts its readings; stands still when it is told to."""

    def __init__(self) -> None:
        self.readings = 0
        self.days = 0
        self.halts: list[threading.Event] = []
        self.fault: Exception | None = None

    def make_work(self, halt: threading.Event) -> Work:
        self.halts.append(halt)
        jobs = Jobs(
            delta=lambda _code, _slice_s: [],
            reconcile=lambda _code: None,
            replay=lambda _code: None,
            daily=self._daily,
        )
        return Work(lambda _code: ["orders"], self._read, jobs)

    def _daily(self) -> None:
        self.days += 1

    def _read(self, _code: str, stream: str, _slice_s: float) -> list[Outcome]:
        self.readings += 1
        if self.fault is not None:
            raise self.fault
        return [Outcome("shop", stream, "paused" if self.readings < 3 else "complete")]


class Running:
    """A machine in a thread."""

    def __init__(self, url: str, shop: Shop) -> None:
        self.stop = threading.Event()
        self.error: BaseException | None = None
        plan = Plan(["shop"], Cadence(5), lease_s=2.0)
        database = QueueDatabase(url, "sync_agent")
        self.machine = Machine(database, plan, shop.make_work, self.stop)
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.machine.forever()
        except BaseException as error:  # noqa: BLE001  looked at by the test
            self.error = error

    def __enter__(self) -> Running:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        self.thread.join(timeout=60)
        assert not self.thread.is_alive()


def seen(logged: list) -> Callable[[], str]:
    return lambda: str(logged[-20:])


def test_a_worker_comes_back_when_its_queue_does(
    queue: str, postgres_server: Connection
) -> None:
    shop = Shop()
    with (
        structlog.testing.capture_logs() as logged,
        Line(postgres_server.host, postgres_server.port) as line,
        Running(address(postgres_server, queue, line.port), shop) as running,
    ):

        def events() -> list[str]:
            return [entry["event"] for entry in logged]

        until(lambda: shop.readings == 3, seen(logged))
        line.cut()
        until(lambda: "queue_lost" in events(), seen(logged))
        until(shop.halts[0].is_set, seen(logged))
        until(lambda: events().count("queue_lost") > 1, seen(logged))
        line.mend()
        until(lambda: "queue_is_back" in events(), seen(logged))
        until(lambda: shop.readings == 4, seen(logged))
        assert not shop.halts[1].is_set()
        started = time.monotonic()
    assert time.monotonic() - started < 10
    assert running.error is None
    assert shop.halts[1].is_set()
    assert shop.days == 2


def test_a_queue_that_is_dropped_is_made_again(
    queue: str, postgres_server: Connection
) -> None:
    shop = Shop()
    with (
        structlog.testing.capture_logs() as logged,
        Running(address(postgres_server, queue), shop) as running,
    ):
        until(lambda: shop.readings == 3, seen(logged))
        postgres.psql(postgres_server, queue, "drop schema sync_agent cascade")
        until(lambda: shop.readings == 4, seen(logged))
    assert running.error is None


def test_a_worker_that_others_gave_up_registers_anew(
    queue: str, postgres_server: Connection
) -> None:
    shop = Shop()
    with (
        structlog.testing.capture_logs() as logged,
        Running(address(postgres_server, queue), shop) as running,
    ):
        until(lambda: shop.readings == 3, seen(logged))
        postgres.psql(
            postgres_server, queue, "delete from sync_agent.procrastinate_workers"
        )
        postgres.psql(
            postgres_server,
            queue,
            "set search_path to sync_agent; insert into procrastinate_jobs"
            "(queue_name, task_name, args) values ('quick:shop', 'sync_agent.read', "
            """'{"source": "shop", "stream": "orders"}')""",
        )
        until(lambda: shop.readings >= 4, seen(logged))
        assert len(shop.halts) == 2
    assert running.error is None


def test_a_cancellation_that_is_swallowed_keeps_no_worker_from_ending(
    queue: str, postgres_server: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before Python 3.12 asyncio's wait_for may do that."""
    swallowed = []

    async def take_back(_desk: Desk, _queues: set[str]) -> int:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            swallowed.append(True)
            if len(swallowed) > 1:
                raise
        return 0

    monkeypatch.setattr(Desk, "take_back", take_back)
    shop = Shop()
    with (
        structlog.testing.capture_logs() as logged,
        Running(address(postgres_server, queue), shop) as running,
    ):
        until(lambda: shop.readings == 3, seen(logged))
    assert running.error is None
    assert len(swallowed) == 1
