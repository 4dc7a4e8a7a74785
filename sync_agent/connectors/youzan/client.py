"""HTTP to Youzan's open API: what to ask, and how often again.

The token stands in the query, a header is not looked at; that is why it is never
logged. Calls are billed: each list is asked in the largest pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from sync_agent.errors import Retryable
from sync_agent.i18n import _
from sync_agent.port import Json, Tools, Transport

from .refusals import TOKEN_ENDED, NotThere, Trouble, data_of, error_of
from .settings import YouzanSettings
from .tokens import Tokens

_TRIES = 5
_FIRST_WAIT_S = 1.0

log = structlog.get_logger(__name__)


class YouzanClient:
    """A shop, seen through the open API."""

    def __init__(self, settings: YouzanSettings, tools: Tools) -> None:
        self.settings = settings
        self.tools = tools
        self.served_at: datetime | None = None
        self.tokens = Tokens(settings, tools)
        self._http: Transport | None = None
        self._token = ""

    def close(self) -> None:
        """Close the connection."""
        if self._http is not None:
            self._http.close()

    def call(self, api: str, version: str, params: Mapping[str, Any]) -> Json:
        """Return the ``data`` of an answer.

        Args:
            api: e.g. ``youzan.trade.get``.
            version: e.g. ``4.0.2``.
            params: JSON of the call.

        Raises:
            AgentError: see :func:`.refusals.failure`.
            Retryable: the transport gave up.
        """
        wait_s = _FIRST_WAIT_S
        for _attempt in range(_TRIES - 1):
            try:
                return data_of(self._send(api, version, params))
            except Trouble as error:
                log.warning("request_retried", reason=error.message, wait_s=wait_s)
                self.tools.clock.sleep(wait_s)
                wait_s *= 2
        return data_of(self._send(api, version, params))

    def one(self, api: str, version: str, params: Mapping[str, Any]) -> Json | None:
        """Return a record, ``None`` if Youzan does not know it; else :meth:`call`."""
        try:
            return self.call(api, version, params)
        except NotThere:
            return None

    def rows(
        self, api: str, version: str, params: Mapping[str, Any], place: str, total: str
    ) -> tuple[list[Json], int]:
        """Return a page of a list, and the length that Youzan tells.

        Args:
            api: as in :meth:`call`.
            version: as in :meth:`call`.
            params: as in :meth:`call`.
            place: of the rows in the answer.
            total: of the length.
        """
        data = self.call(api, version, params)
        rows, length = data.get(place), data.get(total)
        rows = [] if rows is None and not length else rows
        if (
            not isinstance(rows, list)
            or not all(isinstance(row, dict) for row in rows)
            or isinstance(length, bool)
            or not isinstance(length, int)
        ):
            raise Retryable(
                _("Youzan's answer for {api} has an unexpected form.", api=api),
                _("It is tried again at the next run; report it if it stays."),
            )
        return rows, length

    def _send(self, api: str, version: str, params: Mapping[str, Any]) -> Any:
        body: Any = None
        for is_last in (False, True):
            http = self._connection()
            answer = http.request(
                "POST",
                f"api/{api}/{version}",
                params={"access_token": self._token},
                json=dict(params),
            )
            self.served_at = answer.served_at
            body = answer.body
            error = error_of(body)
            if error is None or error[0] not in TOKEN_ENDED or is_last:
                break
            self.tokens.refused()
        return body

    def _connection(self) -> Transport:
        token = self.tokens.get()
        if self._http is None or token != self._token:
            self.close()
            settings = self.settings
            secret = settings.client_secret.get_secret_value()
            self._http = settings.connect(
                self.tools, settings.url, secrets=[token, secret]
            )
            self._token = token
        return self._http
