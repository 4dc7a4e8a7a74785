"""One HTTP connection to one platform, on ``requests``.

Every request has time-outs and takes from the connection's rate budget; 429, 5xx, lost
connections and broken bodies are tried again; no secret gets into a log or an error.
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import structlog
from requests.adapters import HTTPAdapter

from sync_agent import __version__
from sync_agent.errors import (
    AgentError,
    ConfigError,
    Fatal,
    NeedsCredentials,
    Retryable,
)
from sync_agent.i18n import _
from sync_agent.port import Answer, Clock
from sync_agent.redact import Redactor
from sync_agent.transport.budget import Budget
from sync_agent.transport.download import lines_of
from sync_agent.transport.retry import (
    TRIES,
    BadBody,
    http_date,
    retry_after,
    short_reason,
    with_retries,
)

CONNECT_TIMEOUT_S = 10.0
LONGEST_ANSWER_FACTOR = 5
"""An answer that trickles may take this many time-outs in all."""
SHOWN_CHARACTERS = 100
_CHUNK = 1 << 16
_OK = range(200, 300)
_PARTIAL = 206
_RANGE_PAST_END = 416

log = structlog.get_logger(__name__)


def parse_json(body: bytes) -> Any:
    """Return JSON with floats as ``Decimal`` and exact integers; ``None`` if empty.

    A byte that is no UTF-8 becomes U+FFFD: one bad letter never costs the record.

    Raises:
        ValueError: not JSON, or ``NaN`` and the like.
    """
    if not body.strip():
        return None
    text = body.decode("utf-8-sig", errors="replace")
    return jsonlib.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


class Http:
    """See :class:`sync_agent.port.TransportFactory` for the arguments.

    Args:
        clock: tells the time and waits.
        redactor: shared with the log; learns ``secrets``.
        source: code of the source, for the log.
        tries: how often a request is sent at most.
    """

    def __init__(
        self,
        base_url: str,
        *,
        clock: Clock,
        redactor: Redactor,
        auth: Any = None,
        headers: Mapping[str, str] | None = None,
        secrets: Collection[str] = (),
        rate_per_s: float = 5.0,
        burst: int = 5,
        timeout_s: float = 60.0,
        verify: bool | str = True,
        source: str = "",
        tries: int = TRIES,
    ) -> None:
        redactor.add(*secrets)
        self._base_url = base_url.rstrip("/")
        self._host = redactor(_shown_host(self._base_url))
        self._clock = clock
        self._redact = redactor
        self._timeout_s = timeout_s
        self._tries = tries
        self._budget = Budget(rate_per_s, burst, clock)
        self._log = log.bind(source=source) if source else log
        self._session = requests.Session()
        # proxies come from the environment as usual, credentials of ~/.netrc do not
        self._session.auth = auth or _NoAuth()
        self._session.verify = verify
        self._session.headers.update(
            {
                "Accept": "application/json",
                "User-Agent": f"crm_sme-sync-agent/{__version__}",
                **(headers or {}),
            }
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0))

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Answer:
        """See :meth:`sync_agent.port.Transport.request`."""
        url = self._url(path)

        def send() -> Answer:
            self._budget.take()
            asked = requests.Request(
                method, url, headers, params=params, json=json, data=form
            )
            return self._send(asked, accept)

        def on_wait(error: Retryable, seconds: float) -> None:
            self._log.warning(
                "request_retried", reason=error.message, wait_s=round(seconds, 1)
            )

        return with_retries(send, self._clock, on_wait, self._tries)

    def lines(self, path: str, *, start: int = 0) -> Iterator[tuple[bytes, int]]:
        """See :meth:`sync_agent.port.Transport.lines`."""
        url = self._url(path)
        return lines_of(lambda at: self._chunks(url, at), self._clock, start)

    def _chunks(self, url: str, start: int) -> Iterator[bytes]:
        """Yield the body of a file from a byte on."""
        self._budget.take()
        # no gzip: a range counts the bytes of what goes over the wire
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        try:
            with self._session.get(
                url,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_TIMEOUT_S, self._timeout_s),
            ) as response:
                if response.status_code == _RANGE_PAST_END:
                    return
                if response.status_code not in _OK:
                    raise self._refused(response, response.content)
                skip = 0 if response.status_code == _PARTIAL else start
                for chunk in response.iter_content(_CHUNK):
                    yield chunk[skip:]
                    skip = max(0, skip - len(chunk))
        except requests.RequestException as error:
            raise self._lost(error) from None

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _url(self, path: str) -> str:
        if "://" not in path:
            return f"{self._base_url}/{path.lstrip('/')}" if path else self._base_url
        ours, theirs = urlsplit(self._base_url), urlsplit(path)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise Fatal(
                _(
                    "{host} points to another server, {netloc}.",
                    host=self._host,
                    netloc=theirs.netloc,
                ),
                _("Its keys are not sent there; correct the shop's own address."),
            )
        return path

    def _send(self, request: requests.Request, accept: Collection[int]) -> Answer:
        started = self._clock.monotonic()
        try:
            prepared = self._session.prepare_request(request)
            with self._session.send(
                prepared,
                **self._session.merge_environment_settings(
                    prepared.url, {}, True, None, None
                ),
                timeout=(CONNECT_TIMEOUT_S, self._timeout_s),
                allow_redirects=False,
            ) as response:
                body = self._read(response, started)
        except requests.RequestException as error:
            raise self._lost(error) from None
        self._log.debug(
            "request",
            method=request.method,
            path=urlsplit(request.url).path,
            status=response.status_code,
            bytes=len(body),
            seconds=round(self._clock.monotonic() - started, 3),
        )
        return self._answer(response, body, accept)

    def _read(self, response: requests.Response, started: float) -> bytes:
        longest = self._timeout_s * LONGEST_ANSWER_FACTOR
        chunks = []
        for chunk in response.iter_content(_CHUNK):
            chunks.append(chunk)
            if self._clock.monotonic() - started > longest:
                raise requests.ReadTimeout(f"no whole answer in {longest:.0f} s")
        return b"".join(chunks)

    def _answer(
        self, response: requests.Response, body: bytes, accept: Collection[int]
    ) -> Answer:
        status = response.status_code
        if status not in _OK and status not in accept:
            raise self._refused(response, body)
        try:
            parsed = parse_json(body)
        except (ValueError, RecursionError):
            raise BadBody(
                _(
                    "{host} answered {status} with something that is not JSON: {shown}",
                    host=self._host,
                    status=status,
                    shown=self._shown(body),
                ),
                _(
                    "Is the address right? A login or maintenance page, a firewall or "
                    "a plugin's warning may stand in the way: open the address in a "
                    "browser."
                ),
            ) from None
        served_at = http_date(response.headers.get("Date"))
        return Answer(status, response.headers, parsed, served_at)

    def _shown(self, body: bytes) -> str:
        text = " ".join(body[: SHOWN_CHARACTERS * 8].decode(errors="replace").split())
        return repr(self._redact(text)[:SHOWN_CHARACTERS])

    def _refused(self, response: requests.Response, body: bytes) -> AgentError:
        """Return the error for a status: one table."""
        status, shown = response.status_code, self._shown(body)
        said = _(
            "{host} answered {status}: {shown}.",
            host=self._host,
            status=status,
            shown=shown,
        )
        if status in (401, 403):
            return NeedsCredentials(
                said, _("Check the key and its rights in the shop, then the settings.")
            )
        if status == 429 or status >= 500:  # noqa: PLR2004
            now = http_date(response.headers.get("Date")) or self._clock.now()
            after = retry_after(response.headers.get("Retry-After"), now)
            return Retryable(
                said, _("The platform is busy or in trouble; it is tried later."), after
            )
        if 300 <= status < 400:  # noqa: PLR2004
            target = urljoin(response.url, response.headers.get("Location", ""))
            moved = urlsplit(target)
            return Fatal(
                _(
                    "{host} moved to {scheme}://{netloc}{path}.",
                    host=self._host,
                    scheme=moved.scheme,
                    netloc=moved.netloc,
                    path=moved.path,
                ),
                _("Write the new address into the settings."),
            )
        if status == 404:  # noqa: PLR2004
            return Fatal(said, _("Check the address: nothing answers at this path."))
        return Fatal(said, _("Check the settings; the platform refuses the request."))

    def _lost(self, error: requests.RequestException) -> AgentError:
        """Return the error for an exception of requests: one table."""
        said = self._redact(short_reason(error))[: SHOWN_CHARACTERS * 2]
        if isinstance(error, requests.exceptions.SSLError):
            if "certificate" not in said.lower():
                return Fatal(
                    _("{host} does not speak TLS: {said}.", host=self._host, said=said),
                    _("Check the port, or write http:// for a shop on this machine."),
                )
            return Fatal(
                _(
                    "The certificate of {host} is not trusted: {said}.",
                    host=self._host,
                    said=said,
                ),
                _("Renew it, or name the CA bundle that signed it in the settings."),
            )
        if isinstance(
            error,
            requests.exceptions.InvalidURL
            | requests.exceptions.MissingSchema
            | requests.exceptions.InvalidSchema
            | requests.exceptions.InvalidHeader,
        ):
            return ConfigError(
                _("{host} is no usable address: {said}.", host=self._host, said=said),
                _("Correct the address in the settings (https://…)."),
            )
        if isinstance(error, requests.exceptions.ContentDecodingError):
            return BadBody(
                _("{host} sent a broken compressed answer.", host=self._host),
                _("A proxy or plugin of the shop may break it; it is tried again."),
            )
        if isinstance(error, requests.Timeout):
            return Retryable(
                _("{host} did not answer in time.", host=self._host),
                _("It is tried again; raise timeout_s if the shop is just slow."),
            )
        return Retryable(
            _(
                "The connection to {host} was lost or refused: {said}.",
                host=self._host,
                said=said,
            ),
            _(
                "Check that the address is right and the server runs; it is tried "
                "again."
            ),
        )


def _shown_host(url: str) -> str:
    """Return an address without user, password and query."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise ConfigError(
            _("The address of a shop cannot be read: {error}.", error=error),
            _("Correct the address in the settings (https://…)."),
        ) from None
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


class _NoAuth(requests.auth.AuthBase):
    """Stops requests from looking up ``~/.netrc``."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request
