"""Records of a fake PrestaShop shop, with its silent changes."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
NO_DATE = "0000-00-00 00:00:00"
UNDATED = {
    *("combinations", "currencies", "languages", "countries", "states"),
    *("carriers", "order_states", "order_details", "order_cart_rules"),
    "product_option_values",
}
"""Lists whose rows have no dates."""
ONE_DATE = {"order_carriers", "order_histories"}
"""Lists whose rows have the date of their making only."""
SHIPPED, DELIVERED = 4, 5


class Store:
    """All records in memory; safe for the threads of the server.

    Args:
        now: the shop's clock.
        zone: of its times.
    """

    def __init__(
        self, now: Callable[[], datetime] | None = None, zone: str = "Europe/Paris"
    ) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.zone = ZoneInfo(zone)
        self.lock = threading.RLock()
        self.tables: defaultdict[str, dict[int, Row]] = defaultdict(dict)
        self._next = 100

    @property
    def orders(self) -> dict[int, Row]:
        """Orders by id."""
        return self.tables["orders"]

    def time_text(self, at: datetime) -> str:
        """Return a time as PrestaShop writes it: in its zone without saying so."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def next_id(self) -> int:
        """Return a new id."""
        with self.lock:
            self._next += 1
            return self._next

    def add(self, table: str, row: Row, at: datetime | None = None) -> Row:
        """Store a record; its dates are ``at`` unless it has them."""
        with self.lock:
            row.setdefault("id", self.next_id())
            text = self.time_text(at or self.now())
            if table not in UNDATED:
                row.setdefault("date_add", text)
            if table not in UNDATED | ONE_DATE:
                row.setdefault("date_upd", text)
            self.tables[table][row["id"]] = row
            return row

    def edit(
        self, table: str, row_id: int, at: datetime | None = None, **changes: Any
    ) -> Row:
        """Change a record and its date."""
        with self.lock:
            changes["date_upd"] = self.time_text(at or self.now())
            return self.edit_quietly(table, row_id, **changes)

    def edit_quietly(self, table: str, row_id: int, **changes: Any) -> Row:
        """Change a record without its date: stock, a tracking number, a module."""
        with self.lock:
            row = self.tables[table][row_id]
            row.update(changes)
            return row

    def delete(self, table: str, row_id: int) -> None:
        """Delete a record with what hangs on it: no trace stays."""
        with self.lock:
            del self.tables[table][row_id]
            if table == "orders":
                for rows in self.tables.values():
                    hanging = [
                        k for k, r in rows.items() if r.get("id_order") == row_id
                    ]
                    for own in hanging:
                        del rows[own]

    def of_order(self, table: str, order_id: int) -> list[Row]:
        """Return the rows of an order."""
        rows = self.tables[table].values()
        return [row for row in rows if row.get("id_order") == order_id]

    def set_state(
        self, order_id: int, state_id: int, at: datetime | None = None
    ) -> None:
        """Give an order a state: its date moves."""
        with self.lock:
            row = {"id_order": order_id, "id_order_state": state_id}
            self.add("order_histories", row, at)
            self.edit("orders", order_id, at, current_state=state_id)

    def track(self, order_id: int, number: str) -> Row:
        """Write the tracking number of an order: no date moves."""
        (parcel,) = self.of_order("order_carriers", order_id)
        return self.edit_quietly("order_carriers", parcel["id"], tracking_number=number)

    def refund(
        self,
        order_id: int,
        lines: list[tuple[int, int]],
        *,
        with_shipping: bool = False,
        chosen: str = "",
        at: datetime | None = None,
    ) -> Row:
        """Make a credit slip; the order's date stays.

        Args:
            order_id: of the order.
            lines: (index of the order's line, quantity).
            with_shipping: pay back shipping too.
            chosen: an amount that a person wrote instead of the goods' sum.
            at: when.
        """
        with self.lock:
            order = self.orders[order_id]
            details = self.of_order("order_details", order_id)
            back = [_back(self, details[i], quantity) for i, quantity in lines]
            net = sum((each["amount_tax_excl"] for each in back), Decimal(0))
            total = sum((each["amount_tax_incl"] for each in back), Decimal(0))
            share = Decimal(with_shipping)
            row = {
                "id_order": order_id,
                "id_customer": order["id_customer"],
                "total_products_tax_excl": net,
                "total_products_tax_incl": total,
                "total_shipping_tax_excl": order["total_shipping_tax_excl"] * share,
                "total_shipping_tax_incl": order["total_shipping_tax_incl"] * share,
                "amount": Decimal(chosen) if chosen else total,
                "shipping_cost": int(with_shipping),
                "order_slip_type": 2 if chosen else 0,
                "associations": {"order_slip_details": back},
            }
            return self.add("order_slip", row, at)


def _back(store: Store, detail: Row, quantity: int) -> Row:
    share = Decimal(quantity) / detail["product_quantity"]
    return {
        "id": store.next_id(),
        "id_order_detail": detail["id"],
        "product_quantity": quantity,
        "amount_tax_excl": (detail["total_price_tax_excl"] * share).quantize(
            Decimal("0.000001")
        ),
        "amount_tax_incl": (detail["total_price_tax_incl"] * share).quantize(
            Decimal("0.000001")
        ),
    }
