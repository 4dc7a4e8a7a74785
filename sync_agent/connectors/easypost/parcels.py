"""EasyPost's JSON -> what is told of a parcel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields
from sync_agent.reading.scans import Scan, Told, parcel_item, state_of, tracking_key

from .states import STATES


def newest(trackers: Iterable[Json]) -> list[Json]:
    """Return the newest tracker of each carrier and number.

    Carriers give numbers out again, and a number may be in several shipments.
    """
    found: dict[tuple[str, str], Json] = {}
    for row in sorted(trackers, key=lambda each: str(each.get("created_at") or "")):
        found[carrier_of(row), number_of(row)] = row
    return list(found.values())


def carrier_of(row: Json) -> str:
    """Return EasyPost's code of the carrier."""
    return str(row.get("carrier") or "")


def number_of(row: Json) -> str:
    """Return the tracking number as it is compared."""
    return tracking_key(str(row.get("tracking_code") or ""))


def parse_tracker(row: Json) -> Item:
    """Return what is told of a parcel; times without a place are UTC."""
    number = str(row.get("tracking_code") or "")
    return parcel_item(carrier_of(row), number, row, partial(_told, number=number))


def _told(row: Fields, number: str) -> Told:
    word = row.text("status")
    return Told(
        number=number,
        carrier=row.text("carrier"),
        state=state_of(STATES, word),
        raw=word,
        scans=tuple(_scans(row)),
        service=row.sub("carrier_detail").text("service"),
        url=row.text("public_url"),
        promised_at=row.time("est_delivery_date"),
        updated_at=row.time("updated_at"),
    )


def _scans(row: Fields) -> Iterator[Scan]:
    for detail in row.each("tracking_details"):
        word = detail.text("status")
        yield Scan(
            at=detail.time("datetime"),
            state=state_of(STATES, word),
            raw=word,
            place=_place(detail.sub("tracking_location")),
            text=detail.text("message") or detail.text("description"),
        )


def _place(where: Fields) -> str | None:
    words = (where.text("city"), where.text("state"), where.text("country"))
    return ", ".join(word for word in words if word) or None
