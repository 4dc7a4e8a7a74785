"""Run Odoo with the addon: prepared databases, servers, one-off commands.

A *template* is a database with everything that the addon depends on, Chinese loaded,
made once for each set of dependencies; a new database is a copy of it, which takes
seconds instead of minutes.
"""

import ast
import contextlib
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from . import cache, command, odoo_source, ports, postgres, progress, venvs
from .errors import SetupError
from .postgres import Connection

ADDON = "crm_sme"
ADDONS = cache.REPOSITORY / "addons"
# The first one is the default of new users; the other one is shipped as well.
LANGUAGES = "en_US,zh_CN"
# What the addon builds on, until its manifest says so itself.
BASE_MODULES = [
    "contacts",
    "crm",
    "mass_mailing",
    "portal",
    "rating",
    "rpc",
    "sale_crm",
    "sale_management",
    "sale_margin",
    "spreadsheet_dashboard",
    "survey",
]
START_TIMEOUT_S = 120
INSTALL_TIMEOUT_S = 1200


def dependencies() -> list[str]:
    """Read the modules that the addon depends on from its manifest."""
    manifest = ADDONS / ADDON / "__manifest__.py"
    if not manifest.exists():
        return BASE_MODULES
    depends = ast.literal_eval(manifest.read_text("utf-8")).get("depends", [])
    return sorted({*depends, "rpc"})


def data_folder(connection: Connection) -> Path:
    """Give Odoo's data folder (attachments, sessions) for a database server."""
    key = cache.digest(connection.host, str(connection.port))
    return cache.folder("odoo-data", key)


def template(connection: Connection) -> str:
    """Give the name of the prepared database, made when missing (about 90 s)."""
    source = odoo_source.odoo_source()
    modules = ",".join(dependencies())
    key = cache.digest(source.version, str(source.program), modules, LANGUAGES)
    name = f"crm_sme_template_{key}"
    with cache.lock(name):
        if postgres.database_exists(connection, name):
            return name
        partial = f"{name}_part"
        drop(connection, partial)
        log = cache.folder("logs") / f"{name}.log"
        log.unlink(missing_ok=True)
        with progress.step(
            "Odoo database with all that the addon builds on",
            lambda: progress.last_line(log),
        ):
            postgres.create_database(connection, partial)
            run(
                connection,
                partial,
                ["-i", modules, f"--load-language={LANGUAGES}", "--stop-after-init"],
                log=log,
            )
            rename(connection, partial, name)
    return name


def create(connection: Connection, database: str) -> None:
    """Make a database from the template, with the template's attachments."""
    source = template(connection)
    drop(connection, database)
    postgres.create_database(connection, database, source)
    store = data_folder(connection) / "filestore"
    if (store / source).is_dir():
        # Odoo names attachments by their contents and never changes one in place.
        shutil.copytree(store / source, store / database, copy_function=os.link)


def copy(connection: Connection, source: str, database: str) -> None:
    """Make a database as a copy of another one that nobody is connected to."""
    drop(connection, database)
    postgres.create_database(connection, database, source)
    store = data_folder(connection) / "filestore"
    if (store / source).is_dir():
        shutil.copytree(store / source, store / database, copy_function=os.link)


def drop(connection: Connection, database: str) -> None:
    """Remove a database and its attachments, if there."""
    postgres.drop_database(connection, database)
    shutil.rmtree(data_folder(connection) / "filestore" / database, ignore_errors=True)


def arguments(
    connection: Connection, database: str, more: Sequence[str] = (), verb: str = ""
) -> list[str]:
    """Build Odoo's command line, without a network port."""
    source = odoo_source.odoo_source()
    addons = [*source.addons, *([ADDONS] if ADDONS.is_dir() else [])]
    return [
        str(venvs.odoo_python()),
        str(source.program),
        *([verb] if verb else []),
        f"--addons-path={','.join(map(str, addons))}",
        f"--data-dir={data_folder(connection)}",
        f"--config={_empty_config()}",
        f"--database={database}",
        f"--db-filter=^{database}$",
        *more,
    ]


def environment(connection: Connection) -> dict[str, str]:
    """Build the environment in which Odoo runs."""
    source = odoo_source.odoo_source()
    result = os.environ | connection.environment()
    result["TZ"] = "UTC"
    result["PYTHONDONTWRITEBYTECODE"] = "1"
    result.pop("PYTHONPATH", None)
    if source.python_path:
        result["PYTHONPATH"] = str(source.python_path)
    return result


def run(
    connection: Connection,
    database: str,
    more: Sequence[str],
    *,
    log: Path,
    timeout_s: float = INSTALL_TIMEOUT_S,
) -> None:
    """Run Odoo to its end without serving.

    Raises:
        SetupError: it failed; carries the end of its log.
    """
    command.run_logged(
        arguments(connection, database, ["--no-http", "--max-cron-threads=0", *more]),
        log,
        env=environment(connection),
        timeout_s=timeout_s,
    )


@dataclass
class OdooServer:
    """One Odoo that serves on the loopback address."""

    connection: Connection
    database: str
    log: Path
    port: int = 0
    workers: int = 0
    cron_threads: int = 0
    more: Sequence[str] = ()
    pid: int = field(default=0, init=False)
    _process: subprocess.Popen[bytes] | None = field(
        default=None, init=False, repr=False
    )

    @property
    def url(self) -> str:
        """The address to log in at."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    def start(self, *, detached: bool = False) -> None:
        """Start it and wait until it answers.

        Args:
            detached: it outlives this process and its terminal.
        Raises:
            SetupError: it ended or did not answer in time; carries the log's end.
        """
        self.port = self.port or ports.free_port()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                arguments(
                    self.connection,
                    self.database,
                    [
                        f"--http-interface={ports.LOOPBACK}",
                        f"--http-port={self.port}",
                        f"--gevent-port={ports.free_port()}",
                        f"--workers={self.workers}",
                        f"--max-cron-threads={self.cron_threads}",
                        *self.more,
                    ],
                ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(self.connection),
                start_new_session=detached,
            )
        self._process = process
        self.pid = process.pid
        if not ports.wait_until(self.answers, START_TIMEOUT_S, self._has_ended):
            self.stop()
            end = "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-15:])
            raise SetupError(f"Odoo did not start.\n{end}\nWhole log: {self.log}")

    def stop(self) -> None:
        """End it by its process id."""
        if self.pid:
            command.stop(self.pid)
            self.pid = 0
        if self._process:
            self._process.wait()
            self._process = None

    def answers(self) -> bool:
        """Tell whether it answers requests for its database."""
        try:
            with urllib.request.urlopen(  # noqa: S310  our own address
                f"{self.url}/web/health", timeout=5
            ) as response:
                return bool(response.status == HTTPStatus.OK)
        except OSError:
            return False

    def _has_ended(self) -> bool:
        command.reap(self.pid)
        return not command.is_running(self.pid)


@contextlib.contextmanager
def serving(
    connection: Connection, database: str, **options: object
) -> Iterator[OdooServer]:
    """Serve a database for the time of the block."""
    log = cache.clone_folder("logs") / f"odoo-{database}.log"
    server = OdooServer(connection, database, log, **options)  # type: ignore[arg-type]
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _empty_config() -> Path:
    """Keep a user's own Odoo configuration file out."""
    path = cache.folder("odoo-data") / "empty.conf"
    if not path.exists():
        path.write_text("[options]\n")
    return path


def rename(connection: Connection, old: str, new: str) -> None:
    """Give a database and its attachments another name."""
    store = data_folder(connection) / "filestore"
    if (store / old).is_dir():
        shutil.rmtree(store / new, ignore_errors=True)
        (store / old).rename(store / new)
    postgres.psql(connection, "postgres", f'ALTER DATABASE "{old}" RENAME TO "{new}"')
