"""Agents as processes that can be killed: a nursery that forks one for each job.

The nursery has loaded the agent already, so a fork begins to work at once; what it runs
is the agent's own :class:`~sync_agent.app.App`. Jobs and answers are lines of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from sync_agent import logs, registry
from sync_agent.app import App
from sync_agent.config import AgentSettings, Config, OdooSettings, SourceTable
from sync_agent.errors import AgentError, ExitCode
from sync_agent.port import Hook, Receipt, Trigger
from sync_agent.redact import Redactor
from sync_agent.webhooks.drain import Drain
from sync_agent.webhooks.inbox import Inbox

LONGEST_S = 600.0
LONGEST_WAIT_S = 0.01
BATCH_RECORDS = 12
"""Small, so that faults fall between many pushes."""
ROOT = Path(__file__).resolve().parents[4]


@dataclass(slots=True)
class Job:
    """What an agent is to do, and what happens to it.

    Attributes:
        do: ``sync``, ``full``, ``reconcile``, or ``hooks``: remember what webhooks
            named, then work it off.
        named: ids that webhooks name; kind first.
        ahead_s: the agent's clock beside the machine's.
        jump_at: how often the clock is read until it jumps; 0: never.
        jump_s: by how much.
        disk_bytes: no file may get longer; ``None``: as long as it likes.
    """

    do: str
    named: list[tuple[str, str]] = field(default_factory=list)
    ahead_s: float = 0.0
    jump_at: int = 0
    jump_s: float = 0.0
    disk_bytes: int | None = None


@dataclass(slots=True)
class Ended:
    """How an agent ended.

    Attributes:
        code: exit code; negative: the signal.
        told: what it said on the way, e.g. ids it has remembered.
        errors: of its runs.
    """

    code: int
    seconds: float
    told: list[str]
    errors: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where agents of one source work."""

    odoo_url: str
    key: str
    database: str
    code: str
    connector: str
    settings: dict[str, Any]
    folder: str


class RestlessClock:
    """The machine's time with jumps; waiting takes hardly any."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._ahead = timedelta(seconds=job.ahead_s)
        self._asked = 0
        self._slept = 0.0

    def now(self) -> datetime:
        """Return the time now."""
        self._asked += 1
        if self._asked == self._job.jump_at:
            self._ahead += timedelta(seconds=self._job.jump_s)
        return datetime.now(UTC) + self._ahead

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic() + self._slept

    def sleep(self, seconds: float) -> None:
        """Wait a little and count the rest as waited."""
        self._slept += max(0.0, seconds)
        time.sleep(min(max(0.0, seconds), LONGEST_WAIT_S))


class Nursery:
    """Starts agents of one source; its own process forks them.

    Args:
        place: where they work.
    """

    def __init__(self, place: Place) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.dev.bench.endurance.agents"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ask(asdict(place))

    def run(self, jobs: list[Job], kill_after_s: float | None = None) -> list[Ended]:
        """Run agents side by side to their end, or kill them all."""
        asked = {"jobs": [asdict(job) for job in jobs], "kill": kill_after_s}
        return [Ended(**each) for each in self._ask(asked)]

    def _ask(self, line: Any) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise OSError("no pipes")
        stdin.write(json.dumps(line) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())

    def close(self) -> None:
        """End the nursery; agents that run end with their job."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(LONGEST_S)
        if self._process.stdout is not None:
            self._process.stdout.close()


def main() -> None:
    """Fork agents as the lines on standard input say."""
    place = Place(**json.loads(sys.stdin.readline()))
    registry.load(place.connector)
    _say({})
    for line in sys.stdin:
        asked = json.loads(line)
        jobs = [Job(**job) for job in asked["jobs"]]
        _say([asdict(each) for each in _run(place, jobs, asked["kill"])])


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _run(place: Place, jobs: list[Job], kill_after_s: float | None) -> list[Ended]:
    started = time.monotonic()
    children = [_fork(place, job) for job in jobs]
    until = started + (LONGEST_S if kill_after_s is None else kill_after_s)
    texts: dict[int, bytes] = {pipe: b"" for _pid, pipe in children}
    open_ones = set(texts)
    while open_ones:
        ready, _w, _x = select.select(
            list(open_ones), [], [], max(0.0, until - time.monotonic())
        )
        if not ready:
            for pid, _pipe in children:
                os.kill(pid, signal.SIGKILL)
            until = time.monotonic() + LONGEST_S
        for pipe in ready:
            chunk = os.read(pipe, 1 << 16)
            texts[pipe] += chunk
            if not chunk:
                open_ones.discard(pipe)
    seconds = time.monotonic() - started
    ended = []
    for pid, pipe in children:
        os.close(pipe)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        told, errors = _read(texts[pipe])
        ended.append(Ended(code, seconds, told, errors))
    return ended


def _read(text: bytes) -> tuple[list[str], list[str]]:
    """Return the whole lines: what was told, and errors."""
    lines = text.decode().split("\n")[:-1]
    told = [line[1:] for line in lines if line.startswith("+")]
    return told, [line[1:] for line in lines if line.startswith("!")]


def _fork(place: Place, job: Job) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    code = int(ExitCode.INTERNAL)
    try:
        os.close(reading)
        code = _work(place, job, writing)
    except BaseException as error:  # noqa: BLE001  a fork must never come back
        with suppress(OSError):
            os.write(writing, f"!{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def _work(place: Place, job: Job, out: int) -> int:
    """Be an agent; return its exit code."""
    log = os.open(f"{place.folder}/log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    if job.disk_bytes is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job.disk_bytes, hard))
    odoo = OdooSettings(
        url=place.odoo_url,
        api_key=SecretStr(place.key),
        database=place.database,
        timeout_s=30,
    )
    agent = AgentSettings(batch_records=BATCH_RECORDS, state_dir=place.folder)
    table = SourceTable(
        place.code, place.connector, place.code, True, dict(place.settings)
    )
    config = Config(Path(place.folder) / "c.toml", odoo, agent, {place.code: table})
    redactor = Redactor()
    logs.configure(redactor, level="warning", form="json")
    app = App(config, clock=RestlessClock(job), redactor=redactor)

    def tell(sign: str, text: str) -> None:
        line = f"{sign}{text}".replace("\n", " ")
        os.write(out, f"{line}\n".encode())

    try:
        if job.do == "hooks":
            return _hooks(app, table, job, tell)
        errors = _errors(app, table, job)
    except AgentError as error:
        errors = [error]
    for each in errors:
        tell("!", str(each))
    return int(errors[0].exit_code) if errors else 0


def _errors(app: App, table: SourceTable, job: Job) -> list[AgentError]:
    if job.do == "reconcile":
        app.reconcile(table)
        return []
    outcomes = app.sync(table, full=job.do == "full")
    return [each.error for each in outcomes if each.error is not None]


def _hooks(app: App, table: SourceTable, job: Job, tell: Any) -> int:
    """Remember what webhooks named, telling each that is safe; then work it off."""
    inbox = Inbox(app.config.agent.inbox_path)
    try:
        for number, (kind, external_id) in enumerate(job.named):
            trigger = Trigger(kind, external_id)  # type: ignore[arg-type]
            at = app.clock.now().timestamp()
            event = f"{at}-{os.getpid()}-{number}"
            try:
                inbox.remember(table.code, event, Receipt([trigger]), at)
            except AgentError as error:
                tell("!", str(error))
            else:
                tell("+", external_id)
        _drain(app, table, inbox)
        return 0 if inbox.waiting(table.code)[0] == 0 else 8
    finally:
        inbox.close()


def _drain(app: App, table: SourceTable, inbox: Inbox) -> None:
    drain = Drain(
        table.code,
        cast("Hook", None),  # nothing here carries its payload
        inbox,
        app.clock,
        source=lambda: app.source(table),
        door=app.door,
    )
    try:
        drain.run_once()
    finally:
        drain.close()


if __name__ == "__main__":
    main()
