"""Refunds of Shopify orders.

Shopify writes a refund for three things: money paid back (with goods or without), goods
taken off by an edit before they were paid, and goods sent back whose money is still to
come. Only the first is a refund here; the others lower the order (``Removals``), and
money that then goes back for what the order no longer holds is not taken off twice: the
order's total less its refunds is what the customer has paid in the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.reading.fields import Fields

from .money import ZERO, Bags, number_of, total_of


@dataclass(frozen=True, slots=True)
class Removals:
    """What was taken off an order without money.

    Attributes:
        lines: id of the order's line -> quantity, net, tax, total.
    """

    lines: Mapping[str, Json] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """By what the order's total is lowered."""
        return total_of(self.lines.values())

    @property
    def tax(self) -> Decimal:
        """By what its tax is lowered."""
        return total_of(self.lines.values(), "tax")


def removals_of(order: Fields, bags: Bags) -> Removals:
    """Return what was taken off; a cancelled order shows what it was."""
    if order.get("cancelledAt"):
        return Removals()
    lines: dict[str, Json] = {}
    for refund in order.each("refunds"):
        if bags.of(refund, "totalRefundedSet"):
            continue
        for each in refund.sub("refundLineItems").each("nodes"):
            back = {"quantity": each.number("quantity"), **_amounts(each, bags)}
            key = each.sub("lineItem").text("id") or ""
            known = lines.get(key)
            lines[key] = (
                back if known is None else {k: v + known[k] for k, v in back.items()}
            )
    return Removals(lines)


def refunds_of(
    order: Fields, bags: Bags, removals: Removals, total: Decimal
) -> tuple[list[Json], Decimal]:
    """Return the refunds, oldest first, and their sum as the shop tells it.

    Args:
        order: of the query ``Orders``.
        bags: reads its amounts.
        removals: what was taken off.
        total: of the order, without that.
    """
    overpaid = ZERO
    if removals.lines:
        overpaid = max(ZERO, bags.of(order, "totalReceivedSet") - total)
    told = bags.of(order, "totalRefundedSet")
    made = []
    refunds = list(order.each("refunds"))
    # those without goods first: they pay back what an earlier one took off
    refunds.sort(key=lambda each: bool(each.sub("refundLineItems").get("nodes")))
    for refund in refunds:
        amount = bags.of(refund, "totalRefundedSet")
        counted_already = min(amount, overpaid)
        overpaid -= counted_already
        told -= counted_already
        if amount > counted_already:
            made.append(_refund(refund, bags, amount, counted_already))
    made.sort(key=lambda each: (each["refunded_at"], each["external_id"]))
    return made, told


def _refund(refund: Fields, bags: Bags, amount: Decimal, counted: Decimal) -> Json:
    at = refund.time("processedAt") or refund.time("createdAt")
    if at is None:
        raise refund.bad("processedAt", _("the time of the refund is missing"))
    total = amount - counted
    lines = [_line(e, bags) for e in refund.sub("refundLineItems").each("nodes")]
    charges = _charges(refund, bags)
    too_much = total_of([*lines, *charges]) - total
    if counted or (too_much > 0 and too_much != _kept_back(refund, bags)):
        # one amount for all: the goods carry no money, the whole is an adjustment
        lines = [{**line, **_nothing()} for line in lines]
        charges = []
    elif too_much > 0:
        kept = {"net": -too_much, "tax": ZERO, "total": -too_much}
        charges.append({"kind": "fee", "name": "", **kept})
    return {
        "external_id": number_of(refund.text("id")),
        "refunded_at": at,
        "reason": refund.text("note"),
        "total": total,
        "lines": lines,
        "charges": charges,
    }


def _amounts(fields: Fields, bags: Bags) -> Json:
    return bags.parts(bags.of(fields, "subtotalSet"), bags.of(fields, "totalTaxSet"))


def _nothing() -> Json:
    return {"net": ZERO, "tax": ZERO, "total": ZERO}


def _line(fields: Fields, bags: Bags) -> Json:
    item = fields.sub("lineItem")
    return {
        "order_line_external_id": number_of(item.text("id")),
        "product_external_id": number_of(item.sub("variant").text("id")),
        "sku": item.text("sku"),
        "name": item.text("name") or "",
        "quantity": fields.number("quantity"),
        **_amounts(fields, bags),
    }


def _charges(refund: Fields, bags: Bags) -> list[Json]:
    charges = []
    for each in refund.sub("refundShippingLines").each("nodes"):
        price, tax = bags.of(each, "subtotalAmountSet"), bags.of(each, "taxAmountSet")
        charges.append({"kind": "shipping", "name": "", **bags.parts(price, tax)})
    for each in refund.each("duties"):
        parts = bags.parts(bags.of(each, "amountSet"), ZERO)
        charges.append({"kind": "fee", "name": "Duty", **parts})
    return charges


def _kept_back(refund: Fields, bags: Bags) -> Decimal:
    """Return by what the shop says it paid less than it reckoned."""
    sums = [
        bags.of(each, "amountSet") + bags.of(each, "taxAmountSet")
        for each in refund.sub("orderAdjustments").each("nodes")
    ]
    return abs(sum(sums, ZERO))
