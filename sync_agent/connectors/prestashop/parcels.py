"""Parcels: JSON of PrestaShop -> shipment records.

A row of ``/order_carriers`` is made with its order, long before anything is sent, and
has no date of change: the order's states tell what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item
from sync_agent.records.shipment import ShipmentState

from .facts import Shop
from .orders import first_time, state_of
from .people import stamps


def is_parcel(row: Json, order: Json, histories: Sequence[Json], shop: Shop) -> bool:
    """Tell whether something was sent, or has a number already."""
    if str(row.get("tracking_number") or "").strip():
        return True
    state = state_of(order, shop)
    if state.shipped or state.delivered:
        return True
    return first_time(histories, shop, "shipped") is not None


def parse_parcel(row: Json, order: Json, histories: Sequence[Json], shop: Shop) -> Item:
    """Return the shipment record.

    Args:
        row: of ``/order_carriers``.
        order: of ``/orders``.
        histories: states that the order has had.
        shop: facts.
    """
    dates = [date for each in (row, order, *histories) for date in stamps(each)]
    return make_item(
        "shipment",
        str(row.get("id", "?")),
        shop.times.version(*dates),
        row,
        lambda fields: _fields(fields, order, histories, shop),
    )


def _fields(fields: Fields, order: Json, histories: Sequence[Json], shop: Shop) -> Json:
    name, url = shop.carriers.get(fields.ident("id_carrier") or "", ("", ""))
    number = fields.text("tracking_number")
    now = state_of(order, shop)
    shipped_at = first_time(histories, shop, "shipped")
    delivered_at = first_time(histories, shop, "delivered")
    state: ShipmentState = "info_received"
    if now.delivered or (delivered_at and now.word == "refunded"):
        state = "delivered"
    elif now.shipped or shipped_at:
        state = "in_transit"
    elif now.word == "cancelled":
        state = "cancelled"
    return {
        "order_external_id": fields.ident("id_order"),
        "carrier": name or None,
        "tracking_number": number,
        "tracking_url": url.replace("@", number) if number and "@" in url else None,
        "state": state,
        "state_raw": now.name or None,
        "shipped_at": shipped_at,
        "delivered_at": delivered_at if state == "delivered" else None,
    }
