"""What carriers tell of a parcel, as the fields of a shipment.

Scans are ordered by the time of what happened, not of its arrival. A word that no table
knows becomes ``unknown`` with the raw word beside it, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sync_agent.errors import Rejected
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item
from sync_agent.records import BadRecord
from sync_agent.records.fields import version_of
from sync_agent.records.shipment import ShipmentState

Table = Mapping[str, ShipmentState]

_SEPARATORS = re.compile(r"[^0-9A-Z]+")
_DIGITS = re.compile(r"\D+")
_LAST_DIGITS = 4
MOVING = frozenset(
    {
        "picked_up",
        "in_transit",
        "customs",
        "out_for_delivery",
        "available_for_pickup",
        "delivery_failed",
        "delivered",
    }
)
"""States that a parcel has only after the carrier took it."""


def tracking_key(number: str) -> str:
    """Return a tracking number without what people put into it: ``sf 12-3`` -> SF123.

    Odoo compares the numbers of shops and carriers in the same way.
    """
    return _SEPARATORS.sub("", number.upper())


def external_id(carrier: str, number: str) -> str:
    """Return the id of what a carrier tells: ``usps:9400100000000000000000``."""
    return f"{carrier}:{tracking_key(number)}"


def last_digits(phone: str | None) -> str:
    """Return the last four digits of a phone: what carriers ask for; else ``""``."""
    digits = _DIGITS.sub("", phone or "")
    return digits[-_LAST_DIGITS:] if len(digits) >= _LAST_DIGITS else ""


def state_of(table: Table, *words: str | None) -> ShipmentState:
    """Return the state of the first word that a table knows, else ``unknown``."""
    return next((table[word] for word in words if word and word in table), "unknown")


def local_time(text: Any, zone: tzinfo) -> datetime | None:
    """Return an ISO time; one that tells no zone is of ``zone``."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


@dataclass(frozen=True, slots=True)
class Scan:
    """Something that happened to a parcel.

    Attributes:
        at: aware; ``None``: the carrier tells no time, then it is left out.
        raw: the carrier's word for the state.
    """

    at: datetime | None
    state: ShipmentState
    raw: str | None = None
    place: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a carrier tells of a parcel now.

    Attributes:
        carrier: for people.
        state: as the platform sums it up, or the last scan's.
        raw: the platform's word for it.
        delivered_at: if it is told beside the scans.
        updated_at: when the platform last wrote the parcel, if it tells.
    """

    number: str
    carrier: str | None
    state: ShipmentState
    raw: str | None
    scans: tuple[Scan, ...] = ()
    service: str | None = None
    url: str | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    updated_at: datetime | None = None

    def fields(self) -> dict[str, Any]:
        """Return the fields of the record of the kind shipment."""
        scans = in_order(self.scans)
        arrived = (s.at for s in scans if s.state == "delivered")
        return {
            "carrier": self.carrier,
            "service": self.service,
            "tracking_number": self.number,
            "tracking_url": self.url,
            "state": self.state,
            "state_raw": self.raw,
            "shipped_at": next((s.at for s in scans if s.state in MOVING), None),
            "promised_at": self.promised_at,
            "delivered_at": self.delivered_at or next(arrived, None),
            "events": [
                {
                    "at": scan.at,
                    "state": scan.state,
                    "state_raw": scan.raw,
                    "place": scan.place,
                    "text": scan.text,
                }
                for scan in scans
            ],
        }


def in_order(scans: Iterable[Scan]) -> list[Scan]:
    """Return scans by the time of what happened, each once; those without it left out.

    Most of what carriers push are repeats.
    """
    seen: dict[tuple[Any, ...], tuple[datetime, Scan]] = {}
    for scan in scans:
        if scan.at is not None:
            seen[scan.at, scan.raw, scan.text] = (scan.at, scan)
    return [scan for _at, scan in sorted(seen.values(), key=lambda each: each[0])]


def parcel_item(
    carrier: str, number: str, payload: Json, build: Callable[[Fields], Told]
) -> Item:
    """Return what a carrier tells of a parcel in its envelope.

    Args:
        carrier: the platform's code of it.
        number: tracking number.
        payload: the platform's row.
        build: reads it; may raise ``Rejected``.

    Returns:
        The record, its version the time of the last scan or of the platform's last
        writing; or a ``BadRecord`` that says what is wrong.
    """
    name = external_id(carrier, number)
    try:
        told = build(Fields(payload))
    except Rejected as error:
        return BadRecord("shipment", name, "", error.path, error.reason, payload)
    stamps = (scan.at for scan in told.scans)
    version = version_of(*stamps, told.updated_at)
    return make_item("shipment", name, version, payload, lambda _all: told.fields())
