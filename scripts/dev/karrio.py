"""A real Karrio server for the live tests, with a database of its own.

The packages come from pinned requirements; tables and two parcels are made once (that
takes minutes) and kept as a snapshot. No carrier is asked: a parcel's events are put in
through the server's own API.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import cache, command, ports, progress, venvs
from .errors import SetupError

SEED = Path(__file__).with_name("karrio") / "seed.py"
NUMBERS = ("794644790130", "794644790131")
"""Of the parcels that it follows."""
START_TIMEOUT_S = 240
REQUEST_TIMEOUT_S = 60
_DATABASE = "db.sqlite3"


@dataclass
class KarrioServer:
    """One server on the loopback address.

    Attributes:
        folder: where it runs.
        token: key of its user.
    """

    folder: Path
    port: int = 0
    token: str = field(default="", repr=False)
    _process: subprocess.Popen[bytes] | None = field(
        default=None, init=False, repr=False
    )

    @property
    def url(self) -> str:
        """The server's address; the API lies below it at ``/v1``."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """The file that takes the server's output."""
        return self.folder / "karrio.log"

    def start(self) -> None:
        """Start the server on a copy of the snapshot.

        Raises:
            SetupError: it did not start; carries the end of its log.
        """
        source = snapshot()
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / _DATABASE, self.folder)
        self.token = (source / "token").read_text()
        self.port = self.port or ports.free_port()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *(str(venvs.karrio_python()), "-m", "uvicorn"),
                    *("karrio.server.asgi:application", "--host", ports.LOOPBACK),
                    *("--port", str(self.port), "--log-level", "warning"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=_environment(self.folder),
            )
        if not ports.wait_until(self._answers, START_TIMEOUT_S, self._has_ended):
            self.stop()
            end = "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-15:])
            raise SetupError(f"Karrio did not start.\n{end}\nWhole log: {self.log}")

    def stop(self) -> None:
        """End the server by its process id."""
        if self._process:
            command.stop(self._process.pid)
            self._process.wait()
            self._process = None

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request and give its JSON.

        Raises:
            OSError: the server refused it or cannot be reached.
        """
        request = urllib.request.Request(  # noqa: S310  our own address
            f"{self.url}/{path}",
            None if body is None else json.dumps(body).encode(),
            {"content-type": "application/json", "authorization": self._signed},
            method=method,
        )
        with urllib.request.urlopen(  # noqa: S310  our own address
            request, timeout=REQUEST_TIMEOUT_S
        ) as response:
            return json.load(response)

    def tell(self, number: str, status: str, events: list[dict[str, str]]) -> None:
        """Let something happen to a parcel.

        Args:
            number: of the parcel.
            status: what its events come to; the server does not reckon it.
            events: all of them, as the API gives them.
        """
        own = self.send("GET", f"v1/trackers/{number}")["id"]
        body = {"status": status, "events": events}
        self.send("POST", f"v1/trackers/{own}/inject-events", body)

    @property
    def _signed(self) -> str:
        return f"Token {self.token}"

    def _answers(self) -> bool:
        try:
            self.send("GET", "v1/trackers?limit=1")
        except OSError:
            return False
        return True

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None


@contextlib.contextmanager
def running_server(folder: Path) -> Iterator[KarrioServer]:
    """Run a server with two fresh parcels for the time of the block."""
    server = KarrioServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def snapshot() -> Path:
    """Give the folder with the tables and the key, made when missing."""
    requirements = venvs.REQUIREMENTS / "karrio.txt"
    key = cache.digest(requirements, SEED)
    target = cache.folder("karrio") / f"snapshot-{key}"
    with cache.lock("karrio-snapshot"):
        if not target.exists():
            _seed(target)
    return target


def _seed(target: Path) -> None:
    partial = target.with_suffix(".part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    python = venvs.karrio_python()
    log = cache.folder("logs") / "karrio-seed.log"
    log.unlink(missing_ok=True)
    environment = _environment(partial)
    with progress.step("Karrio's tables", lambda: progress.last_line(log)):
        for words in (["migrate"], ["shell", "-c", SEED.read_text("utf-8")]):
            command.run_logged(
                [python, "-m", "karrio.server", *words],
                log,
                cwd=partial,
                env=environment,
            )
    found = re.search(r"^TOKEN=(\w+)$", log.read_text("utf-8"), re.MULTILINE)
    if not found:
        raise SetupError(f"Karrio's seeding gave no key; see {log}")
    token = partial / "token"
    token.touch(mode=0o600)
    token.write_text(found.group(1))
    log.unlink()
    partial.rename(target)


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "WORK_DIR": str(folder),
        "DATABASE_NAME": _DATABASE,
        "SECRET_KEY": secrets.token_hex(16),
        "DEBUG_MODE": "False",
        "USE_LOGURU": "False",
        "DETACHED_WORKER": "True",
        "LOG_LEVEL": "WARNING",
    }
