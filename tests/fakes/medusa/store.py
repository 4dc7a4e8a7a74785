"""Records of a fake Medusa shop, with its silent changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from .totals import order_totals

Row = dict[str, Any]
KEY = "sk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
TABLES = ("orders", "customers", "products", "product-categories", "stores")
PREFIXES = {
    "orders": "order",
    "customers": "cus",
    "products": "prod",
    "product-categories": "pcat",
    "stores": "store",
}
ZERO = Decimal(0)


def time_text(at: datetime) -> str:
    """Return a time as Medusa writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Store:
    """All records in memory; safe for the threads of the server."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.lock = threading.RLock()
        self.tables: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
        self._next = 0

    @property
    def orders(self) -> dict[str, Row]:
        """Orders by id."""
        return self.tables["orders"]

    def next_id(self, prefix: str) -> str:
        """Return a new id: a ULID behind the name of its kind."""
        with self.lock:
            self._next += 1
            return f"{prefix}_01M8{self._next:022d}"

    def stamped(self, prefix: str, row: Row, at: datetime | None = None) -> Row:
        """Return a row with id and dates, unless it has them."""
        text = time_text(at or self.now())
        row.setdefault("id", self.next_id(prefix))
        row.setdefault("created_at", text)
        row.setdefault("updated_at", text)
        row.setdefault("deleted_at", None)
        return row

    def add(self, table: str, row: Row, at: datetime | None = None) -> Row:
        """Store a record; its dates are ``at`` unless it has them."""
        with self.lock:
            row = self.stamped(PREFIXES[table], row, at)
            if table == "orders":
                row.setdefault("display_id", len(self.orders) + 1)
            self.tables[table][row["id"]] = row
            return row

    def edit(
        self, table: str, row_id: str, at: datetime | None = None, **changes: Any
    ) -> Row:
        """Change a record and its date."""
        with self.lock:
            row = self.tables[table][row_id]
            row.update(changes, updated_at=time_text(at or self.now()))
            return row

    def delete(self, table: str, row_id: str) -> None:
        """Delete a record: no list shows it any more."""
        with self.lock:
            del self.tables[table][row_id]

    def payments(self) -> Iterator[Row]:
        """Yield the payments of all orders, each with its collection and order."""
        for order in self.orders.values():
            for collection in order["payment_collections"]:
                parent = {
                    "id": collection["id"],
                    "updated_at": collection["updated_at"],
                    "order": {"id": order["id"]},
                }
                for payment in collection["payments"]:
                    yield {**payment, "payment_collection": parent}

    def variants(self) -> Iterator[Row]:
        """Yield the variants of all products."""
        for product in self.tables["products"].values():
            yield from product["variants"]

    def capture(self, order_id: str, at: datetime | None = None) -> None:
        """Take the money of an order: the order's date stays."""
        with self.lock:
            when = at or self.now()
            collection = self.orders[order_id]["payment_collections"][0]
            payment = collection["payments"][0]
            capture = {"amount": payment["amount"]}
            payment["captures"].append(self.stamped("capt", capture, when))
            payment["updated_at"] = payment["captured_at"] = time_text(when)
            collection.update(status="completed", updated_at=time_text(when))

    def refund(
        self,
        order_id: str,
        amount: str,
        *,
        note: str | None = None,
        at: datetime | None = None,
    ) -> Row:
        """Pay back money.

        What the shop did not owe becomes a credit line and moves the order's date;
        what it owed after an edit or return moves only that of the collection.
        """
        with self.lock:
            when, order = at or self.now(), self.orders[order_id]
            value = Decimal(amount)
            owed = max(ZERO, _paid(order) - order_totals(order)["total"])
            collection = order["payment_collections"][0]
            refund = self.stamped("ref", {"amount": value, "note": note}, when)
            collection["payments"][0]["refunds"].append(refund)
            collection["updated_at"] = time_text(when)
            if value > owed:
                self.credit(order_id, str(value - owed), at=when)
            return refund

    def credit(self, order_id: str, amount: str, at: datetime | None = None) -> None:
        """Give a credit on an order: a refund, a gift card."""
        with self.lock:
            line = {"amount": Decimal(amount), "reference": "payment_collection"}
            order = self.orders[order_id]
            order["credit_lines"].append(self.stamped("ordcl", line, at))
            self._moved(order, at)

    def ship(
        self,
        order_id: str,
        *numbers: str,
        at: datetime | None = None,
        delivered: bool = False,
    ) -> Row:
        """Send an order's goods; its date moves."""
        with self.lock:
            when, order = at or self.now(), self.orders[order_id]
            text = time_text(when)
            labels = [
                self.stamped("fulla", {"tracking_number": number, **_URLS}, when)
                for number in numbers
            ]
            row = {
                "packed_at": text,
                "shipped_at": text if numbers else None,
                "delivered_at": text if delivered else None,
                "canceled_at": None,
                "requires_shipping": True,
                "provider_id": "manual_manual",
                "shipping_option": {"id": "so_1", "name": "DHL Paket"},
                "labels": labels,
            }
            order["fulfillments"].append(self.stamped("ful", row, when))
            order["fulfillment_status"] = (
                "delivered" if delivered else "shipped" if numbers else "fulfilled"
            )
            self._moved(order, at)
            return row

    def give_back(
        self, order_id: str, index: int, quantity: int, at: datetime | None = None
    ) -> None:
        """Take goods back: the item's totals fall, its quantity stays."""
        with self.lock:
            when, order = at or self.now(), self.orders[order_id]
            item = order["items"][index]
            item["detail"]["return_received_quantity"] += quantity
            row = {"item_id": item["id"], "received_quantity": quantity}
            back = {"received_at": time_text(when), "canceled_at": None, "items": [row]}
            order["returns"].append(self.stamped("return", back, when))
            self._moved(order, at)

    def edit_quantity(
        self, order_id: str, index: int, quantity: int, at: datetime | None = None
    ) -> None:
        """Edit an order: its total falls and the shop owes money."""
        with self.lock:
            order = self.orders[order_id]
            order["items"][index]["quantity"] = quantity
            self._moved(order, at)

    def cancel(self, order_id: str, at: datetime | None = None) -> None:
        """Cancel an order; what was paid goes back."""
        with self.lock:
            order = self.orders[order_id]
            left = _paid(order)
            if left:
                self.refund(order_id, str(left), at=at)
            order.update(status="canceled", canceled_at=time_text(at or self.now()))
            self._moved(order, at)

    def add_address(self, customer_id: str, row: Row, at: datetime) -> None:
        """Add an address: the customer's date stays."""
        with self.lock:
            made = self.stamped("cuaddr", row, at)
            self.tables["customers"][customer_id]["addresses"].append(made)

    def _moved(self, order: Row, at: datetime | None) -> None:
        order["updated_at"] = time_text(at or self.now())
        order["version"] += 1


_URLS = {"tracking_url": "#", "label_url": "#"}


def _paid(order: Row) -> Decimal:
    payments = [p for c in order["payment_collections"] for p in c["payments"]]
    taken = sum((c["amount"] for p in payments for c in p["captures"]), ZERO)
    return taken - sum((r["amount"] for p in payments for r in p["refunds"]), ZERO)
