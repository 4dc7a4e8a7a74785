"""Shipments: JSON of Magento -> a record for each parcel."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item

from .orders import version


def tracks_of(row: Json) -> list[Any]:
    """Return the tracking numbers of a shipment, oldest first."""
    tracks = [each for each in row.get("tracks") or () if isinstance(each, dict)]
    return sorted(tracks, key=lambda each: int(each.get("entity_id") or 0))


def parse_shipments(row: Json) -> Iterator[Item]:
    """Yield the parcels of a shipment.

    The first bears the id of the shipment, which may have none or get its number
    later; each further number is a parcel of its own.
    """
    own = str(row.get("entity_id", "?"))
    tracks = tracks_of(row)
    stamp = version(row, *tracks)
    for index, track in enumerate(tracks or [{}]):
        yield make_item(
            "shipment",
            f"{own}:{track.get('entity_id')}" if index else own,
            stamp,
            row,
            partial(_fields, track=track),
        )


def _fields(fields: Fields, track: Any) -> Json:
    track = Fields(track, "tracks")
    return {
        "order_external_id": fields.ident("order_id"),
        "carrier": track.text("title") or track.text("carrier_code"),
        "tracking_number": track.text("track_number"),
        # the shop only says that it handed the parcel over
        "state": "in_transit",
        "shipped_at": fields.time("created_at"),
    }
