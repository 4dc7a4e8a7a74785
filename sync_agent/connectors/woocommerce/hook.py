"""Webhooks of WooCommerce: base64 HMAC-SHA256 over the body, topic in a header."""

from __future__ import annotations

import hashlib
import re

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
from sync_agent.records.envelope import Kind

from .settings import WooCommerceSettings

_KINDS: dict[str, Kind] = {
    "order": "order",
    "customer": "customer",
    "product": "product",
}
# The first contact after a webhook was made: a form, not signed.
_PING = re.compile(rb"webhook_id=\d+")


class WooHook(FetchingHook):
    """Reads the deliveries of one shop."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def read(self, delivery: Delivery) -> Receipt:
        """See :meth:`sync_agent.port.Hook.read`."""
        if _PING.fullmatch(delivery.body):
            return Receipt()
        verify(
            delivery.headers.get("x-wc-webhook-signature"),
            self._secrets,
            lambda secret: in_base64(hmac_sha256(secret, delivery.body)),
        )
        topic = delivery.headers.get("x-wc-webhook-topic", "")
        kind = _KINDS.get(topic.partition(".")[0])
        if kind is None:
            return Receipt()
        number = json_object(delivery).get("id")
        if isinstance(number, bool) or not isinstance(number, int) or number <= 0:
            raise Rejected(number, "id", _("No number of a record."))
        return Receipt([Trigger(kind, str(number))], _event(delivery))


def _event(delivery: Delivery) -> str:
    """Return what is the same when a delivery is sent again.

    The shop's own id is made from the webhook and the second: two changes of one second
    share it.
    """
    given = delivery.headers.get("x-wc-webhook-delivery-id", "")
    return f"{given}:{hashlib.sha256(delivery.body).hexdigest()}"


def make_hook(settings: WooCommerceSettings, _clock: Clock) -> WooHook:
    """Return the hook for settings of a TOML table."""
    return WooHook(settings.webhook_secrets)
