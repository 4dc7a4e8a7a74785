"""Orders: JSON of PrestaShop -> record fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.currencies import unit_of
from sync_agent.reading.fields import Fields, make_item

from .facts import Shop
from .money import Rounding, amount, both, cents, parts, tidy, total_of
from .people import address, customer_ref, stamps
from .refunds import product_key, refund
from .states import StateFacts, is_set

_HALF_UP = Decimal(2)
"""Mode of rounding of a shop that does not tell it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What hangs on an order in other lists.

    Attributes:
        details: its lines.
        slips: its credit slips: they do not move its date.
        rules: its cart rules.
        histories: the states it has had.
        customer: who bought.
        addresses: of bill and delivery, by id.
    """

    details: Sequence[Json] = ()
    slips: Sequence[Json] = ()
    rules: Sequence[Json] = ()
    histories: Sequence[Json] = ()
    customer: Json | None = None
    addresses: Mapping[str, Json] = field(default_factory=dict)


def parse_order(row: Json, more: Parts, shop: Shop) -> Item:
    """Return the order record."""
    dates = [
        date for each in (row, *more.slips, *more.histories) for date in stamps(each)
    ]
    return make_item(
        "order",
        str(row.get("id", "?")),
        shop.times.version(*dates),
        row,
        lambda fields: _order_fields(fields, more, shop),
    )


def first_time(histories: Sequence[Json], shop: Shop, flag: str) -> datetime | None:
    """Return when an order first got a state with a flag of :class:`StateFacts`."""
    times = [
        shop.times.of(each.get("date_add"))
        for each in histories
        if getattr(shop.states.get(str(each.get("id_order_state"))), flag, False)
    ]
    return min((time for time in times if time), default=None)


def state_of(row: Json, shop: Shop) -> StateFacts:
    """Return what the state of an order says; one that is not listed is unknown."""
    own = str(row.get("current_state") or "0")
    if own == "0":  # the order is being made
        return StateFacts("pending", "")
    return shop.states.get(own) or StateFacts("unknown", own)


def _order_fields(fields: Fields, more: Parts, shop: Shop) -> Json:
    ordered_at = shop.times.of(fields.get("date_add"))
    if ordered_at is None:
        raise fields.bad("date_add", _("the time of the order is missing"))
    currency = shop.currencies.get(fields.ident("id_currency") or "")
    if not currency:
        raise fields.bad("id_currency", _("the shop does not list this currency"))
    state = state_of(fields.data, shop)
    details = {
        str(row.get("id")): Fields(row, f"order_details[{i}]")
        for i, row in enumerate(more.details)
    }
    mode = int(fields.number("round_mode", _HALF_UP))
    rounding = Rounding(unit_of(currency), mode)
    lines, charges = _settled(
        fields,
        [_line(each) for each in details.values()],
        list(_charges(fields, more, shop)),
        rounding,
    )
    refunds = [
        refund(Fields(slip, f"order_slips[{i}]"), details, rounding, shop)
        for i, slip in enumerate(more.slips)
    ]
    total = amount(fields, "total_paid_tax_incl", None)
    billing = _address(fields, "id_address_invoice", more)
    return {
        "number": fields.text("reference") or fields.ident("id"),
        "state": state.word,
        "state_raw": state.name or None,
        "ordered_at": ordered_at,
        "currency": currency,
        "customer": customer_ref(fields, more.customer, billing),
        "billing": address(billing, "billing", shop),
        "shipping": address(
            _address(fields, "id_address_delivery", more), "shipping", shop
        ),
        "lines": lines,
        "charges": charges,
        "total": total,
        "tax_total": total - amount(fields, "total_paid_tax_excl", total),
        "paid_at": first_time(more.histories, shop, "paid"),
        "payment_method": fields.text("payment"),
        "coupons": [name for rule in _rules(more) if (name := rule.text("name"))],
        "refunds": refunds,
        "refunded_total": total_of(refunds),
        "note": fields.text("note"),
    }


def _address(fields: Fields, key: str, more: Parts) -> Fields:
    return Fields(more.addresses.get(fields.ident(key) or "", {}), key)


def _line(fields: Fields) -> Json:
    quantity = tidy(fields.number("product_quantity"))
    goods = both(fields, "total_price")
    before = amount(fields, "product_price") * quantity
    is_reduced = any(
        amount(fields, key) for key in ("reduction_percent", "reduction_amount")
    )
    return {
        "external_id": fields.ident("id"),
        "product_external_id": product_key(fields),
        "sku": fields.text("product_reference"),
        "name": fields.text("product_name") or fields.text("product_reference") or "?",
        "quantity": quantity,
        "unit_price": amount(fields, "unit_price_tax_excl"),
        "discount": tidy(before - goods["net"])
        if is_reduced and before > goods["net"]
        else None,
        **goods,
    }


def _charges(fields: Fields, more: Parts, shop: Shop) -> Iterator[Json]:
    shipping = both(fields, "total_shipping")
    if shipping["total"]:
        name, _url = shop.carriers.get(fields.ident("id_carrier") or "", ("", ""))
        yield {"kind": "shipping", "name": name, **shipping}
    wrapping = both(fields, "total_wrapping")
    if wrapping["total"]:
        yield {"kind": "fee", "name": "Gift wrapping", **wrapping}
    off = both(fields, "total_discounts")
    named = [_discount(rule) for rule in _rules(more)]
    if off["total"] and total_of(named) == -off["total"]:
        yield from named
    elif off["total"]:
        yield {"kind": "discount", "name": "", **parts(-off["net"], -off["total"])}


def _rules(more: Parts) -> Iterator[Fields]:
    for i, row in enumerate(more.rules):
        if not is_set(row.get("deleted")):
            yield Fields(row, f"order_cart_rules[{i}]")


def _discount(rule: Fields) -> Json:
    net, total = amount(rule, "value_tax_excl"), amount(rule, "value")
    return {"kind": "discount", "name": rule.text("name") or "", **parts(-net, -total)}


def _settled(
    fields: Fields, lines: list[Json], charges: list[Json], rounding: Rounding
) -> tuple[list[Json], list[Json]]:
    """Return lines and charges rounded, with what the rounding of sums adds.

    Lines have six places when the shop rounds the total only (``round_type`` 3). Any
    other difference stays: Odoo refuses the order with it.
    """
    total = amount(fields, "total_paid_tax_incl", None)
    stated = amount(fields, "total_products_wt")
    if not rounding.explains(total_of(lines), stated, total_of(charges), total):
        return lines, charges
    lines, charges = ([rounding.part(e) for e in each] for each in (lines, charges))
    net = rounding.of(amount(fields, "total_paid_tax_excl", total))
    return lines, [*charges, *cents([*lines, *charges], net, total)]
