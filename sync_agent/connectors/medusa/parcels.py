"""Fulfilments of an order: JSON of Medusa -> a record for each parcel."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of
from sync_agent.records.shipment import ShipmentState

from .rows import objects

_STEPS: tuple[tuple[str, str, ShipmentState], ...] = (
    ("canceled_at", "canceled", "cancelled"),
    ("delivered_at", "delivered", "delivered"),
    ("shipped_at", "shipped", "in_transit"),
)
"""Date of a fulfilment, its name, ours: the first that is set tells."""
_BY_HAND = "manual_manual"


def labels_of(row: Json) -> list[Any]:
    """Return the labels of a fulfilment, oldest first."""
    # ids of the same millisecond do not rise
    labels = objects(row, "labels")
    return sorted(labels, key=lambda e: (str(e.get("created_at")), str(e.get("id"))))


def parcel_version(row: Json) -> str:
    """Return the version of a fulfilment: its latest stamp or that of its labels."""
    stamps = [each.get("updated_at") for each in (row, *labels_of(row))]
    return version_of(*map(utc_time, stamps))


def parse_shipments(order: Json) -> Iterator[Item]:
    """Yield the parcels of an order.

    The first of a fulfilment bears its id, since it may have no label yet; each
    further label is a parcel of its own. What needs no shipping is none.
    """
    for row in objects(order, "fulfillments"):
        labels = labels_of(row)
        if row.get("requires_shipping") is False and not labels:
            continue
        own = str(row.get("id", "?"))
        for index, label in enumerate(labels or [{}]):
            yield make_item(
                "shipment",
                f"{own}:{label.get('id')}" if index else own,
                parcel_version(row),
                row,
                partial(_fields, label=label, order_id=str(order.get("id", "?"))),
            )


def _fields(fields: Fields, label: Any, order_id: str) -> Json:
    label = Fields(label, "labels")
    word, state = next(
        ((word, state) for key, word, state in _STEPS if fields.get(key)),
        ("packed", "pending"),
    )
    provider = fields.text("provider_id")
    option = fields.sub("shipping_option").text("name")
    url = label.text("tracking_url") or ""
    return {
        "order_external_id": order_id,
        # a provider by hand is none; then the way of shipping names the carrier
        "carrier": option if provider in (None, _BY_HAND) else provider,
        "service": option,
        "tracking_number": label.text("tracking_number"),
        "tracking_url": url if url.startswith(("http://", "https://")) else None,
        "state": state,
        "state_raw": word,
        "shipped_at": fields.time("shipped_at"),
        "delivered_at": fields.time("delivered_at"),
    }
