"""Webhooks of 17TRACK: hex SHA-256 over the body, a slash and the key."""

from __future__ import annotations

import hashlib

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Clock, Delivery, Receipt, Trigger
from sync_agent.reading.hooks import FetchingHook, json_object, verify
from sync_agent.reading.scans import external_id

from .settings import Track17Settings

_EVENTS = {"TRACKING_UPDATED", "TRACKING_STOPPED"}


class Track17Hook(FetchingHook):
    """Reads the deliveries of one account."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys

    def read(self, delivery: Delivery) -> Receipt:
        """See :meth:`sync_agent.port.Hook.read`."""
        verify(
            delivery.headers.get("sign"),
            self._keys,
            lambda key: signature(delivery.body, key),
        )
        found = json_object(delivery)
        if found.get("event") not in _EVENTS:
            return Receipt()
        data = found.get("data")
        number = data.get("number") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(number, str) or not number:
            raise Rejected(None, "data.number", _("No tracking number."))
        carrier = str(data.get("carrier") or 0)
        return Receipt([Trigger("shipment", external_id(carrier, number))])


def signature(body: bytes, key: str) -> str:
    """Return the signature of a body."""
    return hashlib.sha256(body + b"/" + key.encode()).hexdigest()


def make_hook(settings: Track17Settings, _clock: Clock) -> Track17Hook:
    """Return the hook for settings of a TOML table."""
    return Track17Hook(settings.signing_keys)
