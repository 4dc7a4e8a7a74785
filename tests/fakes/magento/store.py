"""Records of a fake Magento shop, with its silent changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
TABLES = (
    "orders",
    "creditmemos",
    "shipments",
    "customers",
    "products",
    "categories",
    "carts",
)
BY_ID = {"customers", "products", "categories", "carts"}
"""Tables whose rows call their entity_id just id."""


def time_text(at: datetime) -> str:
    """Return a time as Magento writes it: UTC without saying so."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


class Store:
    """All records in memory; safe for the threads of the server."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.lock = threading.RLock()
        self.tables: dict[str, dict[int, Row]] = {name: {} for name in TABLES}
        self._next = 100

    @property
    def orders(self) -> dict[int, Row]:
        """Orders by id."""
        return self.tables["orders"]

    def next_id(self) -> int:
        """Return a new id."""
        with self.lock:
            self._next += 1
            return self._next

    def add(self, table: str, row: Row, at: datetime | None = None) -> Row:
        """Store a record; its dates are ``at`` unless it has them."""
        with self.lock:
            key = "id" if table in BY_ID else "entity_id"
            row.setdefault(key, self.next_id())
            text = time_text(at or self.now())
            row.setdefault("created_at", text)
            row.setdefault("updated_at", text)
            self.tables[table][row[key]] = row
            return row

    def edit(
        self, table: str, row_id: int, at: datetime | None = None, **changes: Any
    ) -> Row:
        """Change a record and its date."""
        with self.lock:
            changes["updated_at"] = time_text(at or self.now())
            return self.edit_quietly(table, row_id, **changes)

    def edit_quietly(self, table: str, row_id: int, **changes: Any) -> Row:
        """Change a record without its date: an import, an address, stock."""
        with self.lock:
            row = self.tables[table][row_id]
            row.update(changes)
            return row

    def delete(self, table: str, row_id: int) -> None:
        """Delete a record with what hangs on it."""
        with self.lock:
            del self.tables[table][row_id]
            if table == "orders":
                for name in ("creditmemos", "shipments"):
                    rows = self.tables[name]
                    for own in [k for k, r in rows.items() if r["order_id"] == row_id]:
                        del rows[own]

    def refund(
        self,
        order_id: int,
        lines: list[tuple[int, int]],
        *,
        with_shipping: bool = False,
        more: str = "0",
        less: str = "0",
        state: int = 2,
        at: datetime | None = None,
    ) -> Row:
        """Make a credit memo; the order's date stays.

        Args:
            order_id: of the order.
            lines: (index of the order's item, quantity).
            with_shipping: pay back shipping too.
            more: adjustment in favour of the buyer.
            less: adjustment in favour of the shop.
            state: 2 is paid back.
            at: when.
        """
        with self.lock:
            order = self.orders[order_id]
            items = [_back(self, order["items"][i], quantity) for i, quantity in lines]
            shipping = order["shipping_amount"] if with_shipping else Decimal(0)
            ship_tax = order["shipping_tax_amount"] if with_shipping else Decimal(0)
            total = shipping + ship_tax + Decimal(more) - Decimal(less)
            for each in items:
                total += each["row_total"] + each["tax_amount"]
                total += each["discount_tax_compensation_amount"]
                total -= each["discount_amount"]
            row = both_sides(
                {
                    "order_id": order_id,
                    "increment_id": f"CM{order_id}",
                    "state": state,
                    "base_currency_code": order["base_currency_code"],
                    "order_currency_code": order["order_currency_code"],
                    "grand_total": total,
                    "shipping_amount": shipping,
                    "shipping_tax_amount": ship_tax,
                    "adjustment_positive": Decimal(more),
                    "adjustment_negative": Decimal(less),
                    "items": items,
                    "comments": [{"comment": "sent back"}],
                }
            )
            if state == 2:
                back = (order.get("total_refunded") or Decimal(0)) + total
                order["total_refunded"] = order["base_total_refunded"] = back
            return self.add("creditmemos", row, at)

    def ship(self, order_id: int, *numbers: str, at: datetime | None = None) -> Row:
        """Send an order's goods; the order's date stays."""
        row: Row = {"order_id": order_id, "items": [], "tracks": []}
        self.add("shipments", row, at)
        for number in numbers:
            self.track(row["entity_id"], number, at=at)
        return row

    def track(self, shipment_id: int, number: str, at: datetime | None = None) -> None:
        """Add a tracking number; the shipment's date stays."""
        with self.lock:
            shipment = self.tables["shipments"][shipment_id]
            text = time_text(at or self.now())
            shipment["tracks"].append(
                {
                    "entity_id": self.next_id(),
                    "parent_id": shipment_id,
                    "order_id": shipment["order_id"],
                    "carrier_code": "custom",
                    "title": "DHL",
                    "track_number": number,
                    "created_at": text,
                    "updated_at": text,
                }
            )


def both_sides(row: Row) -> Row:
    """Return a row with its amounts in the base currency too: the same ones."""
    for key in [k for k, v in row.items() if isinstance(v, Decimal)]:
        row[f"base_{key}"] = row[key]
    return row


def _back(store: Store, item: Row, quantity: int) -> Row:
    share = Decimal(quantity) / Decimal(item["qty_ordered"])
    item["qty_refunded"] = item.get("qty_refunded", 0) + quantity
    back: Row = {
        key: (item[key] * share).quantize(Decimal("0.01"))
        for key in (
            "row_total",
            "tax_amount",
            "discount_amount",
            "discount_tax_compensation_amount",
        )
    }
    return both_sides(
        {
            **back,
            "entity_id": store.next_id(),
            "order_item_id": item["item_id"],
            "product_id": item["product_id"],
            "sku": item["sku"],
            "name": item["name"],
            "qty": quantity,
        }
    )
