"""Commands to a fake shop that runs as a process of its own: POST /_fake/<command>.

``state``            counts of all tables and the sums of orders and refunds
``orders``           all orders as the API gives them, with their refunds
``fault``            a trouble to come: {"kind": "status", "status": 503, …}
``clear``            forget troubles
``edit``             {"table": "orders", "id": 1, "changes": {…}, "at": time|null}
``trash`` ``restore`` ``delete``   {"table": …, "id": …}
``refund``           {"order": 1, "amount": "1.00", "lines": [[0, 1]], "at": …}
``delete_refund``    {"id": 1}
``add_orders``       {"count": 10, "seed": 1}: new orders of now
``revoke``           {"revoked": true}: the key is refused from now on
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .api import Reply, error
from .seed import order_row

if TYPE_CHECKING:
    from .server import FakeShop
    from .store import Row, Store

_TABLES = ("orders", "customers", "products", "variations", "reviews")


def run_command(shop: FakeShop, name: str, payload: Row) -> Reply:
    """Run a command and return what it gives."""
    command = _COMMANDS.get(name)
    if command is None:
        return error(404, "no_command", f"No command {name}: {', '.join(_COMMANDS)}")
    with shop.store.lock:
        return Reply(200, command(shop, payload))


def _state(shop: FakeShop, payload: Row) -> Row:
    store = shop.store
    counts: Row = {table: len(getattr(store, table)) for table in _TABLES}
    orders = [row for row in store.orders.values() if row["status"] != "checkout-draft"]
    return {
        **counts,
        "refunds": len(store.refunds),
        "real_orders": len(orders),
        "order_total": str(sum(Decimal(row["total"]) for row in orders)),
        "refund_total": str(sum(Decimal(r["amount"]) for r in store.refunds.values())),
    }


def _orders(shop: FakeShop, payload: Row) -> list[Row]:
    return [shop.store.order_json(row) for row in shop.store.orders.values()]


def _fault(shop: FakeShop, payload: Row) -> Row:
    shop.faults.add(**payload)
    return {}


def _clear(shop: FakeShop, payload: Row) -> Row:
    shop.faults.clear()
    return {}


def _table(store: Store, payload: Row) -> dict[int, Row]:
    table: dict[int, Row] = getattr(store, payload["table"])
    return table


def _at(payload: Row) -> datetime | None:
    return datetime.fromisoformat(payload["at"]) if payload.get("at") else None


def _edit(shop: FakeShop, payload: Row) -> Row:
    table = _table(shop.store, payload)
    changes = payload.get("changes", {})
    return shop.store.edit(table, payload["id"], at=_at(payload), **changes)


def _moved(action: str) -> Callable[[FakeShop, Row], Row]:
    def run(shop: FakeShop, payload: Row) -> Row:
        getattr(shop.store, action)(_table(shop.store, payload), payload["id"])
        return {}

    return run


def _refund(shop: FakeShop, payload: Row) -> Row:
    lines = [(index, quantity) for index, quantity in payload.get("lines", [])]
    return shop.store.refund(
        payload["order"], payload["amount"], lines=lines, at=_at(payload)
    )


def _delete_refund(shop: FakeShop, payload: Row) -> Row:
    shop.store.delete_refund(payload["id"])
    return {}


def _add_orders(shop: FakeShop, payload: Row) -> list[int]:
    rng = random.Random(payload.get("seed", 1))
    people = [r for r in shop.store.customers.values() if r["role"] == "customer"]
    made = []
    for _ in range(payload["count"]):
        buyer = rng.choice(people)
        row = order_row(shop.store, rng, dict(buyer["billing"]), buyer["id"])
        made.append(shop.store.add(shop.store.orders, row)["id"])
    return made


def _revoke(shop: FakeShop, payload: Row) -> Row:
    shop.guard.revoked = bool(payload.get("revoked", True))
    return {}


_COMMANDS: dict[str, Callable[[FakeShop, Row], Any]] = {
    "state": _state,
    "orders": _orders,
    "fault": _fault,
    "clear": _clear,
    "edit": _edit,
    "trash": _moved("trash"),
    "restore": _moved("restore"),
    "delete": _moved("delete"),
    "refund": _refund,
    "delete_refund": _delete_refund,
    "add_orders": _add_orders,
    "revoke": _revoke,
}
