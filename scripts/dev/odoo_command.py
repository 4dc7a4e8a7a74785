"""The command `scripts/dev/odoo`: test, serve and look into Odoo with the addon."""

import argparse
import getpass
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import cache, odoo_server, ports, postgres, progress
from .errors import SetupError, main_with_remedy
from .odoo_server import ADDON, ADDONS
from .postgres import Connection

Command = Callable[[Connection, argparse.Namespace], int]


def run_tests(connection: Connection, options: argparse.Namespace) -> int:
    """Install the addon in a fresh database and run its tests."""
    if options.fresh or not postgres.database_exists(connection, options.db):
        with progress.step(f"Database {options.db}"):
            odoo_server.create(connection, options.db)
    action = "-u" if _is_installed(connection, options.db) else "-i"
    code = _odoo(
        connection,
        options.db,
        [
            *(action, ADDON, "--test-enable", f"--test-tags={options.tags}"),
            *("--stop-after-init", "--max-cron-threads=0"),
            *(f"--http-port={ports.free_port()}", f"--gevent-port={ports.free_port()}"),
            *("--http-interface=127.0.0.1", *options.more),
        ],
    )
    if not options.keep:
        odoo_server.drop(connection, options.db)
    return code


def serve(connection: Connection, options: argparse.Namespace) -> int:
    """Serve a database with the addon until Ctrl-C."""
    _ensure_installed(connection, options)
    server = odoo_server.OdooServer(
        connection,
        options.db,
        cache.clone_folder("logs") / f"odoo-{options.db}.log",
        port=options.port,
        more=options.more,
    )
    server.start()
    progress.say(f"{server.url}/odoo  admin / admin   log: {server.log}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while server.answers():
            time.sleep(2)
    except KeyboardInterrupt:
        progress.say("stopping")
    finally:
        server.stop()
    return 0


def shell(connection: Connection, options: argparse.Namespace) -> int:
    """Open Odoo's Python shell (reads a script from standard input, if any)."""
    _ensure_installed(connection, options)
    return _odoo(connection, options.db, ["--no-http", *options.more], verb="shell")


def psql(connection: Connection, options: argparse.Namespace) -> int:
    """Open psql on a database."""
    return subprocess.run(
        [postgres.psql_program(), "-X", "-d", options.db, *options.more],
        env=os.environ | connection.environment(),
        check=False,
    ).returncode


def update(connection: Connection, options: argparse.Namespace) -> int:
    """Install or update the addon in a database."""
    _ensure_created(connection, options)
    action = "-u" if _is_installed(connection, options.db) else "-i"
    return _odoo(
        connection,
        options.db,
        [action, ADDON, "--no-http", "--stop-after-init", *options.more],
    )


def export_pot(connection: Connection, options: argparse.Namespace) -> int:
    """Write the addon's translation template, and zh_CN.po's missing terms."""
    _ensure_installed(connection, options)
    target = options.output or ADDONS / ADDON / "i18n" / f"{ADDON}.pot"
    target.parent.mkdir(parents=True, exist_ok=True)
    arguments = odoo_server.arguments(connection, options.db)
    at = arguments.index(f"--database={options.db}")
    kept = [argument for argument in arguments[:at] if not argument.startswith("--")]
    config = cache.clone_folder() / "i18n.conf"
    addons = next(text for text in arguments if text.startswith("--addons-path="))
    config.write_text(
        f"[options]\naddons_path = {addons.partition('=')[2]}\n"
        f"data_dir = {odoo_server.data_folder(connection)}\n"
    )
    return subprocess.run(
        [
            *kept,
            *("i18n", "export", "-c", str(config), "-d", options.db),
            *("-o", str(target), ADDON),
        ],
        env=odoo_server.environment(connection),
        check=False,
    ).returncode


def create(connection: Connection, options: argparse.Namespace) -> int:
    """Make a fresh database from the template, without the addon."""
    odoo_server.create(connection, options.db)
    return 0


def drop(connection: Connection, options: argparse.Namespace) -> int:
    """Remove a database."""
    odoo_server.drop(connection, options.db)
    return 0


def show(connection: Connection, _options: argparse.Namespace) -> int:
    """List the databases and how to reach them."""
    for name, value in connection.environment().items():
        progress.say(f"export {name}={value}")
    progress.say(
        postgres.psql(
            connection,
            "postgres",
            "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1",
        )
    )
    return 0


COMMANDS: dict[str, Command] = {
    "test": run_tests,
    "serve": serve,
    "shell": shell,
    "psql": psql,
    "update": update,
    "export-pot": export_pot,
    "create": create,
    "drop": drop,
    "list": show,
}


def parser() -> argparse.ArgumentParser:
    """Build the command line of `scripts/dev/odoo`."""
    result = argparse.ArgumentParser(
        prog="scripts/dev/odoo",
        description="Odoo 19 with the addon, on the shared test database server.",
        epilog="Arguments after -- go to Odoo (or psql) as they are.",
    )
    commands = result.add_subparsers(dest="command", required=True)
    for name, function in COMMANDS.items():
        own = commands.add_parser(name, help=function.__doc__)
        own.add_argument(
            "--db",
            default=f"dev_{getpass.getuser()}",
            help="name of the database; take one of your own",
        )
        own.set_defaults(function=function, more=[], port=0, output=None)
        if name == "test":
            own.add_argument("--tags", default=f"/{ADDON}", help="Odoo's --test-tags")
            own.add_argument(
                "--keep", action="store_true", help="keep the database afterwards"
            )
            own.add_argument(
                "--fresh",
                action=argparse.BooleanOptionalAction,
                default=True,
                help="start from the template even if the database exists",
            )
        if name == "serve":
            own.add_argument("--port", type=int, default=0, help="default: a free one")
        if name == "export-pot":
            own.add_argument("--output", type=Path, help="default: the addon's i18n/")
    return result


def main() -> int:
    """Run one command under a lease of the test server."""
    arguments, more = sys.argv[1:], []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, more = arguments[:at], arguments[at + 1 :]
    options = parser().parse_args(arguments)
    options.more = more
    with postgres.lease() as connection:
        return options.function(connection, options)


def _odoo(
    connection: Connection, database: str, more: list[str], verb: str = ""
) -> int:
    return subprocess.run(
        odoo_server.arguments(connection, database, more, verb),
        env=odoo_server.environment(connection),
        check=False,
    ).returncode


def _is_installed(connection: Connection, database: str) -> bool:
    return bool(
        postgres.psql(
            connection,
            database,
            "SELECT 1 FROM ir_module_module "  # noqa: S608  a constant
            f"WHERE name = '{ADDON}' AND state IN ('installed', 'to upgrade')",
        )
    )


def _ensure_created(connection: Connection, options: argparse.Namespace) -> None:
    if not postgres.database_exists(connection, options.db):
        with progress.step(f"Database {options.db}"):
            odoo_server.create(connection, options.db)


def _ensure_installed(connection: Connection, options: argparse.Namespace) -> None:
    _ensure_created(connection, options)
    if not (ADDONS / ADDON / "__manifest__.py").exists():
        raise SetupError(f"{ADDONS / ADDON} has no manifest yet.")
    if not _is_installed(connection, options.db):
        log = cache.clone_folder("logs") / f"install-{options.db}.log"
        with progress.step(f"Installing {ADDON}", lambda: progress.last_line(log)):
            odoo_server.run(
                connection, options.db, ["-i", ADDON, "--stop-after-init"], log=log
            )


if __name__ == "__main__":
    main_with_remedy(main)
