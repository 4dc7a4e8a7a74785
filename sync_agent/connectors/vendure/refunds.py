"""Refunds of Vendure orders.

Vendure lowers an order's total when lines are cancelled or the order is modified, and
the money goes back by a refund beside that. Counted both ways it would be taken off
twice, so only what was paid back *beyond* the lowered total is a refund here: the
order's total less its refunds is what the customer has paid in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.reading.fields import Fields

from .states import NOT_REFUNDED, UNPAID

_CutWhole = Callable[[int], Decimal]


def refunds_of(order: Fields, cut: _CutWhole) -> list[Json]:
    """Return the refunds of an order, oldest first.

    Args:
        order: as the query ``Orders`` gives it.
        cut: turns minor units into a decimal.
    """
    refunds = sorted(_paid_back(order), key=lambda each: str(each.get("createdAt")))
    paid = sum(
        _whole(each, "amount")
        for each in order.each("payments")
        if each.text("state") not in UNPAID
    )
    lowered_by = max(0, paid - _whole(order, "totalWithTax"))
    of_changes = {
        refund.ident("id")
        for each in order.each("modifications")
        if (refund := each.sub("refund")).data
    }
    # first those that the shop itself ties to a lowered total
    refunds.sort(key=lambda each: each.ident("id") not in of_changes)
    made = []
    for refund in refunds:
        total = _whole(refund, "total")
        counted_already = min(total, lowered_by)
        lowered_by -= counted_already
        if total > counted_already:
            made.append(_refund(refund, order, total - counted_already, cut))
    return sorted(made, key=lambda each: (each["refunded_at"], each["external_id"]))


def _paid_back(order: Fields) -> Iterator[Fields]:
    for payment in order.each("payments"):
        for refund in payment.each("refunds"):
            if refund.text("state") not in NOT_REFUNDED:
                yield refund


def _refund(refund: Fields, order: Fields, total: int, cut: _CutWhole) -> Json:
    at = refund.time("createdAt")
    if at is None:
        raise refund.bad("createdAt", _("the time of the refund is missing"))
    lines, charges = _parts(refund, order, total, cut)
    return {
        "external_id": refund.ident("id"),
        "refunded_at": at,
        "reason": refund.text("reason"),
        "total": cut(total),
        "lines": lines,
        "charges": charges,
    }


def _parts(
    refund: Fields, order: Fields, total: int, cut: _CutWhole
) -> tuple[list[Json], list[Json]]:
    """Return lines and charges where the shop's own parts make up its total.

    A refund given as one amount has none that do: its goods then carry no money, and
    the whole is an adjustment. Of one that is partly counted already the goods are
    off the order, too.
    """
    if total != _whole(refund, "total"):
        return [], []
    items, shipping = _whole(refund, "items"), _whole(refund, "shipping")
    adjustment = _whole(refund, "adjustment")
    sold = {line.ident("id"): line for line in order.each("lines")}
    back = [
        (sold[line.ident("orderLineId")], _whole(line, "quantity"))
        for line in refund.each("lines")
        if line.ident("orderLineId") in sold
    ]
    priced = sum(_whole(line, "proratedUnitPriceWithTax") * n for line, n in back)
    if items + shipping + adjustment != total or priced != items:
        return [_line_back(line, n, 0, cut) for line, n in back if n], []
    charges = []
    if shipping:
        charges.append(_shipping_back(order, shipping, cut))
    if adjustment < 0:  # kept back; what is added needs no charge
        amount = cut(adjustment)
        charges.append({"kind": "fee", "net": amount, "tax": 0, "total": amount})
    return [_line_back(line, n, n, cut) for line, n in back if n], charges


def _line_back(line: Fields, quantity: int, priced: int, cut: _CutWhole) -> Json:
    variant = line.sub("productVariant")
    net = _whole(line, "proratedUnitPrice") * priced
    total = _whole(line, "proratedUnitPriceWithTax") * priced
    return {
        "order_line_external_id": line.ident("id"),
        "product_external_id": variant.ident("id"),
        "sku": variant.text("sku"),
        "name": variant.text("name") or "",
        "quantity": quantity,
        "net": cut(net),
        "tax": cut(total - net),
        "total": cut(total),
    }


def _shipping_back(order: Fields, amount: int, cut: _CutWhole) -> Json:
    """Return shipping paid back; its tax has the share that it had in the order."""
    lines = list(order.each("shippingLines"))
    net = sum(_whole(line, "discountedPrice") for line in lines)
    gross = sum(_whole(line, "discountedPriceWithTax") for line in lines)
    share = Decimal(net) / gross if gross else Decimal(1)
    without_tax = int((amount * share).quantize(Decimal(1)))
    return {
        "kind": "shipping",
        "net": cut(without_tax),
        "tax": cut(amount - without_tax),
        "total": cut(amount),
    }


def _whole(fields: Fields, key: str) -> int:
    return int(fields.number(key))
