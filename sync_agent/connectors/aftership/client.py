"""AfterShip's API: lists of trackings by number, one call to have a number followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from sync_agent.errors import Fatal, Incomplete
from sync_agent.i18n import _
from sync_agent.port import Item, Json, Tools
from sync_agent.reading.fields import utc_time
from sync_agent.reading.scans import tracking_key
from sync_agent.reading.tracking import TrackingClient
from sync_agent.records.fields import format_time
from sync_agent.records.open_parcel import OpenParcel

from .parcels import parse_tracking
from .settings import AfterShipSettings

KEPT = timedelta(days=120)
"""AfterShip keeps trackings as long; without a window it lists those of 30 days."""
_MOST_ROWS = 200
_HOUR = timedelta(hours=1)
ALREADY = 4003
_BAD_REQUEST = 400

log = structlog.get_logger(__name__)


class AfterShipClient(TrackingClient):
    """Asks about numbers, and has those followed that AfterShip does not follow yet."""

    title = "AfterShip"

    def __init__(self, settings: AfterShipSettings, tools: Tools) -> None:
        key = settings.key.get_secret_value()
        self._settings = settings
        self._zone = settings.zone
        self._clock = tools.clock
        self._http = settings.connect(
            tools, settings.url, headers={"as-api-key": key}, secrets=[key]
        )

    def account(self) -> str:
        """See :meth:`TrackingClient.account`."""
        data = self._page({"limit": 1, "created_at_min": self._since()})
        pages = data.get("pagination")
        total = pages.get("total") if isinstance(pages, dict) else None
        return _("AfterShip answers; it follows {total} parcels.", total=total)

    def ask(self, parcels: Sequence[OpenParcel]) -> Iterable[Item]:
        """See :meth:`TrackingClient.ask`."""
        wanted = {tracking_key(each.tracking_number): each for each in parcels}
        found: set[str] = set()
        for row in self._list(list(wanted)):
            found.add(tracking_key(str(row.get("tracking_number") or "")))
            yield parse_tracking(row, self._zone)
        for number, parcel in wanted.items():
            if number not in found:
                yield from self._follow(number, parcel)

    def look(self, asked: Sequence[tuple[str, OpenParcel]]) -> Iterable[Item]:
        """See :meth:`TrackingClient.look`."""
        wanted = {(slug, tracking_key(each.tracking_number)) for slug, each in asked}
        for row in self._list([number for _slug, number in wanted]):
            number = tracking_key(str(row.get("tracking_number") or ""))
            if (row.get("slug"), number) in wanted:
                yield parse_tracking(row, self._zone)

    def _list(self, numbers: Sequence[str]) -> Iterator[Json]:
        """Yield the trackings of numbers; a number may be known to two carriers."""
        params: Json = {
            "tracking_numbers": ",".join(numbers),
            "created_at_min": self._since(),
            "limit": _MOST_ROWS,
        }
        while True:
            data = self._page(params)
            yield from (row for row in data["trackings"] if isinstance(row, dict))
            pages = data.get("pagination") or {}
            cursor = pages.get("next_cursor")
            if not pages.get("has_next_page") or not cursor:
                return
            if cursor == params.get("cursor"):
                raise Incomplete(
                    _("AfterShip gives the same page again and again."),
                    _("Parcels may be missing; it is asked again in the next round."),
                )
            params = {**params, "cursor": cursor}

    def _page(self, params: Json) -> Json:
        answer = self._http.request("GET", "trackings", params=params)
        self.served_at = answer.served_at
        data = _data(answer.body)
        if not isinstance(data.get("trackings"), list):
            raise Incomplete(
                _("AfterShip's answer holds no list of trackings."),
                _("Check url in the settings: it names the version 2025-01."),
            )
        self._check_window(params["created_at_min"], data.get("created_at_min"))
        return data

    def _check_window(self, asked: str, told: Any) -> None:
        """Refuse an answer for a shorter time than was asked for."""
        wanted, given = utc_time(asked), utc_time(told)
        if isinstance(wanted, datetime) and given and given > wanted + _HOUR:
            raise Incomplete(
                _("AfterShip lists parcels since {time} only.", time=told),
                _("Older parcels would be missed; report this with url."),
            )

    def _since(self) -> str:
        return format_time((self._clock.now() - KEPT).replace(microsecond=0))

    def _follow(self, number: str, parcel: OpenParcel) -> Iterator[Item]:
        """Have a number followed; what is known of it at once is given."""
        body: Json = {"tracking_number": number}
        courier = self._settings.carrier_of(parcel.carrier)
        if courier:
            body["slug"] = courier
        if parcel.order:
            body["order_number"] = parcel.order
        answer = self._http.request(
            "POST", "trackings", json=body, accept=(_BAD_REQUEST,)
        )
        if answer.status != _BAD_REQUEST:
            data = _data(answer.body)
            yield parse_tracking(data.get("tracking") or data, self._zone)
            return
        code, said = _meta(answer.body)
        if code == ALREADY:
            return
        if code is None:
            raise Fatal(
                _("AfterShip refused the request ({said}).", said=said),
                _("Update the agent; if it stays, tell its makers."),
            )
        log.warning("tracking_number_refused", number=number, code=code, said=said)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def _data(body: Any) -> Json:
    if not isinstance(body, dict):
        raise Fatal(
            _("What answers is not AfterShip."), _("Check url in the settings.")
        )
    data = body.get("data")
    return data if isinstance(data, dict) else {}


def _meta(body: Any) -> tuple[Any, str]:
    meta = body.get("meta") if isinstance(body, dict) else None
    found = meta if isinstance(meta, dict) else {}
    return found.get("code"), str(found.get("message") or "")
