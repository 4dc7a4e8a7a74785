"""JSON-RPC through odoorpc: for a password log-in, or where JSON-2 is not passed on."""

from __future__ import annotations

import http.client
import json
import logging
import ssl
import urllib.error
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sync_agent.errors import AgentError, ConfigError, NeedsCredentials
from sync_agent.i18n import _
from sync_agent.odoo import refusals
from sync_agent.odoo.door import MODEL
from sync_agent.redact import Redactor
from sync_agent.transport.retry import BadBody, short_reason

SHOWN_CHARACTERS = 200
_SERVER_VERSION = "19.0"
"""Only tells odoorpc which log-in to use; all since 10.0 are the same."""


class LegacyCaller:
    """Calls ``sme.ingest`` over ``/jsonrpc``.

    Args:
        url: address of Odoo, without a path.
        database: must be named.
        login: of the robot user.
        secret: its API key or password.
        timeout_s: longest wait for an answer.
    """

    def __init__(
        self,
        url: str,
        database: str,
        login: str,
        secret: str,
        *,
        redactor: Redactor,
        timeout_s: float = 300.0,
    ) -> None:
        redactor.add(secret)
        self._url = url.rstrip("/")
        self._parts = urlsplit(self._url)
        if self._parts.scheme not in ("http", "https") or self._parts.path:
            raise ConfigError(
                _(
                    "{url!r} is no usable address for the transport odoorpc.",
                    url=self._url,
                ),
                _("Give odoo.url as https://host or http://host:port, without a path."),
            )
        self._database = database
        self._login = login
        self._secret = secret
        self._redact = redactor
        self._timeout_s = timeout_s
        self._odoo: Any = None
        # odoorpc writes all that it sends and gets into its debug log
        logging.getLogger("odoorpc").setLevel(logging.WARNING)

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """See :meth:`sync_agent.odoo.door.Caller.call`."""
        import odoorpc.error  # noqa: PLC0415  slow to import, seldom used

        try:
            if self._odoo is None:
                self._odoo = self._connect()
            return self._odoo.execute_kw(MODEL, method, [], dict(arguments))
        except odoorpc.error.RPCError as error:
            raise self._refused(error) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._lost(error) from None

    def close(self) -> None:
        """Forget the log-in; there is no connection that stays open."""
        self._odoo = None

    def _connect(self) -> Any:
        import odoorpc  # noqa: PLC0415

        secure = self._parts.scheme == "https"
        odoo = odoorpc.ODOO(
            self._parts.hostname,
            protocol="jsonrpc+ssl" if secure else "jsonrpc",
            port=self._parts.port or (443 if secure else 80),
            timeout=self._timeout_s,
            version=_SERVER_VERSION,
        )
        odoo.login(self._database, self._login, self._secret)
        return odoo

    def _refused(self, error: Any) -> AgentError:
        info = error.info if isinstance(error.info, dict) else {}
        data = info.get("data") or {}
        name = str(data.get("name") or "")
        message = self._redact(str(data.get("message") or error))
        if not name:
            return NeedsCredentials(
                _("Odoo refused the log-in of {login}.", login=self._login),
                _(refusals.NEW_KEY),
            )
        if "does not exist" in message and "database" in message.lower():
            return refusals.several_databases(self._url)
        status = int(data["code"]) if str(data.get("code") or "").isdigit() else 0
        return refusals.refusal(status, name, message)

    def _lost(self, error: Exception) -> AgentError:
        reason = getattr(error, "reason", error)
        said = self._redact(short_reason(error))[:SHOWN_CHARACTERS]
        if isinstance(error, urllib.error.HTTPError):
            with error:
                return self._refused_status(error.code, said)
        if isinstance(error, json.JSONDecodeError):
            return self._unreadable(error.doc)
        if isinstance(reason, TimeoutError):
            return refusals.too_slow(self._url, self._timeout_s)
        if isinstance(reason, ssl.SSLError):
            return refusals.tls_failed(self._url, said)
        return refusals.unreachable(self._url, said)

    def _refused_status(self, status: int, said: str) -> AgentError:
        if status in (404, 415) or 300 <= status < 400:  # noqa: PLR2004
            return refusals.not_odoo(self._url, f"HTTP {status}")
        return refusals.refusal(status, "", said)

    def _unreadable(self, text: str) -> AgentError:
        if text.lstrip()[:1] == "<":
            return refusals.not_odoo(self._url, repr(self._redact(text[:100])))
        return BadBody(
            _("Odoo's answer was cut off or broken."), _(refusals.LOOK_INTO_LOG)
        )
