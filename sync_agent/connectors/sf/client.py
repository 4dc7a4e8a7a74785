"""SF's API: signed forms; two layers of success in an answer of status 200."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote_plus

from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable
from sync_agent.i18n import _
from sync_agent.port import Item, Json, Tools
from sync_agent.reading.scans import last_digits, tracking_key
from sync_agent.reading.tracking import TrackingClient
from sync_agent.records.open_parcel import OpenParcel

from .parcels import CODE, parse_route
from .settings import SfSettings

ROUTES = "EXP_RECE_SEARCH_ROUTES"
_GATEWAY_OK = "A1000"
_DONE = "S0000"
_KEY_REFUSED = {"A1003", "A1004", "A1006", "A1008", "A1011"}
_CLOCK = "A1002"
_BUSY = {"A1005", "A1007", "A1009", "A1099"}
_BUSY_S = 60.0


class SfClient(TrackingClient):
    """Asks about up to ten numbers of receivers with the same last digits."""

    title = "SF Express"

    def __init__(self, settings: SfSettings, tools: Tools) -> None:
        self._partner = settings.partner.get_secret_value()
        self._checkword = settings.checkword.get_secret_value()
        self._clock = tools.clock
        self._http = settings.connect(
            tools, settings.url, secrets=[self._partner, self._checkword]
        )

    def account(self) -> str:
        """See :meth:`TrackingClient.account`."""
        list(self._routes(["SF0000000000000"], "0000"))
        return _("SF Express answers.")

    def ask(self, parcels: Sequence[OpenParcel]) -> Iterable[Item]:
        """See :meth:`TrackingClient.ask`."""
        groups: dict[str, list[str]] = defaultdict(list)
        for parcel in parcels:
            number = tracking_key(parcel.tracking_number)
            groups[last_digits(parcel.phone)].append(number)
        for phone, numbers in groups.items():
            yield from map(parse_route, self._routes(numbers, phone))

    def look(self, asked: Sequence[tuple[str, OpenParcel]]) -> Iterable[Item]:
        """See :meth:`TrackingClient.look`."""
        return self.ask([parcel for carrier, parcel in asked if carrier == CODE])

    def _routes(self, numbers: Sequence[str], phone: str) -> Iterator[Json]:
        """Yield what is known of numbers; those without any route are left out."""
        asked: Json = {
            "language": "zh-CN",
            "trackingType": "1",
            "trackingNumber": list(numbers),
            "methodType": "1",
        }
        if phone:
            asked["checkPhoneNo"] = phone
        data = self._call(ROUTES, asked)
        found = data.get("routeResps") if isinstance(data, dict) else None
        for row in found if isinstance(found, list) else ():
            if isinstance(row, dict) and row.get("routes"):
                yield row

    def _call(self, service: str, asked: Json) -> Any:
        """Ask a service; return ``msgData`` of its answer."""
        text = json.dumps(asked, ensure_ascii=False)
        stamp = str(int(self._clock.now().timestamp() * 1000))
        form = {
            "partnerID": self._partner,
            "requestID": str(uuid.uuid4()),
            "serviceCode": service,
            "timestamp": stamp,
            "msgDigest": digest(text, stamp, self._checkword),
            "msgData": text,
        }
        answer = self._http.request("POST", "", form=form)
        self.served_at = answer.served_at
        outer = answer.body if isinstance(answer.body, dict) else {}
        code = str(outer.get("apiResultCode") or "")
        if code != _GATEWAY_OK:
            raise _refusal(code, str(outer.get("apiErrorMsg") or ""))
        inner = _inner(outer.get("apiResultData"))
        code = str(inner.get("errorCode") or "")
        if inner.get("success") is not True or code != _DONE:
            raise _refusal(code, str(inner.get("errorMsg") or ""))
        return inner.get("msgData")

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def digest(text: str, stamp: str, checkword: str) -> str:
    """Return the signature of a question.

    Args:
        text: ``msgData``, the very text that is sent.
        stamp: milliseconds, as sent.
        checkword: the secret.
    """
    # as Java's URLEncoder does: * stays, ~ does not, a blank becomes +
    encoded = quote_plus(f"{text}{stamp}{checkword}", safe="*").replace("~", "%7E")
    # the platform's own scheme, not ours to choose
    made = hashlib.md5(encoded.encode(), usedforsecurity=False).digest()
    return base64.b64encode(made).decode()


def _inner(data: Any) -> Json:
    """Return the answer of the service, a JSON text in the gateway's answer."""
    try:
        found = json.loads(data) if isinstance(data, str) else data
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Retryable(
            _("SF's gateway gave no answer of the service."),
            _("SF is in trouble; it is tried later."),
        )
    return found


def _refusal(code: str, said: str) -> AgentError:
    """Return the error for a code of the gateway or the service: one table."""
    message = _("SF refused the request ({code} {said}).", code=code, said=said)
    if code in _KEY_REFUSED:
        return NeedsCredentials(
            message,
            _(
                "Compare partner and checkword with qiao.sf-express.com; switch on "
                "EXP_RECE_SEARCH_ROUTES there and allow this machine's address."
            ),
        )
    if code == _CLOCK:
        return Fatal(message, _("Set the clock of this machine (NTP)."))
    if code in _BUSY:
        return Retryable(message, _("SF is in trouble; it is tried later."), _BUSY_S)
    if not code:
        return Fatal(
            _("What answers is not SF Express."), _("Check url in the settings.")
        )
    return Fatal(message, _("Update the agent; if it stays, tell its makers."))
