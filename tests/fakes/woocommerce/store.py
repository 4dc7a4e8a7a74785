"""The tables of the fake shop and what can happen to them.

Dates move as a real WooCommerce 10.0.2 was seen to move them: saving, a new refund,
trash and restore move an order's date; a note and deleting a refund do not.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
SHOP_OFFSET = timedelta(hours=8)
"""The shop's own time is that of Shanghai."""


def money(value: Decimal) -> str:
    """Return an amount as WooCommerce writes it."""
    return f"{value:.2f}"


def stamp(row: Row, name: str, at: datetime | None) -> None:
    """Set ``date_<name>`` in shop time and ``date_<name>_gmt``: whole seconds."""
    if at is None:
        row[f"date_{name}"] = row[f"date_{name}_gmt"] = None
        return
    at = at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    row[f"date_{name}_gmt"] = at.isoformat()
    row[f"date_{name}"] = (at + SHOP_OFFSET).isoformat()


class Store:
    """All records in memory; safe for the threads of the server.

    Args:
        now: the shop's clock.
        refund_moves_order: false as in older releases (woocommerce#28969).
        first_id: of posts; set it above 2^53 for huge ids.
    """

    def __init__(
        self,
        now: Callable[[], datetime] | None = None,
        *,
        refund_moves_order: bool = True,
        first_id: int = 11,
    ) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.refund_moves_order = refund_moves_order
        self.lock = threading.RLock()
        self.orders: dict[int, Row] = {}
        self.refunds: dict[int, Row] = {}
        self.customers: dict[int, Row] = {}
        self.products: dict[int, Row] = {}
        self.variations: dict[int, Row] = {}
        self.reviews: dict[int, Row] = {}
        self.categories: dict[int, Row] = {}
        self._next_post = first_id
        self._next_user = 1

    def post_id(self) -> int:
        """Return the next id of orders, refunds, products and reviews."""
        with self.lock:
            self._next_post += 1
            return self._next_post - 1

    def user_id(self) -> int:
        """Return the next id of accounts."""
        with self.lock:
            self._next_user += 1
            return self._next_user - 1

    def add(self, table: dict[int, Row], row: Row, at: datetime | None = None) -> Row:
        """Store a record; its dates are ``at`` unless it has them."""
        with self.lock:
            for name in ("created", "modified"):
                if f"date_{name}_gmt" not in row:
                    stamp(row, name, at or self.now())
            table[row["id"]] = row
            return row

    def edit(
        self,
        table: dict[int, Row],
        row_id: int,
        at: datetime | None = None,
        **changes: Any,
    ) -> Row:
        """Change a record and its date, as saving does; ``at`` sets the date."""
        with self.lock:
            row = table[row_id]
            row.update(changes)
            stamp(row, "modified", at or self.now())
            return row

    def edit_quietly(self, table: dict[int, Row], row_id: int, **changes: Any) -> Row:
        """Change a record without its date: stock, a plugin's SQL, a profile."""
        with self.lock:
            table[row_id].update(changes)
            return table[row_id]

    def trash(self, table: dict[int, Row], row_id: int) -> None:
        """Put a record into the bin."""
        with self.lock:
            row = table[row_id]
            row["before_trash"] = row["status"]
            self.edit(table, row_id, status="trash")

    def restore(self, table: dict[int, Row], row_id: int) -> None:
        """Take a record out of the bin."""
        with self.lock:
            self.edit(table, row_id, status=table[row_id].pop("before_trash"))

    def delete(self, table: dict[int, Row], row_id: int) -> None:
        """Delete a record for good, with what hangs on it."""
        with self.lock:
            del table[row_id]
            if table is self.orders:
                for each in [
                    r for r in self.refunds.values() if r["parent_id"] == row_id
                ]:
                    del self.refunds[each["id"]]
            if table is self.customers:
                for order in self.orders.values():
                    if order["customer_id"] == row_id:
                        self.edit(self.orders, order["id"], customer_id=0)
            if table is self.products:
                self._forget_product(row_id)

    def _forget_product(self, product_id: int) -> None:
        for each in [
            v for v in self.variations.values() if v["parent_id"] == product_id
        ]:
            del self.variations[each["id"]]
        for order in self.orders.values():
            for line in order["line_items"]:
                if line["product_id"] == product_id:
                    line.update(product_id=0, variation_id=0, sku=None)

    def refund(
        self,
        order_id: int,
        amount: Decimal | str,
        *,
        reason: str = "",
        lines: list[tuple[int, int]] | None = None,
        at: datetime | None = None,
    ) -> Row:
        """Pay back; ``lines`` are (index of the order's line, quantity)."""
        with self.lock:
            at = at or self.now()
            order = self.orders[order_id]
            row: Row = {
                "id": self.post_id(),
                "parent_id": order_id,
                "amount": money(Decimal(amount)),
                "reason": reason,
                "refunded_by": 1,
                "meta_data": [],
                "line_items": [
                    self._line_back(order["line_items"][index], quantity)
                    for index, quantity in lines or []
                ],
                "shipping_lines": [],
                "fee_lines": [],
                "tax_lines": [],
            }
            stamp(row, "created", at)
            self.refunds[row["id"]] = row
            if self.refund_moves_order:
                self.edit(self.orders, order_id, at=at)
            total = sum(Decimal(r["amount"]) for r in self.refunds_of(order_id))
            if total >= Decimal(order["total"]):
                self.edit(self.orders, order_id, at=at, status="refunded")
            return row

    def delete_refund(self, refund_id: int) -> None:
        """Delete a refund: the order's date stays."""
        with self.lock:
            del self.refunds[refund_id]

    def refunds_of(self, order_id: int) -> list[Row]:
        """Return the refunds of an order, newest first."""
        found = [r for r in self.refunds.values() if r["parent_id"] == order_id]
        return sorted(found, key=lambda r: -r["id"])

    def order_json(self, row: Row, *, with_refunds: bool = True) -> Row:
        """Return an order as the API gives it: refunds are negative there."""
        shown = {k: v for k, v in row.items() if k != "before_trash"}
        if with_refunds:
            shown["refunds"] = [
                {"id": r["id"], "reason": r["reason"], "total": f"-{r['amount']}"}
                for r in self.refunds_of(row["id"])
            ]
        return shown

    def _line_back(self, line: Row, quantity: int) -> Row:
        share = Decimal(quantity) / Decimal(line["quantity"])
        back = copy.deepcopy(line)
        back.update(
            id=self.post_id(),
            quantity=-quantity,
            total=money(-Decimal(line["total"]) * share),
            total_tax=money(-Decimal(line["total_tax"]) * share),
            meta_data=[{"id": 1, "key": "_refunded_item_id", "value": str(line["id"])}],
        )
        return back
