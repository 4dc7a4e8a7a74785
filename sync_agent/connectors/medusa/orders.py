"""Orders: JSON of Medusa -> record fields.

``total`` is what is left after edits, returns *and* credit lines, which Medusa makes
for refunds. An order's total here is that of what was sold; money paid back is a refund
beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .lines import Sold, shipping, sold
from .money import ZERO, Cutter, Exact, amount
from .people import address, name_of
from .refunds import captures_of, paid_back, payments_of, refunds_of
from .rows import objects
from .states import order_state

_PROVIDER = "pp_"


def order_version(row: Json) -> str:
    """Return the version of an order.

    Its own date does not move with captures and some refunds: that of payments does.
    """
    return version_of(*(utc_time(stamp) for stamp in _stamps(row)))


def _stamps(row: Json) -> Iterator[object]:
    yield row.get("updated_at")
    for collection in objects(row, "payment_collections"):
        yield collection.get("updated_at")
        for payment in objects(collection, "payments"):
            yield payment.get("updated_at")
            for name in ("captures", "refunds"):
                for each in objects(payment, name):
                    yield each.get("updated_at") or each.get("created_at")


def parse_order(row: Json) -> Item:
    """Return the order record."""
    return make_item(
        "order", str(row.get("id", "?")), order_version(row), row, _order_fields
    )


def _order_fields(fields: Fields) -> Json:
    ordered_at = fields.time("created_at")
    if ordered_at is None:
        raise fields.bad("created_at", _("the time of the order is missing"))
    currency = (fields.text("currency_code") or "").upper()
    cutter = Cutter.of_currency(currency)
    items = [sold(each) for each in fields.each("items")]
    items = [each for each in items if each.quantity] or items
    lines = [each.line(cutter) for each in items]
    charges, exact = _charges(fields, items, lines, cutter)
    by_id = {each.fields.ident("id") or "": each for each in items}
    refunds = refunds_of(fields, exact.total, by_id, cutter)
    state, word = order_state(
        fields.text("status"),
        fields.text("payment_status"),
        fields.text("fulfillment_status"),
    )
    return {
        "number": fields.text("custom_display_id")
        or fields.ident("display_id")
        or fields.ident("id"),
        "state": state,
        "state_raw": word,
        "ordered_at": ordered_at,
        "currency": currency,
        "customer": _customer_ref(fields),
        "billing": address(fields.sub("billing_address"), "billing"),
        "shipping": address(fields.sub("shipping_address"), "shipping"),
        "channel": fields.sub("sales_channel").text("name"),
        "lines": lines,
        "charges": charges,
        "total": cutter.cut(exact.total),
        "tax_total": sum((part["tax"] for part in (*lines, *charges)), ZERO),
        "paid_at": min(_paid(fields), default=None),
        "payment_method": _payment_method(fields),
        "coupons": _coupons(fields),
        "refunds": refunds,
        "refunded_total": sum((each["total"] for each in refunds), ZERO),
        "note": _note(fields),
    }


def _charges(
    fields: Fields, items: list[Sold], lines: list[Json], cutter: Cutter
) -> tuple[list[Json], Exact]:
    """Return shipping, credit and rounding, and the sums of the order, not rounded.

    What does not add up to the shop's own total is not evened out: Odoo refuses it.
    """
    ways = [shipping(each) for each in fields.each("shipping_methods")]
    charges: list[Json] = [
        {"kind": "shipping", "name": name, **cutter.part(exact)} for name, exact in ways
    ]
    parts = [each.exact for each in items] + [exact for _name, exact in ways]
    credits = amount(fields, "credit_line_total")
    stated = amount(fields, "total", None) + credits
    now = sum((each.now for each in items), ZERO)
    now += sum((exact.total for _name, exact in ways), ZERO)
    spent = _spent(fields, credits, cutter)
    if spent:
        part = cutter.part(Exact(ZERO, -spent))
        charges.append({"kind": "gift_card", "name": "", **part})
    whole = sum((part.total for part in parts), ZERO) - spent
    tax = sum((part.tax for part in parts), ZERO)
    if not cutter.is_none(stated - now):
        return charges, Exact(tax, whole + stated - now)
    exact = Exact(tax, whole)
    return [*charges, *cutter.rounding([*lines, *charges], exact)], exact


def _spent(fields: Fields, credits: Decimal, cutter: Cutter) -> Decimal:
    """Return the credit that is no refund: a gift card, what the shop let off."""
    left = credits - paid_back(fields)
    return left if left > 0 and not cutter.is_none(left) else ZERO


def _customer_ref(fields: Fields) -> Json | None:
    customer = fields.sub("customer")
    places = [fields.sub("billing_address"), fields.sub("shipping_address")]
    found = {
        "external_id": fields.ident("customer_id") or customer.ident("id"),
        "email": fields.text("email"),
        "phone": next(
            filter(None, (each.text("phone") for each in (*places, customer))), None
        ),
        "name": next(
            filter(None, (name_of(each) for each in (customer, *places))), None
        )
        or customer.text("company_name"),
    }
    return found if any(found.values()) else None


def _paid(fields: Fields) -> Iterator[datetime]:
    for each in captures_of(fields):
        if at := each.time("created_at"):
            yield at


def _payment_method(fields: Fields) -> str | None:
    names = [
        name.removeprefix(_PROVIDER)
        for each in payments_of(fields)
        if not each.get("canceled_at") and (name := each.text("provider_id"))
    ]
    return ", ".join(dict.fromkeys(names)) or None


def _coupons(fields: Fields) -> list[str]:
    """Return the codes of promotions, those that apply by themselves too."""
    codes = [
        code
        for name in ("items", "shipping_methods")
        for row in fields.each(name)
        for each in row.each("adjustments")
        if (code := each.text("code"))
    ]
    return list(dict.fromkeys(codes))


def _note(fields: Fields) -> str | None:
    """Return the note that storefronts put beside an order, where it is text."""
    found = fields.get("metadata")
    note = found.get("note") if isinstance(found, dict) else None
    return note.strip() or None if isinstance(note, str) else None
