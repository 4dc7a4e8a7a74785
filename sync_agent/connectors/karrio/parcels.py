"""Karrio's JSON -> what is told of a parcel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import partial

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields
from sync_agent.reading.scans import Scan, Told, local_time, parcel_item, state_of

from .states import STATES

_CLOCKS = ("%Y-%m-%d %I:%M %p", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")


def parse_tracker(row: Json, zone: tzinfo) -> Item:
    """Return what is told of a parcel.

    Args:
        row: a tracker.
        zone: of times that come without one.
    """
    number = str(row.get("tracking_number") or "")
    carrier = str(row.get("carrier_name") or "")
    return parcel_item(carrier, number, row, partial(_told, number=number, zone=zone))


def _told(row: Fields, number: str, zone: tzinfo) -> Told:
    word, info = row.text("status"), row.sub("info")
    promised = row.get("estimated_delivery") or info.get("expected_delivery")
    return Told(
        number=number,
        carrier=row.text("carrier_name"),
        state=state_of(STATES, word),
        raw=word,
        scans=tuple(_scans(row, zone)),
        service=info.text("shipment_service"),
        url=info.text("carrier_tracking_link"),
        promised_at=local_time(promised, zone) if promised else None,
        updated_at=row.time("updated_at"),
    )


def _scans(row: Fields, zone: tzinfo) -> Iterator[Scan]:
    for event in row.each("events"):
        word = event.text("status")
        yield Scan(
            at=_time(event, zone),
            state=state_of(STATES, word),
            # the carrier's own code: Karrio's word is what it made of it
            raw=event.text("code") or word,
            place=event.text("location"),
            text=event.text("description"),
        )


def _time(event: Fields, zone: tzinfo) -> datetime | None:
    """Return when it happened, told at once or in two pieces (``08:01 AM``)."""
    stamp = event.text("timestamp")
    if stamp:
        return local_time(stamp, zone)
    day, hour = event.text("date"), event.text("time")
    if not day:
        return None
    if not hour:
        return local_time(day, zone)
    for form in _CLOCKS:
        try:
            at = datetime.strptime(f"{day} {hour}", form)  # noqa: DTZ007  below
        except ValueError:
            continue
        return at.replace(tzinfo=zone)
    return local_time(day, zone)
