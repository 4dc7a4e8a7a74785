"""AfterShip's JSON -> what is told of a parcel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import partial

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields
from sync_agent.reading.scans import Scan, Told, local_time, parcel_item, state_of

from .states import STATES


def parse_tracking(row: Json, zone: tzinfo) -> Item:
    """Return what is told of a parcel.

    Args:
        row: of ``trackings``.
        zone: of times that come without one.
    """
    slug, number = str(row.get("slug") or ""), str(row.get("tracking_number") or "")
    return parcel_item(slug, number, row, partial(_told, number=number, zone=zone))


def _told(row: Fields, number: str, zone: tzinfo) -> Told:
    tag, subtag = row.text("tag"), row.text("subtag")
    return Told(
        number=number,
        carrier=row.text("slug"),
        state=state_of(STATES, subtag, tag),
        raw=subtag or tag,
        scans=tuple(_scans(row, zone)),
        service=row.text("shipment_type"),
        url=row.text("courier_tracking_link"),
        promised_at=_promised(row, zone),
        updated_at=row.time("updated_at"),
    )


def _scans(row: Fields, zone: tzinfo) -> Iterator[Scan]:
    for point in row.each("checkpoints"):
        tag, subtag = point.text("tag"), point.text("subtag")
        yield Scan(
            at=local_time(point.get("checkpoint_time"), zone),
            state=state_of(STATES, subtag, tag),
            raw=subtag or tag,
            place=point.text("location") or point.text("city"),
            text=point.text("message"),
        )


def _promised(row: Fields, zone: tzinfo) -> datetime | None:
    """Return the latest time of delivery that the carrier or AfterShip expects."""
    told = row.sub("courier_estimated_delivery_date")
    words = (
        told.get("estimated_delivery_date_max"),
        told.get("estimated_delivery_date"),
        row.get("expected_delivery"),
    )
    times = (local_time(word, zone) for word in words if word)
    return next((time for time in times if time), None)
