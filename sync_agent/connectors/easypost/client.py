"""EasyPost's API: trackers of many numbers at once; a new one answers at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import structlog

from sync_agent.errors import Incomplete
from sync_agent.i18n import _
from sync_agent.port import Item, Json, Tools
from sync_agent.reading.scans import tracking_key
from sync_agent.reading.tracking import TrackingClient
from sync_agent.records.open_parcel import OpenParcel

from .parcels import carrier_of, newest, number_of, parse_tracker
from .settings import EasyPostSettings

_UNPROCESSABLE = 422

log = structlog.get_logger(__name__)


class EasyPostClient(TrackingClient):
    """Asks about numbers, and makes trackers of those that EasyPost does not follow."""

    title = "EasyPost"

    def __init__(self, settings: EasyPostSettings, tools: Tools) -> None:
        key = settings.key.get_secret_value()
        self._settings = settings
        self._http = settings.connect(
            tools, settings.url, auth=(key, ""), secrets=[key]
        )

    def account(self) -> str:
        """See :meth:`TrackingClient.account`."""
        answer = self._http.request("GET", "trackers", params={"page_size": 1})
        self.served_at = answer.served_at
        rows = _trackers(answer.body)
        if any(row.get("mode") == "test" for row in rows):
            return _("EasyPost answers, in test mode: it knows test numbers only.")
        return _("EasyPost answers.")

    def ask(self, parcels: Sequence[OpenParcel]) -> Iterable[Item]:
        """See :meth:`TrackingClient.ask`."""
        wanted = {tracking_key(each.tracking_number): each for each in parcels}
        found: set[str] = set()
        for row in self._batch(list(wanted)):
            found.add(number_of(row))
            yield parse_tracker(row)
        for number, parcel in wanted.items():
            if number not in found:
                yield from self._follow(number, parcel)

    def look(self, asked: Sequence[tuple[str, OpenParcel]]) -> Iterable[Item]:
        """See :meth:`TrackingClient.look`."""
        wanted = {(code, tracking_key(each.tracking_number)) for code, each in asked}
        for row in self._batch(sorted({number for _code, number in wanted})):
            if (carrier_of(row), number_of(row)) in wanted:
                yield parse_tracker(row)

    def _batch(self, numbers: Sequence[str]) -> list[Json]:
        answer = self._http.request(
            "POST", "trackers/batch", json={"tracking_codes": list(numbers)}
        )
        self.served_at = answer.served_at
        return newest(_trackers(answer.body))

    def _follow(self, number: str, parcel: OpenParcel) -> Iterator[Item]:
        """Make a tracker; within three months the same number gives the old one."""
        tracker: Json = {"tracking_code": number}
        carrier = self._settings.carrier_of(parcel.carrier)
        if carrier:
            tracker["carrier"] = carrier
        answer = self._http.request(
            "POST", "trackers", json={"tracker": tracker}, accept=(_UNPROCESSABLE,)
        )
        row = answer.body if isinstance(answer.body, dict) else {}
        if answer.status == _UNPROCESSABLE:
            error = row.get("error")
            code = error.get("code") if isinstance(error, dict) else None
            log.warning("tracking_number_refused", number=number, code=code)
        else:
            yield parse_tracker(row)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def _trackers(body: Any) -> list[Json]:
    rows = body.get("trackers") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise Incomplete(
            _("EasyPost's answer holds no list of trackers."),
            _("Check url in the settings: it ends in /v2."),
        )
    return [row for row in rows if isinstance(row, dict)]
