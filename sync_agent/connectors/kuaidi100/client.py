"""Kuaidi100's API: signed forms, a number each; refusals come in good answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

import structlog

from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable
from sync_agent.i18n import _
from sync_agent.port import Item, Json, Tools
from sync_agent.reading.scans import last_digits, tracking_key
from sync_agent.reading.tracking import TrackingClient
from sync_agent.records.open_parcel import OpenParcel

from .parcels import parse_parcel
from .settings import Kuaidi100Settings
from .states import CARRIERS, NEED_PHONE, PREFIXES

OK = "200"
ALREADY = "501"
_NOTHING_YET = "500"
_BAD_SIGN = "503"
_UNKNOWN_KEY = "600"
_EXPIRED = "601"
_BUSY = {"501", "502"}
_OF_ONE_NUMBER = {"400", "408"}
_SUBSCRIBED = {OK, ALREADY}
_OF_ONE_SUBSCRIPTION = {"500", "700", "701", "702"}
_MOBILE = 11

log = structlog.get_logger(__name__)


class Kuaidi100Client(TrackingClient):
    """Asks about numbers one by one, and has them pushed if it was given an address."""

    title = "快递100"

    def __init__(self, settings: Kuaidi100Settings, tools: Tools) -> None:
        self._customer = settings.customer.get_secret_value()
        self._key = settings.key.get_secret_value()
        self._settings = settings
        self._http = settings.connect(
            tools, settings.url, secrets=[self._customer, self._key]
        )

    def account(self) -> str:
        """See :meth:`TrackingClient.account`."""
        found = self._query({"com": "shunfeng", "num": "SF0000000000000"})
        code = _code(found)
        if code in {_BAD_SIGN, _EXPIRED}:
            raise _refusal(code, found)
        return _("Kuaidi100 answers.")

    def ask(self, parcels: Sequence[OpenParcel]) -> Iterable[Item]:
        """See :meth:`TrackingClient.ask`."""
        for parcel in parcels:
            carrier = self._code_of(parcel)
            if carrier is None:
                log.warning("tracking_carrier_unknown", carrier=parcel.carrier)
                continue
            self._subscribe(carrier, parcel)
            yield from self._one(carrier, parcel)

    def look(self, asked: Sequence[tuple[str, OpenParcel]]) -> Iterable[Item]:
        """See :meth:`TrackingClient.look`."""
        for carrier, parcel in asked:
            yield from self._one(carrier, parcel)

    def _code_of(self, parcel: OpenParcel) -> str | None:
        named = self._settings.carrier_of(parcel.carrier)
        name = (parcel.carrier or "").casefold()
        number = tracking_key(parcel.tracking_number)
        return (
            named
            or next(
                (code for p, code in PREFIXES.items() if number.startswith(p)), None
            )
            or next((code for word, code in CARRIERS.items() if word in name), None)
        )

    def _one(self, carrier: str, parcel: OpenParcel) -> Iterable[Item]:
        number = tracking_key(parcel.tracking_number)
        asked: Json = {"com": carrier, "num": number, "resultv2": "6"}
        if carrier in NEED_PHONE:
            asked["phone"] = _phone(parcel.phone)
        found = self._query(asked)
        code = _code(found)
        if code == OK:
            return [parse_parcel(found)]
        if code in _OF_ONE_NUMBER:
            log.warning("tracking_number_refused", number=number, code=code)
        elif code != _NOTHING_YET:
            raise _refusal(code, found)
        return []

    def _query(self, asked: Json) -> Json:
        param = json.dumps(asked, ensure_ascii=False)
        sign = _md5(param, self._key, self._customer)
        form = {"customer": self._customer, "param": param, "sign": sign}
        return self._post("poll/query.do", form)

    def _subscribe(self, carrier: str, parcel: OpenParcel) -> None:
        """Have a number pushed; one that is pushed already stays so."""
        if not self._settings.callback_url:
            return
        number = tracking_key(parcel.tracking_number)
        parameters: Json = {
            "callbackurl": self._settings.callback_url,
            "resultv2": "6",
            "autoCom": "1",
        }
        salts = self._settings.webhook_secrets
        if salts:
            parameters["salt"] = salts[0]
        if carrier in NEED_PHONE:
            parameters["phone"] = _phone(parcel.phone)
        asked = {
            "company": carrier,
            "number": number,
            "key": self._key,
            "parameters": parameters,
        }
        param = json.dumps(asked, ensure_ascii=False)
        found = self._post("poll", {"schema": "json", "param": param})
        code = _code(found)
        if code in _OF_ONE_SUBSCRIPTION:
            log.warning("tracking_number_refused", number=number, code=code)
        elif code not in _SUBSCRIBED:
            raise _refusal(code, found)

    def _post(self, path: str, form: dict[str, str]) -> Json:
        answer = self._http.request("POST", path, form=form)
        self.served_at = answer.served_at
        if not isinstance(answer.body, dict):
            raise Fatal(
                _("What answers is not Kuaidi100."), _("Check url in the settings.")
            )
        return answer.body

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def _phone(phone: str | None) -> str:
    """Return a phone as Kuaidi100 takes it; of a masked one the last digits."""
    shown = (phone or "").split(",")[0]
    digits = "".join(c for c in shown if c.isdigit())
    is_whole = "*" not in shown and "-" not in shown[-5:] and len(digits) >= _MOBILE
    return digits[-_MOBILE:] if is_whole else last_digits(phone)


def _md5(*parts: str) -> str:
    # the platform's own scheme, not ours to choose
    return (
        hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest().upper()
    )


def _code(found: Json) -> str:
    """Return the code of an answer: only refusals carry ``returnCode`` for sure."""
    return str(found.get("returnCode") or found.get("status") or "")


def _refusal(code: str, found: Any) -> AgentError:
    """Return the error for a code in an answer of status 200: one table."""
    message = _(
        "Kuaidi100 refused the request ({code} {said}).",
        code=code,
        said=str(found.get("message") or ""),
    )
    if code in {_BAD_SIGN, _UNKNOWN_KEY}:
        return NeedsCredentials(
            message,
            _("Compare customer and key with My information at api.kuaidi100.com."),
        )
    if code == _EXPIRED:
        return NeedsCredentials(
            message, _("Renew the key or buy units at api.kuaidi100.com.")
        )
    if code in _BUSY:
        return Retryable(message, _("Kuaidi100 is in trouble; it is tried later."))
    return Fatal(message, _("Update the agent; if it stays, tell its makers."))
