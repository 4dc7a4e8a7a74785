"""Webhooks of EasyPost: hex HMAC-SHA256 over the body, the secret in NFKD."""

from __future__ import annotations

import unicodedata

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Clock, Delivery, Receipt, Trigger
from sync_agent.reading.hooks import (
    FetchingHook,
    hmac_sha256,
    in_hex,
    json_object,
    verify,
)
from sync_agent.reading.scans import external_id

from .settings import EasyPostSettings

_TRACKER = "tracker."


class EasyPostHook(FetchingHook):
    """Reads the deliveries of one account."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def read(self, delivery: Delivery) -> Receipt:
        """See :meth:`sync_agent.port.Hook.read`."""
        verify(
            delivery.headers.get("x-hmac-signature"),
            self._secrets,
            lambda secret: signature(delivery.body, secret),
        )
        event = json_object(delivery)
        if not str(event.get("description") or "").startswith(_TRACKER):
            return Receipt()
        told = event.get("result")
        carrier, number = (
            (told.get("carrier"), told.get("tracking_code"))
            if isinstance(told, dict)
            else (None, None)
        )
        if not (isinstance(carrier, str) and isinstance(number, str) and number):
            raise Rejected(None, "result.tracking_code", _("No tracking number."))
        name = event.get("id")
        return Receipt(
            [Trigger("shipment", external_id(carrier, number))],
            name if isinstance(name, str) else "",
        )


def signature(body: bytes, secret: str) -> str:
    """Return the signature of a body."""
    digest = hmac_sha256(unicodedata.normalize("NFKD", secret), body)
    return f"hmac-sha256-hex={in_hex(digest)}"


def make_hook(settings: EasyPostSettings, _clock: Clock) -> EasyPostHook:
    """Return the hook for settings of a TOML table."""
    return EasyPostHook(settings.webhook_secrets)
