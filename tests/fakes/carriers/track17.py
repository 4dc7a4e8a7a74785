"""A fake 17TRACK, API v2.4, written after its documentation.

It takes at most 40 numbers, accepts and rejects them one by one, and answers errors
with HTTP 200.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .store import CarrierStore, Scan, Tracked

KEY = "FAKE17TRACKKEY0123456789ABCDEF01"
CARRIER = 100003
MOST_NUMBERS = 40


class FakeTrack17(LoopbackServer):
    """The API of one account.

    Attributes:
        quota: registrations that are left.
        refused: the key is not good any more.
        registered: how often each number was registered.
    """

    def __init__(self, store: CarrierStore) -> None:
        super().__init__(_Handler)
        self.store = store
        self.quota = 1000
        self.refused = False
        self.registered: list[Any] = []

    def answer(self, path: str, key: str, body: bytes) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        self.faults.run_hooks(path)
        if key != KEY or self.refused:
            return 401, _error(-18010002, "The access token is invalid.")
        numbers = json.loads(body)
        if not isinstance(numbers, list) or len(numbers) > MOST_NUMBERS:
            return 200, _error(-18010014, "The maximum of 40 numbers is exceeded.")
        calls = {
            "/track/v2.4/getquota": self._quota,
            "/track/v2.4/gettrackinfo": self._info,
            "/track/v2.4/register": self._register,
        }
        if path not in calls:
            return 404, {}
        return 200, {"code": 0, "data": calls[path](numbers)}

    def _quota(self, _numbers: Any) -> Any:
        return {"quota_total": 1000, "quota_used": 0, "quota_remain": self.quota}

    def _info(self, numbers: Any) -> Any:
        data: dict[str, list[Any]] = {"accepted": [], "rejected": []}
        for asked in numbers:
            parcel = self.store.tracked.get(asked["number"])
            if parcel is None or not parcel.registered:
                data["rejected"].append(
                    _rejected(asked, -18019902, "Not registered, register first.")
                )
            elif not parcel.scans:
                data["rejected"].append(
                    _rejected(asked, -18019909, "No tracking information yet.")
                )
            else:
                data["accepted"].append(_row(parcel))
        return data

    def _register(self, numbers: Any) -> Any:
        data: dict[str, list[Any]] = {"accepted": [], "rejected": []}
        for asked in numbers:
            parcel = self.store.tracked.get(asked["number"])
            if parcel is not None and parcel.registered:
                found = _rejected(asked, -18019901, "Already registered.")
            elif self.quota <= 0:
                found = _rejected(asked, -18019908, "The quota is not enough.")
            elif len(asked["number"]) < 5:
                found = _rejected(asked, -18010012, "The format is invalid.")
            else:
                self._follow(asked, parcel)
                data["accepted"].append({"origin": 2, **asked, "carrier": CARRIER})
                continue
            data["rejected"].append(found)
        return data

    def _follow(self, asked: Any, parcel: Tracked | None) -> None:
        self.quota -= 1
        self.registered.append(asked)
        now = self.store.now()
        found = parcel or Tracked(asked["number"], [], now, now)
        found.registered = True
        self.store.tracked[asked["number"]] = found


def _error(code: int, message: str) -> Any:
    return {"code": code, "data": {"errors": [{"code": code, "message": message}]}}


def _rejected(asked: Any, code: int, message: str) -> Any:
    return {
        "number": asked["number"],
        "carrier": asked.get("carrier", 0),
        "error": {"code": code, "message": message},
    }


def _row(parcel: Tracked) -> Any:
    status, _sep, sub = parcel.word.partition("_")
    return {
        "number": parcel.number,
        "carrier": CARRIER,
        "tag": None,
        "track_info": {
            "latest_status": {
                "status": status,
                "sub_status": parcel.word if sub else None,
                "sub_status_descr": None,
            },
            "time_metrics": {"estimated_delivery_date": {"from": None, "to": None}},
            "misc_info": {"service_type": None},
            "tracking": {
                "providers": [
                    {
                        "provider": {"key": CARRIER, "name": "Fake Post"},
                        # the newest first
                        "events": [_event(scan) for scan in reversed(parcel.scans)],
                    }
                ]
            },
        },
    }


def _event(scan: Scan) -> Any:
    at = scan.at.astimezone(UTC).replace(tzinfo=None)
    return {
        "time_iso": f"{at.isoformat()}+00:00",
        "time_utc": f"{at.isoformat()}Z",
        "time_raw": {"date": str(at.date()), "time": None, "timezone": None},
        "description": scan.text,
        "location": scan.place,
        "stage": None,
        "sub_status": scan.word,
    }


class _Handler(LoopbackHandler):
    fake: FakeTrack17

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        key = self.headers.get("17token", "")
        status, found = self.fake.answer(self.path, key, body)
        return RawReply(status, json.dumps(found).encode())
