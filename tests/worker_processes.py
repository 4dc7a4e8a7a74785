"""A queue in a real PostgreSQL, and workers as processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from scripts.dev import postgres
from scripts.dev.postgres import Connection

ROOT = Path(__file__).parents[1]
LEASE_S = 5.0
"""Longer than a busy machine keeps a worker from its heartbeat."""
STEP_S = 0.1
LONGEST_STOP_S = 60.0
LOGS = ("--log-format", "json", "--log-level", "info")


def address(connection: Connection, database: str, port: int | None = None) -> str:
    """Return the address of a database, direct or through a line on ``port``."""
    secret = f":{quote(connection.password, safe='')}" if connection.password else ""
    user = f"{connection.user}{secret}"
    if port is not None:
        return f"postgresql://{user}@127.0.0.1:{port}/{database}"
    if connection.host.startswith("/"):
        folder = quote(connection.host, safe="")
        return f"postgresql://{user}@/{database}?host={folder}&port={connection.port}"
    return f"postgresql://{user}@{connection.host}:{connection.port}/{database}"


@contextlib.contextmanager
def fresh_database(connection: Connection) -> Iterator[str]:
    """Make a database of its own for a test, and drop it afterwards."""
    name = f"queue_{uuid.uuid4().hex[:12]}"
    postgres.psql(connection, "postgres", f"create database {name}")
    try:
        yield name
    finally:
        postgres.psql(connection, "postgres", f"drop database {name} with (force)")


def table(url: str, **more: object) -> str:
    """Return the table ``[worker]`` of a configuration."""
    values = {"lease_s": LEASE_S, **more}
    lines = [f"{name} = {value}" for name, value in values.items()]
    return "\n".join(["[worker]", f'database = "{url}"', *lines, ""])


class Workers:
    """Worker processes of one configuration.

    Args:
        config: with a table ``[worker]``.
        logs: folder of what they write on standard error.
    """

    def __init__(self, config: Path, logs: Path) -> None:
        self._config = config
        self._logs = logs
        self.processes: list[subprocess.Popen[bytes]] = []
        self._log_of: dict[int, Path] = {}

    def start(self, *words: str, config: Path | None = None) -> subprocess.Popen[bytes]:
        """Start one more, with another configuration if need be."""
        path = self._logs / f"worker-{len(list(self._logs.glob('worker-*')))}.log"
        command = [
            sys.executable,
            "-m",
            "sync_agent",
            "-c",
            str(config or self._config),
        ]
        with path.open("wb") as log:
            process = subprocess.Popen(
                [*command, *LOGS, "worker", *words],
                cwd=ROOT,
                env={**os.environ, "PYTHONFAULTHANDLER": "1"},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        self.processes.append(process)
        self._log_of[process.pid] = path
        return process

    def _began(self, process: subprocess.Popen[bytes]) -> bool:
        said = self._log_of[process.pid].read_text("utf-8")
        return process.poll() is not None or "worker_started" in said

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill one without a word."""
        self.processes.remove(process)
        process.kill()
        process.wait()

    def stop(self) -> list[int]:
        """Ask all to end once they have begun, and return their exit codes."""
        until(lambda: all(self._began(each) for each in self.processes), self.said)
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        codes = [self._ended(process) for process in self.processes]
        self.processes.clear()
        return codes

    def _ended(self, process: subprocess.Popen[bytes]) -> int:
        """Return the exit code; who does not end says where it stands."""
        try:
            return process.wait(timeout=LONGEST_STOP_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            process.wait()
            said = self._log_of[process.pid].read_text("utf-8")
            raise AssertionError(f"does not end: {said[-6000:]}") from None

    def said(self) -> str:
        """Return all that was logged."""
        return "".join(
            path.read_text("utf-8") for path in sorted(self._logs.glob("worker-*.log"))
        )

    def end(self) -> None:
        """Kill what is left."""
        for process in list(self.processes):
            self.kill(process)


def until(
    true: Callable[[], object], what: Callable[[], str], timeout_s: float = 120.0
) -> None:
    """Wait until something is true; else fail with what was seen."""
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(STEP_S)
