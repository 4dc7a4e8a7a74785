"""A fake AfterShip, version 2025-01.

Without a window it lists the trackings of 30 days only, and says so; it has each number
followed by one call, and tells of one that it follows already with an error.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .store import CarrierStore, Scan, Tracked

KEY = "asat_fake0123456789abcdef0123456789abcdef"
SLUG = "china-post"
PATH = "/tracking/2025-01/trackings"
WINDOW = timedelta(days=30)


class FakeAfterShip(LoopbackServer):
    """The API of one organisation.

    Attributes:
        refused: the key is not good any more.
        followed: bodies of the calls that had a number followed.
        naive: times of checkpoints tell no zone.
        page_rows: most rows of a page.
        forgets_window: it lists 30 days whatever it is asked for.
    """

    def __init__(self, store: CarrierStore) -> None:
        super().__init__(_Handler)
        self.store = store
        self.refused = False
        self.followed: list[Any] = []
        self.naive = False
        self.page_rows = 200
        self.forgets_window = False
        self.cursors: dict[str, int] = {}

    def answer(
        self, method: str, target: str, key: str, body: bytes
    ) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        self.faults.run_hooks(f"{method} {target}")
        if key != KEY or self.refused:
            return _said(401, 401, "The API key is invalid.")
        parts = urlsplit(target)
        if parts.path != PATH:
            return _said(404, 404, "The URI requested is invalid.")
        if method == "POST":
            return self._follow(json.loads(body))
        return 200, {
            "meta": {"code": 200},
            "data": self._list(dict(parse_qsl(parts.query))),
        }

    def _list(self, params: dict[str, str]) -> Any:
        since = self.store.now() - WINDOW
        if "created_at_min" in params and not self.forgets_window:
            since = datetime.fromisoformat(params["created_at_min"])
        numbers = set(filter(None, params.get("tracking_numbers", "").split(",")))
        rows = [
            _row(parcel, naive=self.naive)
            for parcel in self.store.tracked.values()
            if parcel.registered
            and parcel.made >= since
            and (not numbers or parcel.number in numbers)
        ]
        start = self.cursors.get(params.get("cursor", ""), 0)
        end = start + min(self.page_rows, int(params.get("limit", 100)))
        cursor = secrets.token_hex(4) if end < len(rows) else None
        if cursor:
            self.cursors[cursor] = end
        return {
            "pagination": {
                "total": len(rows),
                "next_cursor": cursor,
                "has_next_page": cursor is not None,
            },
            "created_at_min": since.isoformat(),
            "trackings": rows[start:end],
        }

    def _follow(self, asked: Any) -> tuple[int, Any]:
        number = asked["tracking_number"]
        parcel = self.store.tracked.get(number)
        if parcel is not None and parcel.registered:
            return _said(400, 4003, "Tracking already exists.")
        if len(number) < 5:
            return _said(400, 4005, "The value of tracking_number is invalid.")
        self.followed.append(asked)
        now = self.store.now()
        found = parcel or Tracked(number, [], now, now)
        found.registered, found.made = True, now
        self.store.tracked[number] = found
        return 201, {"meta": {"code": 201}, "data": _row(found, naive=self.naive)}


def _said(status: int, code: int, message: str) -> tuple[int, Any]:
    return status, {"meta": {"code": code, "message": message}, "data": {}}


def _row(parcel: Tracked, *, naive: bool) -> Any:
    return {
        "id": f"id{parcel.number.lower()}",
        "created_at": parcel.made.isoformat(timespec="seconds"),
        "updated_at": parcel.updated.isoformat(timespec="microseconds"),
        "tracking_number": parcel.number,
        "slug": SLUG,
        "active": True,
        "tag": parcel.word.partition("_")[0] or "Pending",
        "subtag": parcel.word if "_" in parcel.word else None,
        "expected_delivery": None,
        "courier_estimated_delivery_date": None,
        "checkpoints": [_point(scan, naive=naive) for scan in parcel.scans],
    }


def _point(scan: Scan, *, naive: bool) -> Any:
    at = scan.at.astimezone(UTC)
    return {
        "checkpoint_time": (at.replace(tzinfo=None) if naive else at).isoformat(),
        "tag": scan.word.partition("_")[0],
        "subtag": scan.word if "_" in scan.word else None,
        "message": scan.text,
        "location": scan.place,
    }


class _Handler(LoopbackHandler):
    fake: FakeAfterShip

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        key = self.headers.get("as-api-key", "")
        status, found = self.fake.answer(self.command, self.path, key, body)
        return RawReply(status, json.dumps(found).encode())
