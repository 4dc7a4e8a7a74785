"""Who asks: an integration that signs, or an admin whose token lasts some hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from sync_agent.errors import Fatal, NeedsCredentials
from sync_agent.i18n import _
from sync_agent.port import Tools, Transport

from .settings import MagentoSettings

TOKEN_PATH = "integration/admin/token"  # noqa: S105  a path
_REFUSALS = (400, 401, 403)
_SHARE = 10
"""A token is renewed when a tenth of its life is left."""


def integration(settings: MagentoSettings, tools: Tools) -> Transport:
    """Return a connection whose requests are signed with OAuth 1.0a."""
    # 20 ms of start-up that shops with an admin's token are spared
    from requests_oauthlib import OAuth1  # noqa: PLC0415

    key, secret, token, token_secret = (
        _plain(each)
        for each in (
            settings.consumer_key,
            settings.consumer_secret,
            settings.access_token,
            settings.access_token_secret,
        )
    )
    auth: Any = OAuth1(
        key,
        secret,
        token,
        token_secret,
        signature_method=settings.signature,
        signature_type="auth_header",
    )
    secrets = (key, secret, token, token_secret)
    return settings.connect(tools, settings.api(), auth=auth, secrets=secrets)


def _plain(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()


class AdminTokens:
    """Gets tokens for an admin user and knows when they end.

    Args:
        settings: of the source.
        tools: clock and transport.
    """

    def __init__(self, settings: MagentoSettings, tools: Tools) -> None:
        self._settings = settings
        self._tools = tools
        self._token = ""
        self._ends_at: datetime | None = None

    def get(self) -> str:
        """Return a token that is good for a while; a new one when that ends soon."""
        is_over = self._ends_at is None or self._tools.clock.now() >= self._ends_at
        if not self._token or is_over:
            self._renew()
        return self._token

    def forget(self) -> None:
        """Let the next call get a new token."""
        self._token = ""

    def _renew(self) -> None:
        settings = self._settings
        password = _plain(settings.password)
        http = settings.connect(self._tools, settings.api(), secrets=[password])
        try:
            answer = http.request(
                "POST",
                TOKEN_PATH,
                json={"username": settings.username, "password": password},
                accept=_REFUSALS,
            )
        finally:
            http.close()
        if answer.status in _REFUSALS:
            body = answer.body if isinstance(answer.body, dict) else {}
            said = str(body.get("message") or answer.status)
            raise NeedsCredentials(
                _("Magento gives no token: {said}", said=said[:150]),
                _(
                    "Check username and password. An account with two-factor "
                    "authentication cannot be used: make an integration instead."
                ),
            )
        if not isinstance(answer.body, str) or not answer.body:
            raise Fatal(
                _("Magento's answer holds no token."),
                _("Is the address that of the shop, without a path of its own?"),
            )
        life = timedelta(hours=settings.token_hours)
        self._token = answer.body
        self._ends_at = self._tools.clock.now() + life - life / _SHARE
