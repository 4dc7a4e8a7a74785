"""Ready-made Odoo databases with the addon and the accounts that tests need.

Installing the addon takes its time, so a database with this very state of the addon is
made once and copied for each test module.
"""

import contextlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import cache, odoo_server, odoo_shell, postgres, progress
from .odoo_server import ADDONS, OdooServer
from .postgres import Connection

ROBOT = "sync"
TIME_ZONE = "Asia/Shanghai"
ADMIN_PASSWORD = "admin"  # noqa: S105  a test database on the loopback address
COMPANY = {
    "name": "Crane & Co 鹤",
    "currency": "CNY",
    "rates": [
        ["2020-01-01", "EUR", 0.125],
        ["2020-01-01", "USD", 0.14],
        ["2020-01-01", "GBP", 0.10625],
        ["2020-01-01", "JPY", 20],
    ],
}
PEOPLE = [
    {"login": "boss", "name": "Bo Ross", "group": "crm_sme.crm_sme_group_manager"},
    {"login": "officer", "name": "小王", "group": "crm_sme.crm_sme_group_officer"},
    {"login": "sales", "name": "Sally Lee", "group": "crm_sme.crm_sme_group_user"},
]
KEPT_STATES = 2


@dataclass(frozen=True)
class RunningOdoo:
    """A served database of its own, and who may log in.

    People log in with their login as password; `sync_key` is the robot's API key.
    """

    server: OdooServer
    sync_key: str
    sync_login: str = ROBOT
    admin_login: str = "admin"
    admin_password: str = ADMIN_PASSWORD

    @property
    def url(self) -> str:
        """The address of the server."""
        return self.server.url

    @property
    def database(self) -> str:
        """The name of the database."""
        return self.server.database

    @property
    def connection(self) -> Connection:
        """The database server."""
        return self.server.connection

    def sql(self, statement: str) -> str:
        """Run one statement behind Odoo's back; rows as lines, columns with ``|``."""
        return postgres.psql(self.connection, self.database, statement)


def addon_state(connection: Connection) -> str:
    """Hash all that a database with the addon is made of."""
    sources = [
        file
        for file in sorted(ADDONS.rglob("*"))
        if file.is_file()
        and "__pycache__" not in file.parts
        and not file.match("test_*.py")
        and not file.match("*.test.js")
    ]
    names = [str(file.relative_to(ADDONS)) for file in sources]
    template = odoo_server.template(connection)
    scripts = sorted(odoo_shell.SCRIPTS.glob("*.py"))
    setting = json.dumps([COMPANY, PEOPLE])
    return cache.digest(template, setting, *names, *sources, *scripts)


def prepared(connection: Connection) -> tuple[str, str]:
    """Give a database with the addon of this tree, and the robot's API key in it."""
    key = addon_state(connection)
    name = f"crm_sme_addon_{key}"
    keys = cache.folder("testbed")
    with cache.lock("testbed"):
        if postgres.database_exists(connection, name) and (keys / name).exists():
            (keys / name).touch()
            return name, (keys / name).read_text()
        _make(connection, name, keys)
        _forget_old(connection, keys)
    return name, (keys / name).read_text()


def _make(connection: Connection, name: str, keys: Path) -> None:
    log = cache.folder("logs") / f"{name}.log"
    log.unlink(missing_ok=True)
    partial = f"{name}_part"
    with progress.step("Odoo database with the addon", lambda: progress.last_line(log)):
        odoo_server.create(connection, partial)
        odoo_server.run(
            connection,
            partial,
            ["-i", odoo_server.ADDON, "--stop-after-init"],
            log=log,
        )
        odoo_shell.run(connection, partial, "company", COMPANY)
        accounts = odoo_shell.run(
            connection,
            partial,
            "accounts",
            {
                "admin": ADMIN_PASSWORD,
                "users": [
                    {
                        **person,
                        "password": person["login"],
                        "lang": "zh_CN" if person["login"] == "officer" else "en_US",
                        "tz": TIME_ZONE,
                    }
                    for person in PEOPLE
                ],
                "robot": ROBOT,
                "new_key": True,
            },
        )
        odoo_server.drop(connection, name)
        odoo_server.rename(connection, partial, name)
    file = keys / name
    file.touch(mode=0o600)
    file.write_text(accounts["key"])


def _forget_old(connection: Connection, keys: Path) -> None:
    by_age = sorted(keys.iterdir(), key=lambda file: file.stat().st_mtime)
    for file in by_age[:-KEPT_STATES]:
        odoo_server.drop(connection, file.name)
        file.unlink()


@contextlib.contextmanager
def running_odoo(
    connection: Connection, label: str = "t", **options: object
) -> Iterator[RunningOdoo]:
    """Serve a fresh database with the addon for the time of the block.

    Args:
        connection: a leased server.
        label: part of the database's name, for people who look.
        options: further fields of `OdooServer` (``workers``, ``cron_threads``...).
    """
    with cache.lock("testbed-copy"):
        source, key = prepared(connection)
        database = f"crm_sme_{label}_{secrets.token_hex(4)}"
        odoo_server.copy(connection, source, database)
    try:
        with odoo_server.serving(connection, database, **options) as server:
            yield RunningOdoo(server, key)
    finally:
        odoo_server.drop(connection, database)
