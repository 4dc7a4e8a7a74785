"""JSON-2, the interface of Odoo 19: a bearer key and one POST a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from sync_agent import __version__
from sync_agent.errors import AgentError, ConfigError
from sync_agent.i18n import _
from sync_agent.odoo import refusals
from sync_agent.odoo.door import MODEL
from sync_agent.redact import Redactor
from sync_agent.transport.retry import BadBody, http_date, retry_after, short_reason

CONNECT_TIMEOUT_S = 10.0
SHOWN_CHARACTERS = 100


class Json2Caller:
    """Calls ``sme.ingest`` over ``/json/2``.

    Args:
        url: address of Odoo, without ``/json``.
        api_key: of the robot user.
        database: needed when the server has several.
        timeout_s: longest wait for an answer; Odoo's own limit is usually 120 s.
        verify: check of the TLS certificate, or the path of a CA bundle.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        database: str = "",
        *,
        redactor: Redactor,
        timeout_s: float = 300.0,
        verify: bool | str = True,
    ) -> None:
        redactor.add(api_key)
        self._url = url.rstrip("/")
        self._redact = redactor
        self._timeout_s = timeout_s
        self._session = requests.Session()
        self._session.auth = _Bearer(api_key)
        self._session.verify = verify
        self._session.headers.update(
            {
                "Accept": "application/json",
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": f"crm_sme-sync-agent/{__version__}",
            }
        )
        if database:
            self._session.headers["X-Odoo-Database"] = database
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0))

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """See :meth:`sync_agent.odoo.door.Caller.call`."""
        body = json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))
        try:
            response = self._session.post(
                f"{self._url}/json/2/{MODEL}/{method}",
                data=body.encode(errors="replace"),
                timeout=(CONNECT_TIMEOUT_S, self._timeout_s),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._lost(error) from None
        if response.status_code == 200:  # noqa: PLR2004
            return self._read(response)
        raise self._refused(response)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _read(self, response: requests.Response) -> Any:
        try:
            return json.loads(response.content)
        except ValueError:
            pass
        shown = self._shown(response)
        if _is_html(response):
            raise refusals.not_odoo(self._url, shown)
        raise BadBody(
            _("Odoo's answer was cut off or broken: {shown}.", shown=shown),
            _(refusals.LOOK_INTO_LOG),
        )

    def _refused(self, response: requests.Response) -> AgentError:
        status = response.status_code
        if 300 <= status < 400:  # noqa: PLR2004
            to = urlsplit(response.headers.get("Location", ""))
            return ConfigError(
                _(
                    "Odoo at {url} moved to {scheme}://{netloc}.",
                    url=self._url,
                    scheme=to.scheme,
                    netloc=to.netloc,
                ),
                _("Write the new address into odoo.url."),
            )
        name, message = _said(response)
        if status == 404 and not name:  # noqa: PLR2004
            return refusals.several_databases(self._url)
        now = http_date(response.headers.get("Date")) or datetime.now(UTC)
        after = retry_after(response.headers.get("Retry-After"), now)
        message = message or ("" if status < 500 else self._shown(response))  # noqa: PLR2004
        return refusals.refusal(status, name, self._redact(message), after)

    def _shown(self, response: requests.Response) -> str:
        text = " ".join(response.text[: SHOWN_CHARACTERS * 8].split())
        return repr(self._redact(text)[:SHOWN_CHARACTERS])

    def _lost(self, error: requests.RequestException) -> AgentError:
        said = self._redact(short_reason(error))[: SHOWN_CHARACTERS * 2]
        if isinstance(error, requests.exceptions.SSLError):
            return refusals.tls_failed(self._url, said)
        if isinstance(
            error,
            requests.exceptions.InvalidURL
            | requests.exceptions.MissingSchema
            | requests.exceptions.InvalidSchema
            | requests.exceptions.InvalidHeader,
        ):
            return ConfigError(
                _("{url!r} is no usable address of Odoo.", url=self._url),
                _("Correct odoo.url, e.g. https://odoo.example.com."),
            )
        if isinstance(error, requests.ReadTimeout):
            return refusals.too_slow(self._url, self._timeout_s)
        return refusals.unreachable(self._url, said)


class _Bearer(requests.auth.AuthBase):
    """Sets the key; as ``auth`` it also keeps requests from using ``~/.netrc``."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _is_html(response: requests.Response) -> bool:
    return "html" in response.headers.get("Content-Type", "") or (
        response.content[:64].lstrip()[:1] == b"<"
    )


def _said(response: requests.Response) -> tuple[str, str]:
    """Return the class and text of Odoo's error; its ``debug`` is never looked at."""
    try:
        answer = json.loads(response.content)
        return str(answer["name"]), str(answer["message"])
    except (ValueError, KeyError, TypeError):
        return "", ""
