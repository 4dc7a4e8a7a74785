"""Parcels: JSON of Youzan -> shipment records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item
from sync_agent.records.fields import version_of
from sync_agent.records.shipment import ShipmentState

from .orders import info_of, order_id
from .people import shown
from .times import time_of

_RECEIVED = frozenset({"TRADE_SUCCESS", "TRADE_BUYER_SIGNED"})


def parse_parcels(row: Json, carriers: Mapping[str, str]) -> Iterator[Item]:
    """Yield the parcels of an order; goods handed over without a carrier are none.

    Args:
        row: answer of ``youzan.trade.get``.
        carriers: names by id.
    """
    info = info_of(row)
    state: ShipmentState = (
        "delivered" if info.get("status") in _RECEIVED else "in_transit"
    )
    for sent in row.get("delivery_order") or ():
        for each in (sent.get("dists") or ()) if isinstance(sent, dict) else ():
            express = each.get("express_info") or {}
            if str(express.get("express_no") or "").strip():
                yield make_item(
                    "shipment",
                    f"{order_id(row)}:{each.get('dist_id', '?')}",
                    version_of(
                        time_of(info.get("update_time")),
                        time_of(each.get("create_time")),
                    ),
                    {**each, "tid": order_id(row), "status": info.get("status")},
                    partial(_fields, state=state, carriers=carriers),
                )


def _fields(fields: Fields, state: ShipmentState, carriers: Mapping[str, str]) -> Json:
    express = fields.sub("express_info")
    carrier = express.ident("express_id")
    return {
        "order_external_id": fields.ident("tid"),
        "carrier": shown(express, "express_name") or carriers.get(carrier or ""),
        "tracking_number": express.text("express_no"),
        "state": state,
        "state_raw": fields.text("status"),
        "shipped_at": time_of(fields.get("create_time")),
    }
