"""Orders: JSON of Youzan -> record fields."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item
from sync_agent.records.fields import version_of

from .money import CURRENCY, ZERO, taxed, without_postage, yuan
from .people import address, customer_ref, number_of, shown
from .refunds import is_done, pays_back, refund
from .states import order_state
from .times import time_of


def info_of(row: Json) -> Json:
    """Return ``full_order_info.order_info`` of an order, or an empty object."""
    info = (row.get("full_order_info") or {}).get("order_info")
    return info if isinstance(info, dict) else {}


def order_id(row: Json) -> str:
    """Return the number of an order."""
    return str(info_of(row).get("tid") or "?")


def order_version(row: Json, refunded: Sequence[object] = ()) -> str:
    """Return the version of an order.

    Args:
        row: of the list or the answer for one order.
        refunded: when its refunds changed: that does not move its own date.
    """
    info = info_of(row)
    stamps = (info.get("update_time"), info.get("created"), *refunded)
    return version_of(*map(time_of, stamps))


def parse_order(row: Json, refunds: Sequence[Json]) -> Item:
    """Return the order record.

    Args:
        row: answer of ``youzan.trade.get``.
        refunds: answers of ``youzan.trade.refund.get`` for it.
    """
    done = [each for each in refunds if is_done(each)]
    version = order_version(row, [each.get("modified") for each in done])
    return make_item(
        "order",
        order_id(row),
        version,
        row,
        lambda fields: _fields(fields, [each for each in done if pays_back(each)]),
    )


def _fields(fields: Fields, refunds: Sequence[Json]) -> Json:
    full = fields.sub("full_order_info")
    info, pay = full.sub("order_info"), full.sub("pay_info")
    ordered_at = time_of(info.get("created"))
    if ordered_at is None:
        raise info.bad("created", _("the time of the order is missing"))
    total, postage = yuan(pay, "payment", None), yuan(pay, "post_fee")
    lines = _lines(full, postage, total)
    charge = {"kind": "shipping", "name": "", **taxed(postage)}
    by_id = {line["external_id"]: line for line in lines}
    status = info.text("status")
    back = [
        refund(Fields(row, f"refunds[{i}]"), by_id) for i, row in enumerate(refunds)
    ]
    return {
        "number": info.ident("tid"),
        "state": order_state(
            status, number_of(info, "refund_state"), number_of(info, "close_type")
        ),
        "state_raw": status,
        "ordered_at": ordered_at,
        "currency": CURRENCY,
        "customer": customer_ref(full),
        "shipping": address(full.sub("address_info")),
        "channel": shown(full.sub("source_info").sub("source"), "platform"),
        "lines": lines,
        "charges": [charge] if postage else [],
        "total": total,
        "paid_at": time_of(info.get("pay_time")),
        "payment_method": shown(info, "pay_type_str"),
        "coupons": _coupons(fields.sub("order_promotion")),
        "refunds": back,
        "refunded_total": sum((each["total"] for each in back), ZERO),
        "note": shown(full.sub("remark_info"), "buyer_message"),
    }


def _lines(full: Fields, postage: Decimal, total: Decimal) -> list[Json]:
    rows = list(full.each("orders"))
    paid = [yuan(each, "payment", None) for each in rows]
    kept = without_postage(paid, postage, total)
    return [_line(each, amount) for each, amount in zip(rows, kept, strict=True)]


def _line(fields: Fields, amount: Decimal) -> Json:
    quantity, price = fields.number("num"), yuan(fields, "price")
    off = price * quantity - amount
    sku = fields.text("outer_sku_id") or fields.text("outer_item_id")
    return {
        "external_id": fields.ident("oid"),
        "product_external_id": product_key(fields),
        "sku": sku,
        "name": fields.text("title") or sku or "?",
        "quantity": quantity,
        "unit_price": price,
        "discount": off if off > ZERO else None,
        **taxed(amount),
    }


def product_key(fields: Fields) -> str | None:
    """Return the id of a product, or of the variant of it that was sold."""
    item, sku = fields.ident("item_id"), fields.ident("sku_id")
    return f"{item}:{sku}" if item and sku else item


def _coupons(promotion: Fields) -> list[str]:
    titles = (each.text("promotion_title") for each in promotion.each("order"))
    return [title for title in titles if title]
