"""A fake Karrio server, 2026.1: one tracker at a time, times without their zone."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .store import CarrierStore, Scan, Tracked

TOKEN = "key_fake0123456789abcdef0123456789"
CARRIER = "dhl_universal"
PATH = "/v1/trackers"
_BAD_TOKEN = "Given token not valid for any token type"


class FakeKarrio(LoopbackServer):
    """The API of one server.

    Attributes:
        refused: the token is not good any more.
        made: trackers that were made.
        retired: numbers whose trackers were set back to unknown after 90 days.
    """

    def __init__(self, store: CarrierStore) -> None:
        super().__init__(_Handler)
        self.store = store
        self.refused = False
        self.made: list[Any] = []
        self.retired: set[str] = set()

    def answer(
        self, method: str, target: str, header: str, body: bytes
    ) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        self.faults.run_hooks(f"{method} {target}")
        if header != f"Token {TOKEN}" or self.refused:
            return _error(401, "invalid_token", _BAD_TOKEN)
        path = unquote(urlsplit(target).path)
        if (method, path) == ("GET", PATH):
            return 200, {"count": len(self.store.tracked), "results": []}
        if (method, path) == ("POST", PATH):
            return self._make(json.loads(body))
        parcel = self.store.tracked.get(path.removeprefix(f"{PATH}/"))
        if parcel is None or not parcel.registered:
            return _error(404, "not_found", "Tracking not found")
        return 200, self._row(parcel)

    def _make(self, asked: Any) -> tuple[int, Any]:
        number = asked["tracking_number"]
        if asked["carrier_name"] != CARRIER:
            return _error(424, "carrier_not_found", "No carrier connection found.")
        self.made.append(asked)
        now = self.store.now()
        found = self.store.tracked.setdefault(number, Tracked(number, [], now, now))
        found.registered = True
        return 202, self._row(found)

    def _row(self, parcel: Tracked) -> Any:
        is_retired = parcel.number in self.retired
        return {
            "id": f"trk_{parcel.number.lower()}",
            "carrier_name": CARRIER,
            "carrier_id": "dhl_fake",
            "tracking_number": parcel.number,
            "info": {"carrier_tracking_link": None, "expected_delivery": None},
            "events": [_event(scan) for scan in reversed(parcel.scans)],
            "delivered": None if is_retired else parcel.word == "delivered",
            "status": "unknown" if is_retired else parcel.word or "pending",
            "estimated_delivery": None,
            "object_type": "tracker",
        }


def _error(status: int, code: str, message: str) -> tuple[int, Any]:
    return status, {"errors": [{"code": code, "message": message}]}


def _event(scan: Scan) -> Any:
    at = scan.at.astimezone(UTC).replace(tzinfo=None)
    return {
        "date": str(at.date()),
        "time": at.strftime("%I:%M %p"),
        "timestamp": at.isoformat(),
        "status": scan.word,
        "code": None,
        "description": scan.text,
        "location": scan.place,
    }


class _Handler(LoopbackHandler):
    fake: FakeKarrio

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        header = self.headers.get("Authorization", "")
        status, found = self.fake.answer(self.command, self.path, header, body)
        return RawReply(status, json.dumps(found).encode())
