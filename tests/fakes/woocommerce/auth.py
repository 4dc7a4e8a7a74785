"""Who may ask: HTTP Basic over https, OAuth 1.0a over http; never guess."""

from __future__ import annotations

import base64
from urllib.parse import parse_qsl, urlsplit

from oauthlib.oauth1.rfc5849 import signature

from .api import Reply, error

CANNOT_VIEW = error(
    401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources."
)


def _refused(message: str) -> Reply:
    return error(401, "woocommerce_rest_authentication_error", message)


class Guard:
    """Checks the ``Authorization`` header as WooCommerce does.

    Args:
        key: known consumer key.
        secret: its secret.
        behind_tls: a proxy does https, so that Basic is accepted.
    """

    def __init__(self, key: str, secret: str, *, behind_tls: bool) -> None:
        self.key = key
        self.secret = secret
        self.behind_tls = behind_tls
        self.permission = "read"
        self.revoked = False
        self._nonces: set[str] = set()

    def check(self, method: str, url: str, header: str) -> Reply | None:
        """Return the refusal, ``None`` when the request may pass."""
        if header.startswith("Basic ") and self.behind_tls:
            text = base64.b64decode(header[6:]).decode()
            key, _, secret = text.partition(":")
            refusal = self._known(key)
            if refusal is None and secret != self.secret:
                refusal = _refused("Consumer secret is invalid.")
        elif header.startswith("OAuth "):
            refusal = self._oauth(method, url, header)
        else:
            refusal = CANNOT_VIEW
        if refusal is None and self.permission == "write":
            return _refused("The API key provided does not have read permissions.")
        return refusal

    def _known(self, key: str) -> Reply | None:
        return CANNOT_VIEW if self.revoked or key != self.key else None

    def _oauth(self, method: str, url: str, header: str) -> Reply | None:
        fields = dict(
            part.strip().split("=", 1) for part in header[6:].split(",") if "=" in part
        )
        given = {
            k: dict(parse_qsl(f"v={v.strip(chr(34))}"))["v"] for k, v in fields.items()
        }
        refusal = self._known(given.get("oauth_consumer_key", ""))
        if refusal is not None:
            return refusal
        params = [(k, v) for k, v in given.items() if k != "oauth_signature"]
        params += parse_qsl(urlsplit(url).query, keep_blank_values=True)
        base = signature.signature_base_string(
            method,
            signature.base_string_uri(url),
            signature.normalize_parameters(params),
        )
        if signature.sign_hmac_sha256_with_client(
            base, type("Client", (), _client(self.secret))()
        ) != given.get("oauth_signature"):
            return _refused("Invalid signature - provided signature does not match.")
        if given["oauth_nonce"] in self._nonces:
            return _refused("Invalid nonce - nonce has already been used.")
        self._nonces.add(given["oauth_nonce"])
        return None


def _client(secret: str) -> dict[str, str]:
    return {"client_secret": secret, "resource_owner_secret": ""}
