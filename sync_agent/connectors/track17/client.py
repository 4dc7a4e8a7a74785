"""17TRACK's API: answers to 40 numbers at once, each accepted or rejected by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import structlog

from sync_agent.errors import Fatal, NeedsCredentials, Retryable
from sync_agent.i18n import _
from sync_agent.port import Item, Json, Tools
from sync_agent.reading.scans import last_digits, tracking_key
from sync_agent.reading.tracking import TrackingClient
from sync_agent.records.open_parcel import OpenParcel

from .parcels import parse_parcel
from .settings import Track17Settings

_PATH = "track/v2.4"
ALREADY = -18019901
NOT_REGISTERED = -18019902
NOTHING_YET = -18019909
QUOTA = {-18019907, -18019908}
_KEY_REFUSED = {-18010001, -18010002, -18010004, -18010005}
_BUSY = {-18010003}
SF_EXPRESS = "100012"
"""Tells nothing without the last digits of the receiver's phone."""

log = structlog.get_logger(__name__)


class Track17Client(TrackingClient):
    """Asks about numbers, and registers those that 17TRACK does not follow yet."""

    title = "17TRACK"

    def __init__(self, settings: Track17Settings, tools: Tools) -> None:
        key = settings.key.get_secret_value()
        self._settings = settings
        self._http = settings.connect(
            tools, settings.url, headers={"17token": key}, secrets=[key]
        )

    def account(self) -> str:
        """See :meth:`TrackingClient.account`."""
        data = self._call("getquota", [])
        return _(
            "17TRACK answers; {left} registrations are left.",
            left=data.get("quota_remain", "?"),
        )

    def ask(self, parcels: Sequence[OpenParcel]) -> Iterable[Item]:
        """See :meth:`TrackingClient.ask`."""
        wanted = {tracking_key(each.tracking_number): each for each in parcels}
        items, unknown = self._look([{"number": number} for number in wanted])
        yield from items
        if unknown:
            self._register([wanted[each] for each in unknown if each in wanted])

    def look(self, asked: Sequence[tuple[str, OpenParcel]]) -> Iterable[Item]:
        """See :meth:`TrackingClient.look`."""
        numbers: list[Json] = []
        for carrier, parcel in asked:
            number: Json = {"number": tracking_key(parcel.tracking_number)}
            if carrier.isdecimal() and int(carrier):
                number["carrier"] = int(carrier)
            numbers.append(number)
        return self._look(numbers)[0]

    def _look(self, numbers: Sequence[Json]) -> tuple[list[Item], list[str]]:
        """Return what is known, and the numbers that are not followed."""
        data = self._call("gettrackinfo", numbers)
        items = [parse_parcel(row) for row in _rows(data, "accepted")]
        unknown = []
        for row in _rows(data, "rejected"):
            code = _code(row)
            if code == NOTHING_YET:
                items.append(parse_parcel(row))
            elif code == NOT_REGISTERED:
                unknown.append(str(row.get("number")))
            else:
                _tell_refused(row)
        return items, unknown

    def _register(self, parcels: Sequence[OpenParcel]) -> None:
        """Have numbers followed: once, each costs a unit of the quota."""
        asked = [
            _registration(each, self._settings.carrier_of(each.carrier))
            for each in parcels
        ]
        data = self._call("register", asked)
        spent = False
        for row in _rows(data, "rejected"):
            code = _code(row)
            spent = spent or code in QUOTA
            if code not in QUOTA and code != ALREADY:
                _tell_refused(row)
        if spent:
            log.warning(
                "tracking_quota_spent",
                remedy=_("Buy registrations at 17TRACK, or set only = […]."),
            )

    def _call(self, method: str, body: Any) -> Json:
        answer = self._http.request("POST", f"{_PATH}/{method}", json=body)
        self.served_at = answer.served_at
        found = answer.body if isinstance(answer.body, dict) else {}
        code = found.get("code")
        if code == 0:
            data = found.get("data")
            return data if isinstance(data, dict) else {}
        raise _refusal(code, _said(found))

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def _registration(parcel: OpenParcel, carrier: str | None) -> Json:
    number = tracking_key(parcel.tracking_number)
    asked: Json = {"number": number}
    if carrier and carrier.isdecimal():
        asked["carrier"] = int(carrier)
    if parcel.order:
        asked["tag"] = parcel.order[:100]
    phone = last_digits(parcel.phone)
    if number.startswith("SF") and phone:
        asked |= {"carrier": int(SF_EXPRESS), "param": phone}
    return asked


def _rows(data: Json, name: str) -> Iterator[Json]:
    return (row for row in data.get(name) or () if isinstance(row, dict))


def _code(row: Json) -> Any:
    error = row.get("error")
    return error.get("code") if isinstance(error, dict) else None


def _said(found: Json) -> str:
    data = found.get("data")
    errors = data.get("errors") if isinstance(data, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else found
    return str(first.get("message") or "") if isinstance(first, dict) else ""


def _tell_refused(row: Json) -> None:
    log.warning("tracking_number_refused", number=row.get("number"), code=_code(row))


def _refusal(code: Any, said: str) -> Exception:
    """Return the error for a code in an answer of status 200: one table."""
    message = _("17TRACK refused the request ({code} {said}).", code=code, said=said)
    if code in _KEY_REFUSED:
        return NeedsCredentials(
            message,
            _(
                "Compare key with Settings > Security at api.17track.net; if addresses "
                "are restricted there, add that of this machine."
            ),
        )
    if code in _BUSY or code is None:
        return Retryable(message, _("17TRACK is in trouble; it is tried later."))
    return Fatal(message, _("Update the agent; if it stays, tell its makers."))
