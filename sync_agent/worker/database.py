"""The database of the queue: its address, its schema, and what can be wrong with both.

The schema is procrastinate's. It is made when it is missing, by one worker, while the
others wait for an advisory lock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sync_agent.errors import AgentError, ConfigError, NeedsCredentials, Retryable
from sync_agent.i18n import _

LOCK_MAKING = 0x5359_4E43_0001
"""Advisory lock: the schema is being made."""
LOCK_TAKING_BACK = 0x5359_4E43_0002
"""Advisory lock: what dead workers left is being put back."""

_LONGEST_WAIT = "60s"
_ON_ITS_OWN: dict[str, str | int] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "sync-agent worker",
}
"""A line that went dead is noticed within half a minute."""
_FUNCTION = re.compile(r"CREATE FUNCTION (procrastinate_\w+)")
_REFUSED = re.compile(
    r"authentication failed|no password|no pg_hba|认证失败|密码", re.I
)
_NO_DATABASE = re.compile(r'database ".*" does not exist|数据库.*不存在', re.I)

_Connection: TypeAlias = psycopg.Connection[tuple[object, ...]]


class QueueDatabase:
    """A schema of a PostgreSQL database.

    Args:
        url: ``postgresql://user:password@host:5432/database``.
        schema: where the queue lives.

    Raises:
        ConfigError: the address cannot be understood.
    """

    def __init__(self, url: str, schema: str) -> None:
        self.schema = schema
        self._password = password_of(url)
        try:
            given = conninfo_to_dict(url)
        except psycopg.Error:  # its text holds parts of the address
            raise no_address() from None
        defaults = {k: v for k, v in _ON_ITS_OWN.items() if k not in given}
        options = f"{given.get('options', '')} -c search_path={schema}".strip()
        self.conninfo = make_conninfo(url, options=options, **defaults)

    def prepare(self) -> None:
        """Connect, and make the queue's tables when they are not there.

        Raises:
            Retryable: the database cannot be reached.
            NeedsCredentials: it refuses the user or the password.
            ConfigError: no such database, no right, or tables of another version.
        """
        with self._connected() as connection, connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{_LONGEST_WAIT}'")
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_MAKING])
            if not self._is_made(connection):
                self._make(connection)

    def is_made(self) -> bool:
        """Connect, and say whether the queue's tables are there; change nothing.

        Raises:
            AgentError: as :meth:`prepare`.
        """
        with self._connected() as connection:
            return self._is_made(connection)

    def told(self, error: BaseException) -> AgentError:
        """Turn what PostgreSQL said into what a person has to do."""
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        if self._password:
            said = said.replace(self._password, "***")
        if isinstance(error, errors.InsufficientPrivilege):
            return ConfigError(
                _("The user of the queue lacks a right: {said}.", said=said),
                _(
                    "Let it make the schema: GRANT CREATE ON DATABASE … TO …; or make "
                    "the schema {schema} for it.",
                    schema=self.schema,
                ),
            )
        if _NO_DATABASE.search(said):
            return ConfigError(
                _("The database of the queue is not there: {said}.", said=said),
                _("Make it (createdb), or correct [worker] database."),
            )
        if _REFUSED.search(said):
            return NeedsCredentials(
                _("The database of the queue refuses the user: {said}.", said=said),
                _("Correct user and password in [worker] database."),
            )
        return Retryable(
            _("The database of the queue cannot be reached: {said}.", said=said),
            _("Start PostgreSQL, or correct [worker] database."),
        )

    @contextmanager
    def _connected(self) -> Iterator[_Connection]:
        try:
            with psycopg.connect(self.conninfo, autocommit=True) as connection:
                yield connection
        except psycopg.Error as error:
            raise self.told(error) from None

    def _is_made(self, connection: _Connection) -> bool:
        rows = connection.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n "
            "ON n.oid = p.pronamespace "
            "WHERE n.nspname = %s AND p.proname LIKE 'procrastinate_%%'",
            [self.schema],
        )
        found = {str(name) for (name,) in rows}
        if found and set(_FUNCTION.findall(SchemaManager.get_schema())) - found:
            raise ConfigError(
                _(
                    "The queue in the schema {schema} was made by another version of "
                    "procrastinate.",
                    schema=self.schema,
                ),
                _(
                    "Stop all workers, name a new schema in [worker], and start them "
                    "again; the old one can be dropped: nothing in it is lost."
                ),
            )
        return bool(found)

    def _make(self, connection: _Connection) -> None:
        # IF NOT EXISTS wants the right to make it even when it is there
        there = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
        if connection.execute(there, [self.schema]).fetchone() is None:
            made = sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self.schema))
            connection.execute(made)
        connection.execute(SchemaManager.get_schema())


def password_of(url: str) -> str:
    """Return the password in an address, after a look at the address.

    Raises:
        ConfigError: it is none, or a sign in the password is not escaped; nothing of
            the address is told.
    """
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        raise no_address() from None
    odd = parts.fragment or "@" in parts.path or parts.netloc.count("@") > 1
    if parts.scheme not in {"postgresql", "postgres"} or odd:
        raise no_address()
    return unquote(parts.password or "")


def no_address() -> ConfigError:
    """Return the error for an address that cannot be understood."""
    return ConfigError(
        _("[worker] database is no address of PostgreSQL."),
        _(
            "Write postgresql://user:password@host:5432/database; in the password "
            "@ / : ? # and % are written %40 %2F %3A %3F %23 %25."
        ),
    )
