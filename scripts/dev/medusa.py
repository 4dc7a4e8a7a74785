"""A real Medusa 2 server for the live tests, with a database of its own.

The packages come from the committed lock (some 700 MB, minutes); events, cache and jobs
stay in memory, so that only PostgreSQL is needed.
"""

import base64
import contextlib
import json
import secrets
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import command, ports, postgres, progress
from .errors import SetupError
from .node import environment, find_node, packages

FILES = Path(__file__).with_name("medusa")
LOGIN = "admin@example.test"
START_TIMEOUT_S = 240
REQUEST_TIMEOUT_S = 60
_CLI = Path("node_modules", "@medusajs", "cli", "cli.js")


class MedusaError(Exception):
    """The server refused a request; the text is its own."""


@dataclass
class MedusaServer:
    """One server on the loopback address.

    Attributes:
        folder: where it runs.
        database: its address for PostgreSQL's clients.
        key: secret API key; made when the server is started.
    """

    folder: Path
    database: str = field(repr=False)
    port: int = 0
    key: str = field(default="", repr=False)
    _process: subprocess.Popen[bytes] | None = field(
        default=None, init=False, repr=False
    )
    _secret: str = field(
        default_factory=lambda: secrets.token_hex(16), init=False, repr=False
    )

    @property
    def url(self) -> str:
        """The server's address; the admin API lies below it at ``/admin``."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """The file that takes the server's output."""
        return self.folder / "medusa.log"

    def start(self) -> None:
        """Make the tables and an administrator, start the server, make a key.

        Raises:
            SetupError: it did not start; carries the end of its log.
        """
        modules = _modules()
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "medusa-config.js"):
            shutil.copy(FILES / name, self.folder)
        (self.folder / "node_modules").symlink_to(modules / "node_modules")
        with progress.step("Medusa's tables", lambda: progress.last_line(self.log)):
            self._run("db:migrate")
            self._run("user", "-e", LOGIN, "-p", self._secret)
        self.port = self.port or ports.free_port()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command("start", "-H", ports.LOOPBACK, "-p", str(self.port)),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self._environment(),
            )
        if not ports.wait_until(self._answers, START_TIMEOUT_S, self._has_ended):
            self.stop()
            end = "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-15:])
            raise SetupError(f"Medusa did not start.\n{end}\nWhole log: {self.log}")
        self.key = self._made_key()

    def stop(self) -> None:
        """End the server by its process id."""
        if self._process:
            command.stop(self._process.pid)
            self._process.wait()
            self._process = None

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Send a request and give its JSON.

        Args:
            method: of HTTP.
            path: with ``/admin`` or ``/store``.
            body: JSON.
            headers: instead of those of the secret key.

        Raises:
            MedusaError: the server refused it.
            OSError: the server cannot be reached.
        """
        given = self._signed() if headers is None else headers
        request = urllib.request.Request(  # noqa: S310  our own address
            f"{self.url}{path}",
            None if body is None else json.dumps(body).encode(),
            {"content-type": "application/json", **given},
            method=method,
        )
        try:
            with urllib.request.urlopen(  # noqa: S310  our own address
                request, timeout=REQUEST_TIMEOUT_S
            ) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            said = error.read().decode("utf-8", "replace")
            raise MedusaError(f"{method} {path}: {error.code} {said}") from error

    def _signed(self) -> dict[str, str]:
        token = base64.b64encode(f"{self.key}:".encode()).decode()
        return {"authorization": f"Basic {token}"}

    def _made_key(self) -> str:
        login = {"email": LOGIN, "password": self._secret}
        token = self.send("POST", "/auth/user/emailpass", login, {})["token"]
        made = self.send(
            "POST",
            "/admin/api-keys",
            {"title": "agent", "type": "secret"},
            {"authorization": f"Bearer {token}"},
        )
        return str(made["api_key"]["token"])

    def _answers(self) -> bool:
        try:
            self.send("GET", "/admin/stores")
        except MedusaError:
            return True  # it asks for a key
        except OSError:
            return False
        return True

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _run(self, *words: str) -> None:
        command.run_logged(
            self._command(*words), self.log, cwd=self.folder, env=self._environment()
        )

    def _command(self, *words: str) -> list[str]:
        return [str(find_node().node), str(self.folder / _CLI), *words]

    def _environment(self) -> dict[str, str]:
        return environment() | {
            "DATABASE_URL": self.database,
            "JWT_SECRET": self._secret,
            "COOKIE_SECRET": self._secret,
            "NODE_ENV": "production",
        }


@contextlib.contextmanager
def running_server(
    connection: postgres.Connection, folder: Path
) -> Iterator[MedusaServer]:
    """Run a server on a fresh database for the time of the block."""
    database = f"medusa_{secrets.token_hex(4)}"
    postgres.create_database(connection, database)
    server = MedusaServer(folder, database_address(connection, database))
    try:
        server.start()
        yield server
    finally:
        server.stop()
        postgres.drop_database(connection, database)


def database_address(connection: postgres.Connection, database: str) -> str:
    """Give the address of a database; a folder of sockets stands for the host."""
    user = quote(connection.user, safe="")
    if connection.password:
        user += f":{quote(connection.password, safe='')}"
    host = quote(connection.host, safe="")
    # a folder has no port in an address
    port = "" if connection.host.startswith("/") else f":{connection.port}"
    return f"postgresql://{user}@{host}{port}/{database}"


def _modules() -> Path:
    # "ci" refuses a lock that leaves out what other machines need
    return packages("medusa", FILES, "install", "--no-save")
