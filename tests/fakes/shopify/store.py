"""The tables of the fake shop, in the shape of Shopify's schema, and what happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .search import number

Row = dict[str, Any]
TABLES = {
    "orders": "Order",
    "customers": "Customer",
    "products": "Product",
    "abandonedCheckouts": "AbandonedCheckout",
}


def bag(amount: Decimal | str, currency: str, paid: Row | None = None) -> Row:
    """Return an amount in the shop's currency and in the paid one, if that differs."""
    money = {"amount": str(amount), "currencyCode": currency}
    return {"shopMoney": money, "presentmentMoney": paid or money}


def time_text(at: datetime) -> str:
    """Return a time as Shopify writes it: whole seconds, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """All records in memory; safe for the threads of the server.

    Args:
        now: the shop's clock.
        first_id: of records; set it above 2^53 for huge ids.
    """

    def __init__(
        self, now: Callable[[], datetime] | None = None, *, first_id: int = 1001
    ) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.lock = threading.RLock()
        self.tables: dict[str, dict[int, Row]] = {name: {} for name in TABLES}
        self.currency = "EUR"
        self.created_at = "2020-01-01T00:00:00Z"
        self._next = first_id

    @property
    def orders(self) -> dict[int, Row]:
        """The orders by number."""
        return self.tables["orders"]

    def gid(self, kind: str, own: int | None = None) -> str:
        """Return a new id, or the whole id of a number."""
        with self.lock:
            if own is None:
                own = self._next
                self._next += 1
            return f"gid://shopify/{kind}/{own}"

    def add(self, table: str, row: Row, at: datetime | None = None) -> Row:
        """Store a record; its dates are ``at`` unless it has them."""
        with self.lock:
            row.setdefault("__typename", TABLES[table])
            row.setdefault("id", self.gid(TABLES[table]))
            for key in ("createdAt", "updatedAt", "processedAt"):
                row.setdefault(key, time_text(at or self.now()))
            self.tables[table][number(row["id"])] = row
            return row

    def edit(
        self, table: str, own: int, at: datetime | None = None, **changes: Any
    ) -> Row:
        """Change a record and its date."""
        with self.lock:
            row = self.tables[table][own]
            row.update(changes, updatedAt=time_text(at or self.now()))
            return row

    def edit_quietly(self, table: str, own: int, **changes: Any) -> Row:
        """Change a record without its date."""
        with self.lock:
            self.tables[table][own].update(changes)
            return self.tables[table][own]

    def delete(self, table: str, own: int) -> None:
        """Delete a record for good; orders of a customer lose him."""
        with self.lock:
            del self.tables[table][own]
            if table == "customers":
                for order in self.orders.values():
                    buyer = order.get("customer")
                    if buyer and number(buyer["id"]) == own:
                        self.edit("orders", number(order["id"]), customer=None)

    def in_order(self, table: str) -> list[Row]:
        """Return the rows of a table by their numbers."""
        return [row for _own, row in sorted(self.tables[table].items())]

    def node(self, gid: str) -> Row | None:
        """Return any record by its whole id."""
        kind, own = gid.split("/")[-2], number(gid)
        for table, typename in TABLES.items():
            if typename == kind:
                return self.tables[table].get(own)
        return next((row for row in self._children() if row["id"] == gid), None)

    def _children(self) -> list[Row]:
        found: list[Row] = []
        for order in self.orders.values():
            for parcel in order["fulfillments"]:
                found.append({**parcel, "order": order})
            found += order["refunds"]
        for product in self.tables["products"].values():
            found += product["variants"]
        return found
