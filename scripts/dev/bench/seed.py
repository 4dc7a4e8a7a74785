"""A seeded Odoo database, kept on the server as a template and copied for each run.

Rows go in by COPY into a staging table and from there in one statement a table, while
the other indexes are away. When the addon changes, the template is updated in place.
"""

import contextlib
import io
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
from rich.console import Console

from .. import cache, odoo_server, odoo_shell, postgres, testbed
from ..postgres import Connection
from . import crowd

CHUNK = 50_000
SOURCE_CODE = "bench"
CATEGORIES, PRODUCTS = 12, 240
STATEMENTS = Path(__file__).with_name("seed.sql")

Row = Iterable[object]


@contextlib.contextmanager
def copy_of(
    connection: Connection, template: str, label: str = "bench"
) -> Iterator[str]:
    """Give the name of a copy that lives for the time of the block."""
    name = f"crm_sme_{label}_{secrets.token_hex(4)}"
    odoo_server.copy(connection, template, name)
    try:
        yield name
    finally:
        odoo_server.drop(connection, name)


def seeded(
    connection: Connection,
    *,
    customers: int,
    orders: int,
    lines: int,
    console: Console,
) -> str:
    """Give the name of a database with so many customers and orders.

    Made when missing (minutes for a million customers), updated when the addon was
    changed since.

    Args:
        connection: a leased server.
        customers: partners, each with a first order at least.
        orders: wanted; about so many are made, refunds on top.
        lines: of an order, 0 for none.
        console: told what is being done.
    """
    sizes = f"{customers}-{orders}-{lines}"
    sources = [Path(crowd.__file__), STATEMENTS]
    key = cache.digest(odoo_server.template(connection), sizes, *sources)
    name = f"crm_sme_seeded_{key}"
    with cache.lock(name):
        if not postgres.database_exists(connection, name):
            _make(connection, name, (customers, orders, lines), console)
        elif _state(connection, name) != testbed.addon_state(connection):
            console.print("updating the seeded database to this state of the addon")
            _update(connection, name)
    return name


def bare(connection: Connection, seeded_name: str, console: Console) -> str:
    """Give a database without the addon that has the customers of a seeded one."""
    key = cache.digest(odoo_server.template(connection), seeded_name)
    name = f"crm_sme_bare_{key}"
    with cache.lock(name):
        if postgres.database_exists(connection, name):
            return name
        console.print("seeding a database without the addon")
        partial = f"{name}_part"
        odoo_server.create(connection, partial)
        count = postgres.psql(
            connection, seeded_name, "SELECT customers FROM bench_base"
        )
        with _opened(connection, partial) as cursor:
            _copy_people(cursor, int(count))
            _run(cursor, "people")
            cursor.execute("DROP TABLE bench_person")
        postgres.psql(connection, partial, "VACUUM ANALYZE res_partner")
        odoo_server.rename(connection, partial, name)
    return name


@contextlib.contextmanager
def _opened(connection: Connection, database: str) -> Iterator[Any]:
    with (
        contextlib.closing(
            psycopg2.connect(**connection.arguments(database))
        ) as opened,
        opened,
        opened.cursor() as cursor,
    ):
        yield cursor


def _make(
    connection: Connection, name: str, sizes: tuple[int, int, int], console: Console
) -> None:
    customers, orders, lines = sizes
    partial = f"{name}_part"
    source, _key = testbed.prepared(connection)
    odoo_server.copy(connection, source, partial)
    if lines:
        wanted = {"categories": CATEGORIES, "products": PRODUCTS}
        odoo_shell.run(connection, partial, "bench_goods", wanted)
    console.print(f"seeding {customers:,} customers")
    with _opened(connection, partial) as cursor:
        _copy_people(cursor, customers)
        with _without_indexes(cursor, ("res_partner", "sme_binding")):
            _run(cursor, "people")
            _run(cursor, "bindings")
    bought = crowd.buy(customers, orders)
    console.print(f"seeding {bought.customer.size:,} orders and refunds")
    with _opened(connection, partial) as cursor:
        _copy_orders(cursor, bought)
        with _without_indexes(cursor, ("sme_order", "sme_order_line")):
            _run(cursor, "orders")
            if lines:
                _run(cursor, "lines", lines=lines)
        cursor.execute("DROP TABLE bench_order, bench_person")
    for table in ("res_partner", "sme_binding", "sme_order", "sme_order_line"):
        postgres.psql(connection, partial, f"VACUUM (FREEZE, ANALYZE) {table}")
    _note_state(connection, partial)
    odoo_server.rename(connection, partial, name)


def _update(connection: Connection, name: str) -> None:
    log = cache.folder("logs") / f"{name}.log"
    odoo_server.run(
        connection, name, ["-u", odoo_server.ADDON, "--stop-after-init"], log=log
    )
    _note_state(connection, name)


def _note_state(connection: Connection, name: str) -> None:
    state = testbed.addon_state(connection)
    postgres.psql(connection, "postgres", f"COMMENT ON DATABASE {name} IS '{state}'")


def _state(connection: Connection, name: str) -> str:
    return postgres.psql(
        connection,
        "postgres",
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "  # noqa: S608
        f"WHERE datname = '{name}'",
    )


def _run(cursor: Any, section: str, **values: int) -> None:
    """Run a section of ``seed.sql``; it starts with ``-- section: name``."""
    parts = STATEMENTS.read_text("utf-8").split("-- section: ")
    (text,) = (part for part in parts if part.startswith(f"{section}\n"))
    cursor.execute(text.partition("\n")[2], values)


@contextlib.contextmanager
def _without_indexes(cursor: Any, tables: tuple[str, ...]) -> Iterator[None]:
    """Take indexes that carry no constraint away, and foreign keys; put them back."""
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary AND NOT EXISTS ("
        "SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [list(tables)],
    )
    indexes = cursor.fetchall()
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype = 'f'",
        [list(tables)],
    )
    keys = cursor.fetchall()
    for table, key, _definition in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{key}"')
    for index, _definition in indexes:
        cursor.execute(f"DROP INDEX {index}")
    yield
    for _index, definition in indexes:
        cursor.execute(definition)
    for table, key, definition in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{key}" {definition}')


def _copy_people(cursor: Any, customers: int) -> None:
    cursor.execute(
        "CREATE TABLE bench_person (number int PRIMARY KEY, name text, email text, "
        "phone text, e164 text, city text, zip text, country text)"
    )
    rows = ((n, *row) for n, row in enumerate(crowd.people(customers)))
    _copy(cursor, "bench_person", rows)


def _copy_orders(cursor: Any, bought: crowd.Orders) -> None:
    cursor.execute(
        "CREATE UNLOGGED TABLE bench_order (number int, customer int, seconds bigint, "
        "cents bigint, counted boolean, origin int)"
    )
    columns = (bought.customer, bought.seconds, bought.cents, bought.counted)
    lists = [each.tolist() for each in (*columns, bought.origin)]
    rows = ((n, *row) for n, row in enumerate(zip(*lists, strict=True)))
    _copy(cursor, "bench_order", rows)
    cursor.execute("ANALYZE bench_order")


def _copy(cursor: Any, table: str, rows: Iterator[Row]) -> None:
    lines: list[str] = []
    for row in rows:
        lines.append("\t".join(map(str, row)))
        if len(lines) == CHUNK:
            _send(cursor, table, lines)
            lines = []
    _send(cursor, table, lines)


def _send(cursor: Any, table: str, lines: list[str]) -> None:
    if lines:
        cursor.copy_expert(
            f"COPY {table} FROM STDIN", io.StringIO("\n".join(lines) + "\n")
        )


def refresh(connection: Connection, database: str) -> None:
    """Bring all figures of a database up to date, as the nightly job does."""
    odoo_shell.run(connection, database, "bench_refresh", {})
    for table in ("sme_customer_value", "res_partner"):
        postgres.psql(connection, database, f"VACUUM ANALYZE {table}")
