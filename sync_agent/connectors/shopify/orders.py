"""Orders: JSON of Shopify -> record fields.

``totalPriceSet`` holds goods that were later taken off the order or sent back; Shopify
writes both as a refund, of which only one that moved money is a refund for us. What was
taken off without money lowers the line and the order instead (``removals``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .money import ZERO, Bags, Side, bags_of, number_of, total_of
from .people import address, name_of, who
from .refunds import Removals, refunds_of, removals_of
from .states import PAYMENTS, order_state


def order_version(row: Json) -> str:
    """Return the version of an order: also refunds and parcels count."""
    children = [*(row.get("refunds") or ()), *(row.get("fulfillments") or ())]
    return version_of(
        utc_time(row.get("updatedAt")),
        *(utc_time(child.get("updatedAt")) for child in children),
    )


def parse_order(row: Json, side: Side = "shop") -> Item:
    """Return the order record.

    Args:
        row: of the query ``Orders``, with all pages of its lines and refunds.
        side: which amounts are taken.
    """
    return make_item(
        "order",
        number_of(row.get("id")) or "?",
        order_version(row),
        row,
        lambda fields: _order_fields(fields, side),
    )


def _order_fields(fields: Fields, side: Side) -> Json:
    ordered_at = fields.time("processedAt") or fields.time("createdAt")
    if ordered_at is None:
        raise fields.bad("processedAt", _("the time of the order is missing"))
    state, words = order_state(
        fields.text("displayFinancialStatus"),
        fields.text("displayFulfillmentStatus"),
        cancelled=bool(fields.get("cancelledAt")),
        closed=bool(fields.get("closed")),
    )
    return {
        "number": fields.text("name") or number_of(fields.text("id")),
        "state": state,
        "state_raw": words or None,
        "ordered_at": ordered_at,
        "customer": _customer_ref(fields),
        "billing": address(fields.sub("billingAddress"), "billing"),
        "shipping": address(fields.sub("shippingAddress"), "shipping"),
        "channel": fields.text("sourceName"),
        "paid_at": _paid_at(fields),
        "payment_method": ", ".join(fields.get("paymentGatewayNames") or ()) or None,
        "coupons": fields.get("discountCodes") or (),
        "utm": _utm(fields),
        "note": fields.text("note"),
        **amounts_of(fields, side),
    }


def amounts_of(fields: Fields, side: Side) -> Json:
    """Return all that is money: lines, charges, totals, refunds, currency."""
    bags = bags_of(fields, side)
    removals = removals_of(fields, bags)
    total = bags.of(fields, "totalPriceSet", None) - removals.total
    tax_total = bags.of(fields, "totalTaxSet") - removals.tax
    lines, charges = _adding_up(fields, bags, removals, total, tax_total)
    refunds, refunded_total = refunds_of(fields, bags, removals, total)
    return {
        "currency": bags.currency,
        "lines": lines,
        "charges": charges,
        "total": total,
        "tax_total": tax_total,
        "refunds": refunds,
        "refunded_total": refunded_total,
    }


def _adding_up(
    fields: Fields, bags: Bags, removals: Removals, total: Decimal, tax_total: Decimal
) -> tuple[list[Json], list[Json]]:
    """Return lines and charges, in the reading of Shopify's fields that adds up.

    ``originalTotalSet`` is told to be the price "when the order was created"; of an
    edited line the unit price tells more. Where neither adds up the order stays as it
    is and is refused.
    """
    charges = _charges(fields, bags)
    for by_unit in (False, True):
        lines = _lines(fields, bags, removals, by_unit=by_unit)
        settled = _settle(fields, bags, [*lines, *charges], total, tax_total)
        if settled is not None:
            return lines, [*charges, *settled]
    return _lines(fields, bags, removals, by_unit=False), charges


def _settle(
    fields: Fields, bags: Bags, parts: list[Json], total: Decimal, tax_total: Decimal
) -> list[Json] | None:
    """Return charges that the shop itself states beside lines; ``None``: not enough.

    Tips have no line where the till took them. The tax may be rounded on the whole
    order. And what was turned into the shop's currency amount by amount is rounded
    amount by amount: believed only if the amounts that were paid do add up.
    """
    tip = bags.of(fields, "totalTipReceivedSet")
    tips = [_charge("fee", "Tip", bags.parts(tip, ZERO))] if tip else []
    missing = total - total_of(parts)
    for charges, left in (([], missing), (tips, missing - tip)):
        if not left:
            return charges
        tax = tax_total - total_of(parts, "tax")
        most = bags.unit * max(1, len(parts))
        if left == tax and abs(left) <= most:
            rounding = {"net": ZERO, "tax": tax, "total": tax}
            return [*charges, _charge("rounding", "", rounding)]
        if abs(left) <= most and _was_converted(fields, bags):
            rounding = {"net": left, "tax": ZERO, "total": left}
            return [*charges, _charge("rounding", "", rounding)]
    return None


def _was_converted(fields: Fields, bags: Bags) -> bool:
    """Tell whether the order was paid in another currency in which it adds up."""
    if bags.side != "shop" or fields.text("presentmentCurrencyCode") == bags.currency:
        return False
    paid = amounts_of(fields, "presentment")
    return bool(total_of([*paid["lines"], *paid["charges"]]) == paid["total"])


def _lines(
    fields: Fields, bags: Bags, removals: Removals, *, by_unit: bool
) -> list[Json]:
    """Return the lines; those taken off whole are left out while others remain."""
    lines = [
        _line(line, bags, removals, by_unit=by_unit)
        for line in fields.sub("lineItems").each("nodes")
    ]
    return [line for line in lines if line["quantity"]] or lines


def _line(fields: Fields, bags: Bags, removals: Removals, *, by_unit: bool) -> Json:
    quantity = fields.number("quantity", None)
    unit = bags.of(fields, "originalUnitPriceSet")
    price = unit * quantity
    if not by_unit:
        price = bags.of(fields, "originalTotalSet", price)
    discount = sum(
        (bags.of(e, "allocatedAmountSet") for e in fields.each("discountAllocations")),
        ZERO,
    )
    parts = bags.parts(price - discount, bags.taxes(fields))
    back = removals.lines.get(fields.text("id") or "")
    if back is not None:
        quantity -= back["quantity"]
        parts = {key: value - back[key] for key, value in parts.items()}
    variant = fields.sub("variant")
    return {
        "external_id": number_of(fields.text("id")),
        "product_external_id": number_of(variant.text("id")),
        "sku": fields.text("sku"),
        "name": fields.text("name") or fields.text("title") or "?",
        "quantity": quantity,
        "unit_price": unit,
        "discount": discount if discount > 0 and not bags.with_tax else None,
        **parts,
    }


def _charges(fields: Fields, bags: Bags) -> list[Json]:
    charges = []
    for each in fields.sub("shippingLines").each("nodes"):
        parts = bags.parts(bags.of(each, "discountedPriceSet"), bags.taxes(each))
        charges.append(_charge("shipping", each.text("title") or "", parts))
    if not fields.get("dutiesIncluded"):
        for line in fields.sub("lineItems").each("nodes"):
            for each in line.each("duties"):
                parts = bags.parts(bags.of(each, "price"), bags.taxes(each))
                charges.append(_charge("fee", "Duty", parts))
    for each in fields.each("additionalFees"):
        parts = bags.parts(bags.of(each, "price"), bags.taxes(each))
        charges.append(_charge("fee", each.text("name") or "", parts))
    return charges


def _charge(kind: str, name: str, parts: Mapping[str, Any]) -> Json:
    return {"kind": kind, "name": name, **parts}


def _customer_ref(fields: Fields) -> Json | None:
    """Return who bought; a deleted account leaves a guest."""
    customer = fields.sub("customer")
    billing, shipping = fields.sub("billingAddress"), fields.sub("shippingAddress")
    found = {
        "external_id": number_of(customer.text("id")),
        "email": fields.text("email") or who(customer, "defaultEmailAddress"),
        "phone": fields.text("phone")
        or who(customer, "defaultPhoneNumber")
        or billing.text("phone")
        or shipping.text("phone"),
        "name": name_of(customer) or name_of(billing) or name_of(shipping),
    }
    return found if any(found.values()) else None


def _paid_at(fields: Fields) -> datetime | None:
    """Return when the first money came."""
    stamps = [
        at
        for each in fields.each("transactions")
        if each.text("kind") in PAYMENTS and each.text("status") == "SUCCESS"
        if (at := each.time("processedAt"))
    ]
    return min(stamps, default=None)


def _utm(fields: Fields) -> Json | None:
    visit = fields.sub("customerJourneySummary").sub("lastVisit")
    words = visit.sub("utmParameters")
    found = {key: words.text(key) for key in ("source", "medium", "campaign")}
    if not any(found.values()) and visit.text("source"):
        found["source"] = visit.text("source")
    return found if any(found.values()) else None
