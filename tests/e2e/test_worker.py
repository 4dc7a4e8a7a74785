"""Several machines: workers as processes, one queue in a real PostgreSQL."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.dev import postgres
from scripts.dev.postgres import Connection
from tests.fakes.line import Line
from tests.worker_bed import Bed, bed
from tests.worker_processes import (
    LEASE_S,
    ROOT,
    Workers,
    address,
    fresh_database,
    until,
)

ORDERS = 400


@pytest.fixture
def queue(postgres_server: Connection) -> Iterator[str]:
    """Name of a database of its own."""
    with fresh_database(postgres_server) as name:
        yield name


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Bed]:
    with bed(tmp_path, ORDERS) as laid:
        yield laid


@pytest.fixture
def workers(
    made: Bed, queue: str, postgres_server: Connection, tmp_path: Path
) -> Iterator[Workers]:
    config = made.config(address(postgres_server, queue))
    started = Workers(config, tmp_path)
    yield started
    started.end()


def run(config: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "sync_agent", "-c", str(config), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def rows(server: Connection, queue: str, statement: str) -> list[str]:
    return postgres.psql(server, queue, statement).splitlines()


def test_three_workers_share_the_streams_of_a_shop(
    made: Bed, workers: Workers, queue: str, postgres_server: Connection
) -> None:
    """Demand: any number of workers, one at a time per stream, nothing doubled."""
    wanted = made.alone()
    made.shop.slow_s = 0.02
    for _each in range(3):
        workers.start()
    until(lambda: made.held() == wanted, workers.said)
    until(lambda: "refunds" in made.door.cursors, workers.said)
    assert workers.stop() == [143, 143, 143]
    assert made.interrupted() == []
    assert made.shop.overlaps() == {}
    created = [b for b in made.door.calls if b.records]
    assert len({batch.run for batch in created}) > 2
    left = "select status, worker_id from sync_agent.procrastinate_jobs"
    assert [row for row in rows(postgres_server, queue, left) if "doing" in row] == []
    assert rows(postgres_server, queue, "table sync_agent.procrastinate_workers") == []


def test_a_worker_that_is_asked_to_stop_hands_its_stream_to_another(
    made: Bed, workers: Workers
) -> None:
    wanted = made.alone()
    made.shop.slow_s = 0.1
    first = workers.start()
    until(lambda: "orders" in made.door.cursors, workers.said)
    first.send_signal(signal.SIGTERM)
    asked = time.monotonic()
    assert first.wait(timeout=30) == 143
    assert time.monotonic() - asked < 10
    workers.processes.remove(first)
    assert made.held() != wanted
    made.shop.slow_s = 0.0
    workers.start()
    until(lambda: made.held() == wanted, workers.said)
    assert made.interrupted() == []
    assert workers.stop() == [143]


def test_a_worker_out_of_reach_loses_its_streams_and_doubles_nothing(
    made: Bed, workers: Workers
) -> None:
    """A machine that slept: its tasks are taken, and its late push is refused."""
    wanted = made.alone()
    made.shop.slow_s = 0.05
    sleeper = workers.start()
    until(lambda: "orders" in made.door.cursors, workers.said)
    sleeper.send_signal(signal.SIGSTOP)
    workers.start()
    until(lambda: "task_taken_back" in workers.said(), workers.said)
    sleeper.send_signal(signal.SIGCONT)
    until(lambda: made.held() == wanted, workers.said)
    time.sleep(LEASE_S)
    assert [process.poll() for process in workers.processes] == [None, None]
    assert workers.stop() == [143, 143]
    assert made.held() == wanted


def test_workers_outlive_a_database_that_is_down_for_a_while(
    made: Bed, queue: str, postgres_server: Connection, tmp_path: Path
) -> None:
    wanted = made.alone()
    made.shop.slow_s = 0.3
    with Line(postgres_server.host, postgres_server.port) as line:
        config = made.config(address(postgres_server, queue, line.port))
        workers = Workers(config, tmp_path)
        try:
            workers.start()
            workers.start()
            # who cannot reach the queue at its start ends with code 5
            until(lambda: workers.said().count("worker_started") == 2, workers.said)
            until(lambda: "orders" in made.door.cursors, workers.said)
            line.cut()
            until(lambda: workers.said().count('"queue_lost"') >= 2, workers.said)
            time.sleep(2 * LEASE_S)
            pushes = len(made.door.calls)
            time.sleep(1)
            assert len(made.door.calls) == pushes, "works on without the queue"
            assert made.held() != wanted
            made.shop.slow_s = 0.0
            line.mend()
            until(lambda: made.held() == wanted, workers.said)
            until(lambda: workers.said().count("queue_is_back") >= 2, workers.said)
            assert workers.stop() == [143, 143]
        finally:
            workers.end()
    assert made.interrupted() == []
    assert made.shop.overlaps() == {}


def test_a_worker_answers_health_and_receives_webhooks(
    made: Bed, workers: Workers
) -> None:
    workers.start("--listen", "127.0.0.1:0")
    until(lambda: '"listening"' in workers.said(), workers.said)
    until(lambda: "orders" in made.door.cursors, workers.said)
    assert workers.stop() == [143]
    said = [json.loads(x) for x in workers.said().splitlines() if x.startswith("{")]
    assert any(line.get("event") == "drain_ended" for line in said)


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("mysql://boss:s3cr3t-word@db/queue", 3, "is no address of PostgreSQL"),
        ("postgresql://boss:s3cr3t-word@@db:5432/queue", 3, "is no address"),
        ("postgresql://boss:s3cr3t/word@db:5432/queue", 3, "is no address"),
        ("postgresql://boss:s3cr3t#word@db:5432/queue", 3, "is no address"),
        ("postgresql://boss:s3cr3t-word@db/queue?surprise=1", 3, "is no address"),
        ("postgresql://boss:s3cr3t-word@127.0.0.1:1/queue", 5, "cannot be reached"),
    ],
)
def test_a_wrong_address_is_told_with_its_remedy_and_without_the_password(
    url: str, code: int, said: str, made: Bed
) -> None:
    found, printed = run(made.config(url), "worker")
    assert found == code
    text = " ".join(printed.split())
    assert said in text
    assert "Remedy:" in text
    assert "s3cr3t" not in text
    assert "Traceback" not in text


def test_a_database_that_is_not_there_is_code_3(
    made: Bed, postgres_server: Connection
) -> None:
    code, printed = run(made.config(address(postgres_server, "no_such")), "worker")
    assert code == 3
    assert "createdb" in printed


def test_a_wrong_table_is_code_3_and_names_the_keys(made: Bed) -> None:
    config = made.config("postgresql://boss@db/queue", paralel=2)
    code, printed = run(config, "worker")
    assert code == 3
    assert "Known keys are database, schema, parallel, lease_s" in printed
    assert run(made.config(""), "worker")[0] == 3


def test_other_commands_do_not_need_the_queue(made: Bed) -> None:
    code, printed = run(made.config("env:NOT_SET_HERE"), "sync", "--json")
    assert code == 0, printed
    assert '"exit_code": 0' in printed
