"""Karrio's API: one tracker at a time, by its number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import structlog

from sync_agent.errors import Fatal
from sync_agent.i18n import _
from sync_agent.port import Answer, Item, Json, Tools
from sync_agent.reading.scans import tracking_key
from sync_agent.reading.tracking import TrackingClient
from sync_agent.records.open_parcel import OpenParcel

from .parcels import parse_tracker
from .settings import KarrioSettings

_NOT_FOUND = 404
_REFUSED = (400, 409, 424)

log = structlog.get_logger(__name__)


class KarrioClient(TrackingClient):
    """Asks for trackers, and has new ones made where the carrier's name is known."""

    title = "Karrio"

    def __init__(self, settings: KarrioSettings, tools: Tools) -> None:
        token = settings.token.get_secret_value()
        self._settings = settings
        self._zone = settings.zone
        self._http = settings.connect(
            tools,
            settings.url,
            headers={"Authorization": f"Token {token}"},
            secrets=[token],
        )

    def account(self) -> str:
        """See :meth:`TrackingClient.account`."""
        answer = self._request("GET", "v1/trackers?limit=1")
        total = _object(answer.body).get("count")
        return _("Karrio answers; it follows {total} parcels.", total=total)

    def ask(self, parcels: Sequence[OpenParcel]) -> Iterable[Item]:
        """See :meth:`TrackingClient.ask`."""
        for parcel in parcels:
            row = self._tracker(parcel) or self._follow(parcel)
            if row is not None:
                yield parse_tracker(row, self._zone)

    def look(self, asked: Sequence[tuple[str, OpenParcel]]) -> Iterable[Item]:
        """See :meth:`TrackingClient.look`."""
        for carrier, parcel in asked:
            row = self._tracker(parcel)
            if row is not None and row.get("carrier_name") == carrier:
                yield parse_tracker(row, self._zone)

    def _tracker(self, parcel: OpenParcel) -> Json | None:
        number = tracking_key(parcel.tracking_number)
        path = f"v1/trackers/{quote(number, safe='')}"
        answer = self._request("GET", path, accept=(_NOT_FOUND,))
        if answer.status != _NOT_FOUND:
            return _object(answer.body)
        if "not_found" not in _codes(answer.body):
            raise Fatal(
                _("What answers is not Karrio (404)."),
                _("Check url in the settings: the address of the server itself."),
            )
        return None

    def _follow(self, parcel: OpenParcel) -> Json | None:
        """Have a tracker made; Karrio needs to be told the carrier."""
        carrier = self._settings.carrier_of(parcel.carrier)
        if carrier is None:
            return None
        number = tracking_key(parcel.tracking_number)
        body = {"tracking_number": number, "carrier_name": carrier}
        answer = self._request("POST", "v1/trackers", json=body, accept=_REFUSED)
        if answer.status in _REFUSED:
            log.warning(
                "tracking_number_refused", number=number, code=_codes(answer.body)
            )
            return None
        return _object(answer.body)

    def _request(self, method: str, path: str, **more: Any) -> Answer:
        answer = self._http.request(method, path, **more)
        self.served_at = answer.served_at
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def _object(body: Any) -> Json:
    if not isinstance(body, dict):
        raise Fatal(_("What answers is not Karrio."), _("Check url in the settings."))
    return body


def _codes(body: Any) -> list[str]:
    return [str(each.get("code")) for each in _errors(body)]


def _errors(body: Any) -> Iterator[Json]:
    found = body.get("errors") if isinstance(body, dict) else None
    return (each for each in found or () if isinstance(each, dict))
