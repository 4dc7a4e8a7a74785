"""Pushes of Kuaidi100: a form, MD5 over ``param`` and salt; the whole history."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Clock, Delivery, Item, Receipt, Trigger
from sync_agent.reading.hooks import form_of, parsed_object, verify
from sync_agent.reading.scans import external_id

from .parcels import ABORTED, parse_parcel
from .settings import Kuaidi100Settings

TAKEN = '{"result":true,"returnCode":"200","message":"成功"}'


class Kuaidi100Hook:
    """Reads the pushes of one account; what came is believed, for it is signed."""

    def __init__(self, salts: tuple[str, ...]) -> None:
        self._salts = salts

    def read(self, delivery: Delivery) -> Receipt:
        """See :meth:`sync_agent.port.Hook.read`."""
        form = form_of(delivery)
        param = form.get("param", "")
        verify(
            form.get("sign", "").upper(),
            self._salts,
            lambda salt: signature(param, salt),
        )
        pushed = parsed_object(param)
        row = pushed.get("lastResult")
        if not isinstance(row, dict):
            raise Rejected(None, "lastResult", _("No tracking number."))
        carrier, number = row.get("com"), row.get("nu")
        if not (isinstance(carrier, str) and isinstance(number, str) and number):
            raise Rejected(None, "lastResult.nu", _("No tracking number."))
        payload = {"row": row, "aborted": pushed.get("status") == ABORTED}
        trigger = Trigger("shipment", external_id(carrier, number), payload)
        return Receipt([trigger], body=TAKEN, content_type="application/json")

    def items(self, trigger: Trigger) -> Iterator[Item]:
        """See :meth:`sync_agent.port.Hook.items`."""
        payload = trigger.payload or {}
        yield parse_parcel(payload["row"], aborted=bool(payload["aborted"]))


def signature(param: str, salt: str) -> str:
    """Return the signature of a push."""
    # the platform's own scheme, not ours to choose
    digest = hashlib.md5(f"{param}{salt}".encode(), usedforsecurity=False)
    return digest.hexdigest().upper()


def make_hook(settings: Kuaidi100Settings, _clock: Clock) -> Kuaidi100Hook:
    """Return the hook for settings of a TOML table."""
    return Kuaidi100Hook(settings.webhook_secrets)
