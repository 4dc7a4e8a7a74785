"""A fake EasyPost, API v2: trackers by number, a new tracker answers at once."""

from __future__ import annotations

import base64
import json
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .store import CarrierStore, Scan, Tracked

KEY = "EZAKfake0123456789abcdef"
CARRIER = "USPS"
MOST_CODES = 100


class FakeEasyPost(LoopbackServer):
    """The API of one account.

    Attributes:
        refused: the key is not good any more.
        made: trackers that were made.
        older: trackers of numbers that were given out before; they come as well.
    """

    def __init__(self, store: CarrierStore) -> None:
        super().__init__(_Handler)
        self.store = store
        self.refused = False
        self.made: list[Any] = []
        self.older: list[Any] = []

    def answer(
        self, method: str, target: str, header: str, body: bytes
    ) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        self.faults.run_hooks(f"{method} {target}")
        basic = base64.b64encode(f"{KEY}:".encode()).decode()
        if header != f"Basic {basic}" or self.refused:
            return _error(401, "APIKEY.INACTIVE", "This api key is no longer active.")
        path = urlsplit(target).path
        if (method, path) == ("GET", "/v2/trackers"):
            rows = [_row(each) for each in list(self.store.tracked.values())[:1]]
            return 200, {"trackers": rows, "has_more": True}
        if (method, path) == ("POST", "/v2/trackers/batch"):
            return self._batch(json.loads(body)["tracking_codes"])
        if (method, path) == ("POST", "/v2/trackers"):
            return self._make(json.loads(body)["tracker"])
        return _error(404, "NOT_FOUND", "The requested resource could not be found.")

    def _batch(self, codes: list[str]) -> tuple[int, Any]:
        if len(codes) > MOST_CODES:
            return _error(422, "TRACKER.BATCH", "Too many tracking codes.")
        rows = [
            _row(self.store.tracked[code])
            for code in codes
            if code in self.store.tracked and self.store.tracked[code].registered
        ]
        old = [row for row in self.older if row["tracking_code"] in codes]
        return 200, {"trackers": [*rows, *old]}

    def _make(self, asked: Any) -> tuple[int, Any]:
        code = asked["tracking_code"]
        if len(code) < 5:
            return _error(422, "TRACKER.CREATE.ERROR", "Invalid tracking code.")
        self.made.append(asked)
        now = self.store.now()
        found = self.store.tracked.setdefault(code, Tracked(code, [], now, now))
        found.registered = True
        return 201, _row(found)


def _error(status: int, code: str, message: str) -> tuple[int, Any]:
    return status, {"error": {"code": code, "message": message, "errors": []}}


def _row(parcel: Tracked) -> Any:
    return {
        "id": f"trk_{parcel.number.lower()}",
        "object": "Tracker",
        "mode": "production",
        "tracking_code": parcel.number,
        "status": parcel.word or "unknown",
        "created_at": _time(parcel.made),
        "updated_at": parcel.updated.isoformat(timespec="microseconds"),
        "est_delivery_date": None,
        "shipment_id": None,
        "carrier": CARRIER,
        "tracking_details": [_detail(scan) for scan in parcel.scans],
        "carrier_detail": None,
        "public_url": None,
    }


def _detail(scan: Scan) -> Any:
    return {
        "object": "TrackingDetail",
        "message": scan.text,
        "status": scan.word,
        "datetime": scan.at.astimezone(UTC).isoformat(),
        "tracking_location": {"city": scan.place, "state": None, "country": None},
    }


def _time(at: Any) -> str:
    return str(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


class _Handler(LoopbackHandler):
    fake: FakeEasyPost

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        header = self.headers.get("Authorization", "")
        status, found = self.fake.answer(self.command, self.path, header, body)
        return RawReply(status, json.dumps(found).encode())
