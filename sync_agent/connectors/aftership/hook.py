"""Webhooks of AfterShip: base64 HMAC-SHA256 over the body."""

from __future__ import annotations

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Clock, Delivery, Receipt, Trigger
from sync_agent.reading.hooks import (
    FetchingHook,
    hmac_sha256,
    in_base64,
    json_object,
    verify,
)
from sync_agent.reading.scans import external_id

from .settings import AfterShipSettings

_EVENT = "tracking_update"


class AfterShipHook(FetchingHook):
    """Reads the deliveries of one organisation."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def read(self, delivery: Delivery) -> Receipt:
        """See :meth:`sync_agent.port.Hook.read`."""
        verify(
            delivery.headers.get("aftership-hmac-sha256"),
            self._secrets,
            lambda secret: in_base64(hmac_sha256(secret, delivery.body)),
        )
        found = json_object(delivery)
        if found.get("event") != _EVENT:
            return Receipt()
        told = found.get("msg")
        slug, number = (
            (told.get("slug"), told.get("tracking_number"))
            if isinstance(told, dict)
            else (None, None)
        )
        if not (isinstance(slug, str) and isinstance(number, str) and slug and number):
            raise Rejected(None, "msg.tracking_number", _("No tracking number."))
        event = found.get("event_id")
        return Receipt(
            [Trigger("shipment", external_id(slug, number))],
            event if isinstance(event, str) else "",
        )


def make_hook(settings: AfterShipSettings, _clock: Clock) -> AfterShipHook:
    """Return the hook for settings of a TOML table."""
    return AfterShipHook(settings.webhook_secrets)
