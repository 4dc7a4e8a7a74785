"""The access token of a self-use app: got silently, renewed in time.

One token holds for app and shop, whoever asks: with ``refresh`` false the one that is
valid comes back, with true a new one, and the old one may die at once. So that
agents which share a shop do not take each other's away, a new one is only asked for
when the valid one ends soon or is refused although it was just given.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sync_agent.errors import Fatal
from sync_agent.i18n import _
from sync_agent.port import Tools

from .refusals import error_of, no_token
from .settings import YouzanSettings
from .times import time_of

TOKEN_PATH = "auth/token"  # noqa: S105  a path
_EARLY = timedelta(minutes=10)
_DEFAULT_LIFE = timedelta(hours=2)
_INSTANT = 10**9
"""Above this ``expires`` is an instant, else seconds from now."""


class Tokens:
    """Gets tokens and knows when they end.

    Args:
        settings: of the source.
        tools: clock and transport.
    """

    def __init__(self, settings: YouzanSettings, tools: Tools) -> None:
        self._settings = settings
        self._tools = tools
        self._token = ""
        self._ends_at: datetime | None = None

    def get(self) -> str:
        """Return a token that is good for a while; a new one when that ends soon."""
        if not self._token:
            self._ask(refresh=False)
        if self._ends_soon():
            self._ask(refresh=True)
        return self._token

    def refused(self) -> None:
        """Get another token: Youzan did not take the one that :meth:`get` gave."""
        old, self._token = self._token, ""
        self._ask(refresh=False)
        if self._token == old:
            self._ask(refresh=True)

    @property
    def ends_at(self) -> datetime | None:
        """When the token ends, aware UTC."""
        return self._ends_at

    def _ends_soon(self) -> bool:
        ends_at = self._ends_at
        return ends_at is not None and self._tools.clock.now() >= ends_at - _EARLY

    def _ask(self, *, refresh: bool) -> None:
        settings = self._settings
        secret = settings.client_secret.get_secret_value()
        http = settings.connect(self._tools, settings.url, secrets=[secret])
        try:
            answer = http.request(
                "POST",
                TOKEN_PATH,
                json={
                    "client_id": settings.client_id,
                    "client_secret": secret,
                    "authorize_type": "silent",
                    "grant_id": settings.shop,
                    "refresh": refresh,
                },
            )
        finally:
            http.close()
        error = error_of(answer.body)
        if error is not None:
            raise no_token(*error)
        body = answer.body if isinstance(answer.body, dict) else {}
        data = body.get("data") if isinstance(body.get("data"), dict) else {}
        token = data.get("access_token") if data else None
        if not isinstance(token, str) or not token:
            raise Fatal(
                _("Youzan's answer holds no token."),
                _("Is url https://open.youzanyun.com?"),
            )
        self._token = token
        self._ends_at = self._end_of(data.get("expires") if data else None)

    def _end_of(self, expires: Any) -> datetime:
        now = self._tools.clock.now()
        at = time_of(expires)
        if at is None:
            return now + _DEFAULT_LIFE
        seconds = int(expires)
        return at if seconds > _INSTANT else now + timedelta(seconds=seconds)
