"""SF's JSON -> what is told of a parcel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, timezone
from functools import partial

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields
from sync_agent.reading.scans import (
    Scan,
    Told,
    in_order,
    local_time,
    parcel_item,
    state_of,
)
from sync_agent.records.shipment import ShipmentState

from .states import FIRST, OP_CODES, REASONS, SECONDARY

CODE = "sf"
NAME = "SF Express"
BEIJING = timezone(timedelta(hours=8))
"""China has no summer time: times without a zone are exact."""


def parse_route(row: Json) -> Item:
    """Return what is told of a parcel.

    Args:
        row: of ``routeResps``; three of four routes that SF sends are repeats.
    """
    number = str(row.get("mailNo") or "")
    return parcel_item(CODE, number, row, partial(_told, number=number))


def _told(row: Fields, number: str) -> Told:
    scans = in_order(_scans(row))
    last = scans[-1] if scans else None
    return Told(
        number=number,
        carrier=NAME,
        state=last.state if last else "pending",
        raw=last.raw if last else None,
        scans=tuple(scans),
    )


def _scans(row: Fields) -> Iterator[Scan]:
    for route in row.each("routes"):
        op_code = route.text("opCode")
        yield Scan(
            at=local_time(route.text("acceptTime"), BEIJING),
            state=_state(route, op_code),
            raw=op_code,
            place=route.text("acceptAddress"),
            text=route.text("remark"),
        )


def _state(route: Fields, op_code: str | None) -> ShipmentState:
    """Return the state of a route: a reason first, then the newer codes."""
    reason = f"{op_code}/{route.text('reasonCode') or ''}"
    if reason in REASONS:
        return REASONS[reason]
    newer = (
        state_of(SECONDARY, route.text("secondaryStatusCode")),
        state_of(FIRST, route.text("firstStatusCode")),
        state_of(OP_CODES, op_code),
    )
    return next((state for state in newer if state != "unknown"), "unknown")
