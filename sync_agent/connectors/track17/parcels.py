"""17TRACK's JSON -> what is told of a parcel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, utc_time
from sync_agent.reading.scans import (
    Scan,
    Told,
    in_order,
    local_time,
    parcel_item,
    state_of,
)
from sync_agent.records.shipment import ShipmentState

from .states import STAGES, STATES


def parse_parcel(row: Json) -> Item:
    """Return what is told of a parcel.

    Args:
        row: of ``data.accepted``; without ``track_info`` nothing is known yet.
    """
    number = str(row.get("number") or "")
    carrier = str(row.get("carrier") or "0")
    return parcel_item(carrier, number, row, lambda fields: _told(fields, number))


def _told(row: Fields, number: str) -> Told:
    info = row.sub("track_info")
    latest = info.sub("latest_status")
    status, sub = latest.text("status"), latest.text("sub_status")
    scans = in_order(_scans(info))
    state = state_of(STATES, sub, status) if status or sub else "pending"
    times = info.sub("time_metrics").sub("estimated_delivery_date")
    return Told(
        number=number,
        carrier=_carrier(info) or row.text("carrier"),
        state=state,
        raw=sub or status,
        scans=tuple(scans),
        service=info.sub("misc_info").text("service_type"),
        promised_at=times.time("to") or times.time("from"),
    )


def _carrier(info: Fields) -> str | None:
    """Return the name of the carrier that has the parcel, the last one of a chain."""
    names = [
        each.sub("provider").text("name")
        for each in info.sub("tracking").each("providers")
    ]
    return next((name for name in names if name), None)


def _scans(info: Fields) -> Iterator[Scan]:
    for provider in info.sub("tracking").each("providers"):
        for event in provider.each("events"):
            stage, sub = event.text("stage"), event.text("sub_status")
            yield Scan(
                at=_time(event),
                state=_state(stage, sub),
                raw=sub or stage,
                place=event.text("location"),
                text=event.text("description"),
            )


def _state(stage: str | None, sub: str | None) -> ShipmentState:
    """Return the state of a scan; a new fine word counts as its main one."""
    main = sub.partition("_")[0] if sub else None
    found = state_of(STATES, sub, main)
    return state_of(STAGES, stage) if found == "unknown" else found


def _time(event: Fields) -> datetime | None:
    """Return when it happened; some deliveries tell it in ``time_raw`` only."""
    at = event.time("time_utc") or utc_time(event.get("time_iso"))
    if at is not None:
        return at
    raw = event.sub("time_raw")
    day, hour, zone = raw.text("date"), raw.text("time"), raw.text("timezone")
    return local_time(f"{day}T{hour or '00:00:00'}{zone or ''}", UTC) if day else None
