"""A parcel under way and what the carrier says of it."""

from __future__ import annotations

from typing import Literal

from sync_agent.records.fields import Currency, Ident, Money, Record, Text, When

ShipmentState = Literal[
    "pending",
    "info_received",
    "picked_up",
    "in_transit",
    "customs",
    "out_for_delivery",
    "available_for_pickup",
    "delivery_failed",
    "exception",
    "returning",
    "returned",
    "delivered",
    "cancelled",
    "expired",
    "unknown",
]


class TrackingEvent(Record):
    """One scan; the key of an event is (at, state_raw, text)."""

    at: When
    state: ShipmentState
    state_raw: Text | None = None
    place: Text | None = None
    text: Text | None = None


class Shipment(Record):
    """A parcel; ``state`` is the canonical word, ``state_raw`` the carrier's."""

    order_external_id: Ident | None = None
    carrier: Text | None = None
    service: Text | None = None
    tracking_number: Text | None = None
    tracking_url: Text | None = None
    state: ShipmentState
    state_raw: Text | None = None
    shipped_at: When | None = None
    promised_at: When | None = None
    delivered_at: When | None = None
    cost: Money | None = None
    currency: Currency | None = None
    events: tuple[TrackingEvent, ...] = ()
