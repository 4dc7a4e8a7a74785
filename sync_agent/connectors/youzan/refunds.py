"""Refunds: JSON of Youzan -> refunds of an order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.reading.fields import Fields

from .money import ZERO, fen, taxed, without_postage, yuan
from .people import number_of, shown
from .states import DONE, EXCHANGE
from .times import time_of

_TIMES = ("refund_account_time", "refund_success_time", "modified", "created")


def is_done(row: Json) -> bool:
    """Tell whether a refund (or exchange) was carried out."""
    return row.get("status") == DONE


def pays_back(row: Json) -> bool:
    """Tell whether money went back."""
    return is_done(row) and row.get("demand") != EXCHANGE


def refund(row: Fields, lines: Mapping[str, Json]) -> Json:
    """Return a refund.

    Args:
        row: of ``youzan.trade.refund.get``: yuan for the whole, fen for its goods.
        lines: of the order, by their own id.
    """
    times = (time_of(row.get(key)) for key in _TIMES)
    at = next((time for time in times if time), None)
    if at is None:
        raise row.bad("refund_account_time", _("the time of the refund is missing"))
    total = yuan(row, "refund_fee", None)
    postage = yuan(row, "refund_postage")
    goods = list(row.each("refund_order_item"))
    paid = [fen(each, "refund_fee") for each in goods]
    kept = without_postage(paid, postage, total)
    charge = {"kind": "shipping", "name": "", **taxed(postage)}
    fits = sum(kept, ZERO) + postage <= total
    return {
        "external_id": row.ident("refund_id"),
        "refunded_at": at,
        "reason": shown(row, "desc"),
        "total": total,
        "lines": [
            _line(each, lines.get(each.ident("oid") or "", {}), amount)
            for each, amount in zip(goods, kept, strict=True)
        ],
        "charges": [charge] if postage and fits else [],
    }


def _line(row: Fields, origin: Json, amount: Decimal) -> Json:
    return {
        "order_line_external_id": row.ident("oid"),
        "product_external_id": origin.get("product_external_id"),
        "sku": origin.get("sku"),
        "name": origin.get("name") or "",
        # nothing came back when only money was asked for
        "quantity": Decimal(number_of(row, "item_num")),
        **taxed(amount),
    }
