"""Orders: JSON of Magento -> record fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .lines import Row, goods, rows_of, shipping
from .money import WAYS, ZERO, Amounts, Side, Way, add_up, parts, tidy
from .people import address, name_of
from .refunds import refund, was_paid_back
from .states import order_state

_CREDIT = (
    ("customer_balance_amount", "Store credit"),
    ("gift_cards_amount", "Gift card"),
    ("reward_currency_amount", "Reward points"),
)
"""Adobe Commerce: what was paid in another way is taken off the total."""
_WRAPPING = (("gw_", "Gift wrapping"), ("gw_items_", "Gift wrapping"), ("gw_card_", ""))


def stamps(row: Json) -> tuple[object, object]:
    """Return the two dates of a row as Magento wrote them: naive UTC."""
    return row.get("updated_at"), row.get("created_at")


def version(row: Json, *children: Json) -> str:
    """Return the version of a row: its latest stamp or that of its children."""
    found = [utc_time(each) for one in (row, *children) for each in stamps(one)]
    return version_of(*found)


def may_have_refunds(row: Json) -> bool:
    """Tell whether an order names money or goods that came back."""
    if row.get("total_refunded") or row.get("base_total_refunded"):
        return True
    items = row.get("items")
    return isinstance(items, list) and any(
        isinstance(each, dict) and each.get("qty_refunded") for each in items
    )


def parse_order(row: Json, memos: Sequence[Json] = (), side: Side = "base") -> Item:
    """Return the order record.

    Args:
        row: of ``/orders``.
        memos: its credit memos: they do not move the order's date.
        side: which side of the amounts is taken.
    """
    memos = sorted(filter(was_paid_back, memos), key=lambda memo: memo["entity_id"])
    return make_item(
        "order",
        str(row.get("entity_id", "?")),
        version(row, *memos),
        row,
        lambda fields: _order_fields(fields, memos, side),
    )


def _order_fields(fields: Fields, memos: Sequence[Json], side: Side) -> Json:
    ordered_at = fields.time("created_at")
    if ordered_at is None:
        raise fields.bad("created_at", _("the time of the order is missing"))
    amounts = Amounts.of_order(fields, side)
    total = amounts.of(fields, "grand_total", None)
    tax = amounts.of(fields, "tax_amount")
    way, charges = _read(fields, amounts, total, tax)
    rows = rows_of(fields, way)
    billing = fields.sub("billing_address")
    state = fields.text("state") or fields.text("status")
    known = order_state(state)
    return {
        "number": fields.text("increment_id") or fields.ident("entity_id"),
        "state": known,
        # the shop's own name of the state, unless that is what nobody knows
        "state_raw": state if known == "unknown" else fields.text("status") or state,
        "ordered_at": ordered_at,
        "currency": amounts.currency,
        "customer": _customer_ref(fields, billing),
        "billing": address(billing, "billing"),
        "shipping": address(_delivery(fields), "shipping"),
        "channel": _channel(fields),
        "lines": [_line(row, amounts, way) for row in rows],
        "charges": [*shipping(fields, amounts, way), *charges],
        "total": total,
        "tax_total": tax,
        "payment_method": _payment_method(fields),
        "coupons": [code] if (code := fields.text("coupon_code")) else [],
        "refunds": [
            refund(Fields(memo, f"creditmemos[{i}]"), amounts, rows)
            for i, memo in enumerate(memos)
        ],
        "refunded_total": amounts.of(fields, "total_refunded"),
        "note": fields.text("customer_note"),
    }


def _read(
    fields: Fields, amounts: Amounts, total: Decimal, tax: Decimal
) -> tuple[Way, list[Json]]:
    """Return the reading by which an order adds up, and charges beside its rows."""
    ways = []
    for way in WAYS:
        given = [goods(row, amounts, way) for row in rows_of(fields, way)]
        ways.append((way, [*given, *shipping(fields, amounts, way)]))
    stated = [list(found) for found in _stated(fields, amounts)]
    return add_up(ways, [found for found in stated if found], total, tax, amounts)


def _stated(fields: Fields, amounts: Amounts) -> Iterator[Iterator[Json]]:
    """Yield groups of charges that an order states beside its rows."""
    yield _credits(fields, amounts)
    yield _wrappings(fields, amounts)
    yield _product_taxes(fields, amounts)
    yield _discount_of_order(fields, amounts)


def _credits(fields: Fields, amounts: Amounts) -> Iterator[Json]:
    more = fields.sub("extension_attributes")
    for key, name in _CREDIT:
        if amount := amounts.of(more, key):
            yield {"kind": "gift_card", "name": name, **parts(-amount, ZERO)}


def _wrappings(fields: Fields, amounts: Amounts) -> Iterator[Json]:
    more = fields.sub("extension_attributes")
    for start, name in _WRAPPING:
        price, tax = (
            tidy(more.number(f"{start}{amounts.prefix}{key}"))
            for key in ("price", "tax_amount")
        )
        if price or tax:
            yield {"kind": "fee", "name": name or "Card", **parts(price, tax)}


def _product_taxes(fields: Fields, amounts: Amounts) -> Iterator[Json]:
    """Yield fixed product taxes (WEEE): shops may keep them out of the rows."""
    for each in fields.each("items"):
        if amount := amounts.of(each, "weee_tax_applied_row_amount"):
            name = f"WEEE {each.text('sku') or ''}".strip()
            yield {"kind": "fee", "name": name, **parts(amount, ZERO)}


def _discount_of_order(fields: Fields, amounts: Amounts) -> Iterator[Json]:
    """Yield what of an order's discount none of its rows has."""
    rows = sum((amounts.of(e, "discount_amount") for e in fields.each("items")), ZERO)
    rows += amounts.of(fields, "shipping_discount_amount")
    left = amounts.of(fields, "discount_amount") + rows
    if left < 0:
        name = fields.text("discount_description") or ""
        yield {"kind": "discount", "name": name, **parts(left, ZERO)}


def _line(row: Row, amounts: Amounts, way: Way) -> Json:
    fields = row.fields
    return {
        "external_id": fields.ident("item_id"),
        "product_external_id": row.product_id,
        "sku": fields.text("sku"),
        "name": fields.text("name") or fields.text("sku") or "?",
        "quantity": tidy(fields.number("qty_ordered")),
        "unit_price": amounts.of(fields, "price"),
        **goods(row, amounts, way),
    }


def _customer_ref(fields: Fields, billing: Fields) -> Json | None:
    """Return who bought; a guest has no account."""
    is_guest = fields.get("customer_is_guest") in (1, True, "1")
    found = {
        "external_id": None if is_guest else fields.ident("customer_id"),
        "email": fields.text("customer_email") or billing.text("email"),
        "phone": billing.text("telephone"),
        "name": name_of(fields, "customer_")
        or name_of(billing)
        or billing.text("company"),
    }
    return found if any(found.values()) else None


def _delivery(fields: Fields) -> Fields:
    """Return the address the goods go to; an order of downloads has none."""
    more = fields.sub("extension_attributes")
    for each in more.each("shipping_assignments"):
        return each.sub("shipping").sub("address")
    return Fields({})


def _channel(fields: Fields) -> str | None:
    """Return the store view: the last of website, store and view."""
    names = (fields.text("store_name") or "").split("\n")
    return names[-1].strip() or None


def _payment_method(fields: Fields) -> str | None:
    """Return the name of the method; other fields hold more than that."""
    for each in fields.sub("extension_attributes").each("payment_additional_info"):
        if each.get("key") == "method_title":
            return each.text("value")
    return fields.sub("payment").text("method")
