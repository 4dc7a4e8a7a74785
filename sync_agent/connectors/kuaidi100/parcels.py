"""Kuaidi100's JSON -> what is told of a parcel."""

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

from .states import STATES, WORDS

BEIJING = timezone(timedelta(hours=8))
"""China has no summer time: times without a zone are exact."""
ABORTED = "abort"


def parse_parcel(row: Json, *, aborted: bool = False) -> Item:
    """Return what is told of a parcel.

    Args:
        row: an answer, or ``lastResult`` of a push: the whole history, newest first.
        aborted: Kuaidi100 has stopped to follow the number.
    """
    number, carrier = str(row.get("nu") or ""), str(row.get("com") or "")
    build = partial(_told, number=number, aborted=aborted)
    return parcel_item(carrier, number, row, build)


def _told(row: Fields, number: str, *, aborted: bool) -> Told:
    scans = in_order(_scans(row))
    code = row.text("state")
    state = state_of(STATES, code) if code else "pending"
    if aborted and state != "delivered":
        state, code = "expired", ABORTED
    return Told(
        number=number,
        carrier=row.text("com"),
        state=state,
        raw=code,
        scans=tuple(scans),
    )


def _scans(row: Fields) -> Iterator[Scan]:
    for event in row.each("data"):
        code, word = event.text("statusCode"), event.text("status")
        at = event.text("time") or event.text("ftime")
        state = state_of(STATES, code)
        yield Scan(
            at=local_time(at, BEIJING),
            state=state_of(WORDS, word) if state == "unknown" else state,
            raw=code or word,
            place=event.text("location") or event.text("areaName"),
            text=event.text("context"),
        )
