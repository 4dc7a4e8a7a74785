"""Refunds of Medusa orders.

Medusa lowers an order's total when it is edited, and the money goes back by a refund
beside that. Counted both ways it would be taken off twice, so only what was paid back
*beyond* the lowered total is a refund here. Goods that came back are named by returns,
which no refund names: they belong to the first refund after they came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.reading.fields import Fields

from .lines import Sold
from .money import ZERO, Cutter, amount


def payments_of(order: Fields) -> Iterator[Fields]:
    """Yield the payments of an order."""
    for collection in order.each("payment_collections"):
        yield from collection.each("payments")


def captures_of(order: Fields) -> Iterator[Fields]:
    """Yield what was really paid."""
    for payment in payments_of(order):
        yield from payment.each("captures")


def paid_back(order: Fields) -> Decimal:
    """Return what was paid back in all."""
    refunds = (refund for pay in payments_of(order) for refund in pay.each("refunds"))
    return sum((amount(refund, "amount", None) for refund in refunds), ZERO)


@dataclass(frozen=True, slots=True)
class Back:
    """Goods that came back.

    Attributes:
        quantity: how many of them.
        at: when.
    """

    item: Sold
    quantity: Decimal
    at: datetime


def refunds_of(
    order: Fields, total: Decimal, items: Mapping[str, Sold], cutter: Cutter
) -> list[Json]:
    """Return the refunds of an order, oldest first.

    Args:
        order: as the list gives it.
        total: of it, not rounded.
        items: by their id.
        cutter: of its currency.
    """
    paid = sum((amount(each, "amount") for each in captures_of(order)), ZERO)
    lowered_by = paid - total
    if lowered_by < 0 or cutter.is_none(lowered_by):
        lowered_by = ZERO
    goods = list(_came_back(order, items))
    made, reached = [], ZERO
    for at, refund in _by_time(order):
        worth = amount(refund, "amount", None)
        counted_already = min(worth, lowered_by)
        lowered_by -= counted_already
        before, reached = reached, reached + worth - counted_already
        # rounded on the sum: two halves never give back more than the whole
        value = cutter.cut(reached) - cutter.cut(before)
        if value <= 0:
            continue
        came = [each for each in goods if each.at <= at]
        goods = [each for each in goods if each.at > at]
        made.append(
            {
                "external_id": refund.ident("id"),
                "refunded_at": at,
                "reason": refund.text("note")
                or refund.sub("refund_reason").text("label"),
                "total": value,
                "lines": _lines(came, value, cutter),
            }
        )
    return made


def _by_time(order: Fields) -> list[tuple[datetime, Fields]]:
    found = []
    for payment in payments_of(order):
        for refund in payment.each("refunds"):
            at = refund.time("created_at")
            if at is None:
                raise refund.bad("created_at", _("the time of the refund is missing"))
            found.append((at, refund))
    return sorted(found, key=lambda each: (each[0], str(each[1].get("id"))))


def _came_back(order: Fields, items: Mapping[str, Sold]) -> Iterator[Back]:
    for each in order.each("returns"):
        at = each.time("received_at")
        if at is None or each.get("canceled_at"):
            continue
        for row in each.each("items"):
            item = items.get(row.ident("item_id") or "")
            quantity = amount(row, "received_quantity")
            quantity += amount(row, "damaged_quantity")
            if item is not None and quantity > 0:
                yield Back(item, quantity, at)


def _lines(came: list[Back], value: Decimal, cutter: Cutter) -> list[Json]:
    """Return the goods of a refund; without money where it is less than their worth."""
    parts = [cutter.part(each.item.share(each.quantity)) for each in came]
    if sum((part["total"] for part in parts), ZERO) > value:
        parts = [{"net": ZERO, "tax": ZERO, "total": ZERO} for _part in parts]
    found = []
    for each, part in zip(came, parts, strict=True):
        line = each.item.line(cutter)
        names = ("product_external_id", "sku", "name")
        found.append(
            {
                "order_line_external_id": line["external_id"],
                **{name: line[name] for name in names},
                "quantity": each.quantity,
                **part,
            }
        )
    return found
