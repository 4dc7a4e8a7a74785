"""Webhooks of Karrio: not signed; the plain secret comes in a header.

What such a delivery names is fetched, so that whoever learns the secret can make the
agent look, and nothing more.
"""

from __future__ import annotations

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Clock, Delivery, Receipt, Trigger
from sync_agent.reading.hooks import FetchingHook, json_object, verify
from sync_agent.reading.scans import external_id

from .settings import KarrioSettings

_TRACKER = "tracker_"


class KarrioHook(FetchingHook):
    """Reads the deliveries of one server."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def read(self, delivery: Delivery) -> Receipt:
        """See :meth:`sync_agent.port.Hook.read`."""
        verify(delivery.headers.get("x-event-id"), self._secrets, str)
        event = json_object(delivery)
        if not str(event.get("event") or "").startswith(_TRACKER):
            return Receipt()
        told = event.get("data")
        carrier, number = (
            (told.get("carrier_name"), told.get("tracking_number"))
            if isinstance(told, dict)
            else (None, None)
        )
        if not (isinstance(carrier, str) and isinstance(number, str) and number):
            raise Rejected(None, "data.tracking_number", _("No tracking number."))
        return Receipt([Trigger("shipment", external_id(carrier, number))])


def make_hook(settings: KarrioSettings, _clock: Clock) -> KarrioHook:
    """Return the hook for settings of a TOML table."""
    return KarrioHook(settings.webhook_secrets)
