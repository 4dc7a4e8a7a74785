"""Orders, refunds and parcels: JSON of WooCommerce -> record fields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .goods import meta_map
from .people import address, name_of
from .states import order_state
from .text import plain

_CENT = Decimal("0.01")
_ATTRIBUTION = "_wc_order_attribution_"
_TRACKING = "_wc_shipment_tracking_items"
"""Meta of the Shipment Tracking extension, which others write as well."""

ORDER_FIELDS = ",".join(
    (
        "id,number,status,currency,date_created_gmt,date_modified_gmt,date_paid_gmt",
        "total,total_tax,cart_tax,customer_id,billing,shipping,payment_method",
        "payment_method_title,created_via,customer_note,meta_data,line_items",
        "shipping_lines,fee_lines,coupon_lines,tax_lines,refunds,gift_cards,version",
    )
)
"""What is asked of an order with ``_fields``: a third less to send and to read."""


def order_version(row: Json, refunds: Sequence[Json] = ()) -> str:
    """Return the version of an order: its latest stamp or that of its refunds.

    A refund does not move the order's date in every release.
    """
    return version_of(
        utc_time(row.get("date_modified_gmt")),
        utc_time(row.get("date_created_gmt")),
        *(utc_time(refund.get("date_created_gmt")) for refund in refunds),
    )


def parse_order(row: Json, refunds: Sequence[Json]) -> Item:
    """Return the order record.

    Args:
        row: of ``/orders``.
        refunds: all its refunds, of ``/refunds`` or ``/orders/<id>/refunds``.
    """
    return make_item(
        "order",
        str(row.get("id", "?")),
        order_version(row, refunds),
        row,
        lambda fields: _order_fields(fields, refunds),
    )


def _order_fields(fields: Fields, refunds: Sequence[Json]) -> Json:
    ordered_at = fields.time("date_created_gmt")
    if ordered_at is None:
        raise fields.bad("date_created_gmt", _("the time of the order is missing"))
    billing, shipping = fields.sub("billing"), fields.sub("shipping")
    metas = meta_map(fields)
    lines = [_line(line) for line in fields.each("line_items")]
    charges = _charges(fields)
    total = fields.number("total", None)
    charges += _settle(fields, lines + charges, total)
    word = fields.text("status")
    return {
        "number": fields.text("number") or fields.ident("id"),
        "state": order_state(word),
        "state_raw": word,
        "ordered_at": ordered_at,
        "currency": fields.text("currency"),
        "customer": _customer_ref(fields, billing, shipping),
        "billing": address(billing, "billing"),
        "shipping": address(shipping, "shipping"),
        "channel": fields.text("created_via"),
        "lines": lines,
        "charges": charges,
        "total": total,
        "tax_total": fields.number("total_tax"),
        "paid_at": fields.time("date_paid_gmt"),
        "payment_method": plain(fields.text("payment_method_title"))
        or fields.text("payment_method"),
        "coupons": [
            code for each in fields.each("coupon_lines") if (code := each.text("code"))
        ],
        "refunds": [_refund(Fields(r, f"refunds[{i}]")) for i, r in enumerate(refunds)],
        "refunded_total": _refunded_total(fields),
        "utm": _utm(metas),
        "note": fields.text("customer_note"),
    }


def _customer_ref(fields: Fields, billing: Fields, shipping: Fields) -> Json | None:
    """Return who bought; ``customer_id`` 0 is a guest."""
    found = {
        "external_id": fields.ident("customer_id"),
        "email": billing.text("email"),
        "phone": billing.text("phone") or shipping.text("phone"),
        "name": name_of(billing) or name_of(shipping) or billing.text("company"),
    }
    return found if any(found.values()) else None


def _amounts(fields: Fields, sign: int = 1) -> Json:
    net, tax = sign * fields.number("total"), sign * fields.number("total_tax")
    return {"net": net, "tax": tax, "total": net + tax}


def _line(fields: Fields) -> Json:
    amounts = _amounts(fields)
    before_discount = fields.number("subtotal", amounts["net"])
    discount = before_discount - amounts["net"]
    return {
        "external_id": fields.ident("id"),
        "product_external_id": _product_id(fields),
        "sku": fields.text("sku"),
        "name": plain(fields.text("name")) or fields.text("sku") or "?",
        "quantity": fields.number("quantity"),
        # a JSON number such as 8.568000000000001
        "unit_price": fields.number("price"),
        "discount": discount if discount > 0 else None,
        **amounts,
    }


def _product_id(fields: Fields) -> str | None:
    """Return the variation, else the product; 0 when it was deleted."""
    return fields.ident("variation_id") or fields.ident("product_id")


def _charges(fields: Fields) -> list[Json]:
    charges = []
    for each in fields.each("shipping_lines"):
        name = plain(each.text("method_title")) or each.text("method_id") or ""
        charges.append({"kind": "shipping", "name": name, **_amounts(each)})
    for each in fields.each("fee_lines"):
        amounts = _amounts(each)
        # a negative fee is the shop's way to write a discount by hand
        kind = "discount" if amounts["total"] < 0 else "fee"
        charges.append(
            {"kind": kind, "name": plain(each.text("name")) or "", **amounts}
        )
    return charges


def _settle(fields: Fields, parts: list[Json], total: Decimal) -> list[Json]:
    """Return charges for what the shop itself states beside its lines.

    Two things take part in the total without a line: gift cards of the extension,
    and the tax rounded on the sum instead of on each line (``tax_lines`` have it).
    Nothing else is evened out: an order that is wrong stays wrong and is refused.
    """
    missing = total - sum((part["total"] for part in parts), Decimal(0))
    if not missing:
        return []
    cards = _gift_cards(fields)
    paid = sum((card["total"] for card in cards), Decimal(0))
    tax = fields.number("total_tax") - sum((p["tax"] for p in parts), Decimal(0))
    for charges, left in ((cards, missing - paid), ([], missing)):
        if left == 0:
            return charges
        if left == tax and abs(tax) <= _CENT * len(parts) and fields.get("tax_lines"):
            rounding = {"kind": "rounding", "net": 0, "tax": tax, "total": tax}
            return [*charges, rounding]
    return []


def _gift_cards(fields: Fields) -> list[Json]:
    found = fields.get("gift_cards")
    if not isinstance(found, list):
        return []
    cards = []
    for each in fields.each("gift_cards"):
        amount = -each.number("amount")
        cards.append({"kind": "gift_card", "net": amount, "tax": 0, "total": amount})
    return cards


def _refunded_total(fields: Fields) -> Decimal | None:
    """Return what the order says of its refunds: negative texts; ``None``: nothing."""
    if not isinstance(fields.get("refunds"), list):
        return None
    return -sum((each.number("total") for each in fields.each("refunds")), Decimal(0))


def _refund(fields: Fields) -> Json:
    at = fields.time("date_created_gmt")
    if at is None:
        raise fields.bad("date_created_gmt", _("the time of the refund is missing"))
    charges = _charges_back(fields)
    return {
        "external_id": fields.ident("id"),
        "refunded_at": at,
        "reason": plain(fields.text("reason")),
        # positive here, negative in its lines and in order.refunds
        "total": abs(fields.number("amount", None)),
        "lines": [_line_back(line) for line in fields.each("line_items")],
        "charges": charges,
    }


def _line_back(fields: Fields) -> Json:
    origin = meta_map(fields).get("_refunded_item_id")
    return {
        "order_line_external_id": str(origin) if origin else None,
        "product_external_id": _product_id(fields),
        "sku": fields.text("sku"),
        "name": plain(fields.text("name")) or "",
        "quantity": abs(fields.number("quantity")),
        **_amounts(fields, -1),
    }


def _charges_back(fields: Fields) -> list[Json]:
    charges = []
    for key, kind in (("shipping_lines", "shipping"), ("fee_lines", "fee")):
        for each in fields.each(key):
            title = each.text("method_title") or each.text("name")
            amounts = _amounts(each, -1)
            # a discount by hand that was taken back: less is paid back
            is_discount = kind == "fee" and amounts["total"] < 0
            charges.append(
                {
                    "kind": "discount" if is_discount else kind,
                    "name": plain(title) or "",
                    **amounts,
                }
            )
    return charges


def _utm(metas: Json) -> Json | None:
    """Return where the buyer came from (order attribution, WooCommerce 8.5)."""
    found = {
        key: value
        for key in ("source", "medium", "campaign")
        if isinstance(value := metas.get(f"{_ATTRIBUTION}utm_{key}"), str)
    }
    kind = metas.get(f"{_ATTRIBUTION}source_type")
    if "medium" not in found and isinstance(kind, str):
        found["medium"] = kind
    return found or None


def parse_shipments(row: Json) -> Iterator[Item]:
    """Yield the parcels that an order's tracking meta tells of."""
    order_id = str(row.get("id", "?"))
    parcels = meta_map(Fields(row)).get(_TRACKING)
    if isinstance(parcels, str):
        parcels = _decoded(parcels)
    if not isinstance(parcels, list):
        return
    for parcel in parcels:
        if not isinstance(parcel, dict):
            continue
        key = parcel.get("tracking_id") or parcel.get("tracking_number")
        if not key:
            continue
        yield make_item(
            "shipment",
            f"{order_id}:{key}"[:200],
            order_version(row),
            parcel,
            lambda fields: _shipment_fields(fields, order_id),
        )


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _shipment_fields(fields: Fields, order_id: str) -> Json:
    shipped_at = _unix_time(fields)
    return {
        "order_external_id": order_id,
        "carrier": fields.text("custom_tracking_provider")
        or fields.text("tracking_provider"),
        "tracking_number": fields.text("tracking_number"),
        "tracking_url": fields.text("custom_tracking_link")
        or fields.text("tracking_link"),
        # the shop only says that it handed the parcel over
        "state": "in_transit" if shipped_at else "info_received",
        "shipped_at": shipped_at,
    }


def _unix_time(fields: Fields) -> datetime | None:
    """Return ``date_shipped``: seconds since 1970, or a date."""
    try:
        seconds = fields.number("date_shipped")
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    except (Rejected, ValueError, OverflowError, OSError):
        return fields.time("date_shipped")
