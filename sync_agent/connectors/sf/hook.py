"""Pushes of SF (RoutePushService): not signed; a secret word stands in the address.

What a push names is fetched, so that whoever learns the word can make the agent look,
and nothing more.
"""

from __future__ import annotations

import re
from typing import Any

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Clock, Delivery, Receipt, Trigger
from sync_agent.reading.hooks import FetchingHook, form_of, parsed_object, verify
from sync_agent.reading.scans import external_id

from .parcels import CODE
from .settings import SfSettings

MOST_ROUTES = 100
"""SF sends ten at most."""
_OF_XML = re.compile(r'\bmailno\s*=\s*"([0-9A-Za-z]{1,40})"', re.IGNORECASE)
TAKEN_JSON = '{"return_code":"0000","return_msg":"成功"}'
TAKEN_XML = '<Response service="RoutePushService"><Head>OK</Head></Response>'


class SfHook(FetchingHook):
    """Reads the pushes of one customer code."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def read(self, delivery: Delivery) -> Receipt:
        """See :meth:`sync_agent.port.Hook.read`."""
        verify(delivery.query.get("key"), self._secrets, str)
        if delivery.body.lstrip().startswith(b"{"):
            numbers = _of_json(parsed_object(delivery.body))
            body, kind = TAKEN_JSON, "application/json"
        else:
            numbers = _OF_XML.findall(form_of(delivery).get("content", ""))
            body, kind = TAKEN_XML, "text/xml; charset=utf-8"
        if not numbers:
            raise Rejected(None, "mailno", _("No tracking number."))
        triggers = [
            Trigger("shipment", external_id(CODE, number))
            for number in dict.fromkeys(numbers[:MOST_ROUTES])
        ]
        return Receipt(triggers, body=body, content_type=kind)


def _of_json(pushed: dict[str, Any]) -> list[str]:
    body = pushed.get("Body")
    routes = body.get("WaybillRoute") if isinstance(body, dict) else None
    found = (
        route.get("mailno")
        for route in (routes if isinstance(routes, list) else ())
        if isinstance(route, dict)
    )
    return [number for number in found if isinstance(number, str) and number]


def make_hook(settings: SfSettings, _clock: Clock) -> SfHook:
    """Return the hook for settings of a TOML table."""
    return SfHook(settings.webhook_secrets)
