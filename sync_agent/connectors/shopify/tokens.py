"""The access token: lasting, or one of a day that is renewed in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sync_agent.errors import Fatal, NeedsCredentials
from sync_agent.i18n import _
from sync_agent.port import Tools

from .settings import ShopifySettings

TOKEN_PATH = "oauth/access_token"  # noqa: S105  a path
_REFUSALS = (400, 401, 403, 404)
_EARLY = timedelta(hours=1)
_SHARE = 10
_DEFAULT_LIFE_S = 86_399


class Tokens:
    """Gets tokens by the client-credentials grant and knows when they end.

    Args:
        settings: of the source.
        tools: clock and transport.
    """

    def __init__(self, settings: ShopifySettings, tools: Tools) -> None:
        self._settings = settings
        self._tools = tools
        self._token = ""
        self._ends_at: datetime | None = None
        if settings.access_token is not None:
            self._token = settings.access_token.get_secret_value()

    @property
    def lasting(self) -> bool:
        """Whether the token was given and cannot be renewed."""
        return self._settings.access_token is not None

    def get(self) -> str:
        """Return a token that is good for a while; a new one when that ends soon."""
        if self._token and (
            self._ends_at is None or self._tools.clock.now() < self._ends_at
        ):
            return self._token
        self._renew()
        return self._token

    def forget(self) -> None:
        """Let the next call get a new token."""
        self._token = ""

    def _renew(self) -> None:
        settings = self._settings
        if settings.client_secret is None:
            raise AssertionError("settings hold a token or a secret")
        secret = settings.client_secret.get_secret_value()
        http = settings.connect(self._tools, f"{settings.url}/admin", secrets=[secret])
        try:
            answer = http.request(
                "POST",
                TOKEN_PATH,
                json={
                    "client_id": settings.client_id,
                    "client_secret": secret,
                    "grant_type": "client_credentials",
                },
                accept=_REFUSALS,
            )
        finally:
            http.close()
        body = answer.body if isinstance(answer.body, dict) else {}
        if answer.status in _REFUSALS:
            said = body.get("error_description") or body.get("error") or answer.status
            raise NeedsCredentials(
                _("Shopify gives no token: {said}.", said=str(said)[:100]),
                _(
                    "Check url, client_id and client_secret; the app must be "
                    "installed in the shop and belong to the same organisation."
                ),
            )
        token = body.get("access_token")
        if not isinstance(token, str) or not token:
            raise Fatal(
                _("Shopify's answer holds no token."),
                _("Is the address that of the shop (https://….myshopify.com)?"),
            )
        life = timedelta(seconds=int(body.get("expires_in") or _DEFAULT_LIFE_S))
        self._token = token
        self._ends_at = self._tools.clock.now() + life - min(_EARLY, life / _SHARE)
