"""What connectors with webhooks share: secrets, signatures, bodies.

A signature is made over the raw bytes and compared in constant time. Each platform's
scheme is a line of its connector.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import BeforeValidator, Field, SecretStr

from sync_agent.errors import Forged, Rejected
from sync_agent.i18n import _
from sync_agent.port import Delivery, Item, Trigger
from sync_agent.reading.server import ServerSettings

MOST_FIELDS = 50


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | SecretStr) else value


class HookSettings(ServerSettings):
    """Settings of a connection to a platform that sends webhooks.

    Attributes:
        webhook_secret: one secret, or the new and the old one while a rotated secret
            has not yet reached every sender.
    """

    webhook_secret: Annotated[
        tuple[SecretStr, ...], BeforeValidator(_as_list), Field(max_length=5)
    ] = ()

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The secrets as text."""
        return tuple(secret.get_secret_value() for secret in self.webhook_secret)


class FetchingHook:
    """Base of hooks of platforms that can be asked for every record they name."""

    def items(self, trigger: Trigger) -> Iterator[Item]:
        """Yield nothing: no trigger of such a platform has a payload."""
        raise ValueError(f"{trigger.kind} {trigger.external_id} is fetched, not read")


def json_object(delivery: Delivery) -> dict[str, Any]:
    """Return the body as a JSON object; numbers with a point as ``Decimal``.

    Raises:
        Rejected: it is something else.
    """
    return parsed_object(delivery.body)


def parsed_object(text: bytes | str) -> dict[str, Any]:
    """Return a JSON text as an object; numbers with a point as ``Decimal``.

    Raises:
        Rejected: it is something else.
    """
    try:
        body = json.loads(text, parse_float=Decimal)
    except RecursionError:
        raise Rejected(None, "body", _("Lists in lists without end.")) from None
    except ValueError as error:
        raise Rejected(None, "body", _("No JSON: {error}.", error=error)) from None
    if not isinstance(body, dict):
        raise Rejected(body, "body", _("No JSON object."))
    return body


def form_of(delivery: Delivery) -> dict[str, str]:
    """Return the fields of a body that is a form.

    Raises:
        Rejected: it is something else, or has more fields than any webhook.
    """
    try:
        text = delivery.body.decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Rejected(None, "body", _("No form.")) from None
    return dict(pairs)


def hmac_sha256(secret: str, body: bytes) -> bytes:
    """Return the HMAC-SHA256 of a body, 32 bytes."""
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def in_base64(digest: bytes) -> str:
    """Return a digest as base64."""
    return base64.b64encode(digest).decode()


def in_hex(digest: bytes) -> str:
    """Return a digest as lower-case hexadecimal."""
    return digest.hex()


def matches(given: str, wanted: Iterable[str]) -> bool:
    """Compare a signature with those that the known secrets give.

    All are compared, each in constant time, so that the time tells nothing.
    """
    found = False
    for each in wanted:
        found |= hmac.compare_digest(_bytes(given), _bytes(each))
    return found


def _bytes(text: str) -> bytes:
    """Return the bytes of any text: a header may hold halves of characters."""
    return text.encode("utf-8", "surrogatepass")


def verify(
    given: str | None, secrets: Collection[str], sign: Callable[[str], str]
) -> None:
    """Check that a signature was made with one of the secrets.

    Args:
        given: as it came; ``None`` or empty: none came.
        secrets: known ones, the newest first.
        sign: makes the signature that a secret gives.

    Raises:
        Forged: no secret is known, no signature came, or none fits.
    """
    if not secrets:
        raise Forged(
            _("No secret for webhooks is configured."),
            _("Set webhook_secret to the secret that the platform signs with."),
        )
    if not given:
        raise Forged(
            _("The webhook is not signed."),
            _("Set a secret at the platform, and as webhook_secret here."),
        )
    if not matches(given.strip(), map(sign, secrets)):
        raise Forged(
            _("The webhook's signature is wrong."),
            _(
                "If it came from the platform, compare webhook_secret with the "
                "secret there; nothing between may change the body."
            ),
        )
