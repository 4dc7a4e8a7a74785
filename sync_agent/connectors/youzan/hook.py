"""Messages of Youzan: JSON whose MD5 with id and secret of the app is in a header.

Youzan sends a message again until the answer holds the word ``success``, so that is
what also those of no interest hear. Its own lists and answers lag behind: what a
message names is fetched half a minute later, as its documentation wants.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Clock, Delivery, Receipt, Trigger
from sync_agent.reading.hooks import FetchingHook, json_object, parsed_object, verify

from .settings import YouzanSettings

TAKEN = '{"code":0,"msg":"success"}'
LAG_S = 30.0
_LAYERS = 3
_ITEMS = ("ITEM_", "youzan_item_")
_TRADES = ("trade_", "youzan_trade_")
_PARCELS = ("Ship", "TradeSuccess")
_CUSTOMER = "SCRM_CUSTOMER_EVENT"


class YouzanHook(FetchingHook):
    """Reads the messages of one app.

    Args:
        client_id: of the app.
        secrets: of the app, the newest first.
        shop: messages of other shops are left alone: an app may serve several.
    """

    def __init__(self, client_id: str, secrets: tuple[str, ...], shop: str) -> None:
        self._client_id = client_id
        self._secrets = secrets
        self._shop = shop

    def read(self, delivery: Delivery) -> Receipt:
        """See :meth:`sync_agent.port.Hook.read`."""
        given = delivery.headers.get("event-sign")
        if given:
            verify(given.lower(), self._secrets, lambda s: self._sign(delivery.body, s))
            body = json_object(delivery)
        else:
            body = self._signed_inside(delivery)
        found = list(self._triggers(body)) if self._is_ours(body) else []
        return Receipt(
            found,
            _event(body),
            body=TAKEN,
            content_type="application/json",
            delay_s=LAG_S,
        )

    def _sign(self, signed: bytes, secret: str) -> str:
        # the platform's own scheme, not ours to choose
        whole = self._client_id.encode() + signed + secret.encode()
        return hashlib.md5(whole, usedforsecurity=False).hexdigest()

    def _signed_inside(self, delivery: Delivery) -> dict[str, Any]:
        """Return a message of the older kind: only its ``msg`` is signed, in the body.

        What else it says is not believed, but for the kind of event.
        """
        body = json_object(delivery)
        message, given = body.get("msg"), body.get("sign")
        signed = message.encode() if isinstance(message, str) else b""
        sign = given.lower() if isinstance(given, str) and signed else None
        verify(sign, self._secrets, lambda secret: self._sign(signed, secret))
        return {**body, "id": None}

    def _is_ours(self, body: Mapping[str, Any]) -> bool:
        shops = {str(body.get(key)) for key in ("kdt_id", "root_kdt_id")}
        return self._shop in shops and body.get("test") is not True

    def _triggers(self, body: Mapping[str, Any]) -> Iterator[Trigger]:
        kind, own = str(body.get("type") or ""), _text(body.get("id"))
        if kind.startswith(_TRADES):
            number = _order_of(_decoded(body.get("msg"))) or own
            if not number:
                raise Rejected(None, "msg.tid", _("No number of a record."))
            yield Trigger("order", number)
            if any(word in kind for word in _PARCELS):
                yield Trigger("shipment", number)
        elif kind.startswith(_ITEMS) and own.isdigit():
            yield Trigger("product", own)
        elif kind == _CUSTOMER:
            found = _decoded(body.get("msg"))
            open_id = _text(found.get("yz_open_id") or found.get("yzOpenId"))
            if open_id:
                yield Trigger("customer", open_id)


def _order_of(message: Mapping[str, Any]) -> str:
    """Return the number of the order in a message, short or with the whole order."""
    whole = message.get("full_order_info")
    info = whole.get("order_info") if isinstance(whole, dict) else None
    inner = info.get("tid") if isinstance(info, dict) else None
    return _text(message.get("tid") or inner)


def _text(value: Any) -> str:
    is_id = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value).strip() if is_id else ""


def _decoded(message: Any) -> dict[str, Any]:
    """Return the object of ``msg``: one already, or text encoded once or twice.

    Raises:
        Rejected: it is something else.
    """
    if isinstance(message, dict):
        return message
    text = message if isinstance(message, str) else ""
    for _layer in range(_LAYERS):
        for decode in (str, unquote, unquote_plus):
            try:
                return parsed_object(decode(text))
            except Rejected as error:
                if isinstance(error.record, str):  # text in JSON: one more layer
                    text = error.record
                    break
        else:
            text = unquote(text)
    return parsed_object(text)


def _event(body: Mapping[str, Any]) -> str:
    """Return what is the same when a message is sent again: its count is not."""
    given = _text(body.get("msg_id"))
    names = ("type", "kdt_id", "id", "version")
    return given or (
        ":".join(_text(body.get(name)) for name in names) if body.get("version") else ""
    )


def make_hook(settings: YouzanSettings, _clock: Clock) -> YouzanHook:
    """Return the hook for settings of a TOML table."""
    secret = settings.client_secret.get_secret_value()
    secrets = (secret, *settings.webhook_secrets)
    return YouzanHook(settings.client_id, secrets, settings.shop)
