"""Who may ask: an integration that signs with OAuth 1.0a, or an admin with a token."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from oauthlib.oauth1.rfc5849 import signature

USERNAME = "crm"
PASSWORD = "fake-password-0123456789"
INTEGRATION = {
    "consumer_key": "fakeconsumerkey0123456789abcdef0",
    "consumer_secret": "fakeconsumersecret0123456789abcd",
    "access_token": "fakeaccesstoken0123456789abcdef0",
    "access_token_secret": "faketokensecret0123456789abcdef0",
}
SIGN_IN = (
    "The account sign-in was incorrect or your account is disabled temporarily. "
    "Please wait and try again later."
)
TWO_FACTORS = "Please enter a code from your authenticator."
NOT_ALLOWED = "The consumer isn't authorized to access %resources."


class Guard:
    """Checks tokens and signatures as Magento does.

    Attributes:
        tokens: of admins that are good now.
        given: how many were given.
        two_factors: the account needs a second factor.
        switched_off: the integration is not active.
    """

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.given = 0
        self.two_factors = False
        self.switched_off = False
        self._nonces: set[str] = set()

    def token(self, asked: Any) -> tuple[int, Any]:
        """Give a token: a text of JSON."""
        if asked != {"username": USERNAME, "password": PASSWORD}:
            return 401, {"message": SIGN_IN}
        if self.two_factors:
            return 401, {"message": TWO_FACTORS}
        self.given += 1
        token = f"fake-admin-token-{self.given:020d}"
        self.tokens.add(token)
        return 200, token

    def refusal(self, method: str, url: str, header: str) -> str:
        """Return why a request is refused; empty when it may pass."""
        if header.startswith("Bearer "):
            # an access token of an integration is none here since 2.4.4
            return "" if header[7:] in self.tokens else NOT_ALLOWED
        if header.startswith("OAuth "):
            return self._oauth(method, url, header)
        return NOT_ALLOWED

    def _oauth(self, method: str, url: str, header: str) -> str:
        given = {
            key: dict(parse_qsl(f"v={value.strip(chr(34))}")).get("v", "")
            for key, _, value in (
                part.strip().partition("=") for part in header[6:].split(",")
            )
        }
        if given.get("oauth_consumer_key") != INTEGRATION["consumer_key"]:
            return "A consumer having the specified key does not exist."
        if given.get("oauth_token") != INTEGRATION["access_token"]:
            return "Specified token does not exist"
        params = [(k, v) for k, v in given.items() if k != "oauth_signature"]
        params += parse_qsl(urlsplit(url).query, keep_blank_values=True)
        base = signature.signature_base_string(
            method,
            signature.base_string_uri(url),
            signature.normalize_parameters(params),
        )
        secrets = SimpleNamespace(
            client_secret=INTEGRATION["consumer_secret"],
            resource_owner_secret=INTEGRATION["access_token_secret"],
        )
        right = signature.sign_hmac_sha256_with_client(base, secrets)
        if right != given.get("oauth_signature"):
            return "The signature is invalid. Verify and try again."
        if given["oauth_nonce"] in self._nonces:
            return "The nonce is already being used by the consumer."
        self._nonces.add(given["oauth_nonce"])
        return NOT_ALLOWED if self.switched_off else ""
