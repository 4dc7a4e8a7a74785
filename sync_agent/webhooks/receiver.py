"""The HTTP side: one address a source; verify, remember, answer.

A WSGI application, served by cheroot. It talks to nobody but the inbox, so the answer
comes within the limit of every platform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import structlog

from sync_agent.errors import AgentError, Forged, Rejected, Retryable
from sync_agent.port import Clock, Delivery, Hook, Receipt
from sync_agent.webhooks.inbox import Inbox

PREFIX = "/hooks/"
MOST_BYTES = 5_000_000

StartResponse = Callable[[str, list[tuple[str, str]]], object]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer.

    Attributes:
        status: HTTP status with its phrase.
    """

    status: str
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    retry_after_s: float | None = None


class Receiver:
    """The application.

    Args:
        hooks: of each source, by its code.
        inbox: where deliveries are remembered.
        clock: tells the time.
        pages: other addresses that are served, e.g. ``/health``.
        count: is told the source and what became of each delivery.
    """

    def __init__(
        self,
        hooks: Mapping[str, Hook],
        inbox: Inbox,
        clock: Clock,
        *,
        pages: Mapping[str, Callable[[], Page]] | None = None,
        count: Callable[[str, str], None] = lambda *_told: None,
    ) -> None:
        self._hooks = hooks
        self._inbox = inbox
        self._clock = clock
        self._pages = pages or {}
        self._count = count

    def __call__(
        self, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request; see PEP 3333."""
        page = self._answer(environ)
        body = page.body.encode()
        headers = [
            ("Content-Type", page.content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        if page.retry_after_s is not None:
            headers.append(("Retry-After", str(int(page.retry_after_s) or 1)))
        start_response(page.status, headers)
        return [body]

    def _answer(self, environ: dict[str, Any]) -> Page:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if method in {"GET", "HEAD"} and path in self._pages:
            return self._shown(self._pages[path])
        code = path[len(PREFIX) :] if path.startswith(PREFIX) else ""
        if code not in self._hooks:
            return Page("404 Not Found")
        if method in {"GET", "HEAD"}:
            return Page("200 OK")  # platforms look whether the address exists
        if method != "POST":
            return Page("405 Method Not Allowed")
        body = _body(environ)
        if body is None:
            self._count(code, "too_large")
            return Page("413 Content Too Large")
        with structlog.contextvars.bound_contextvars(source=code):
            return self._receive(code, self._delivery(environ, body))

    @staticmethod
    def _shown(page: Callable[[], Page]) -> Page:
        try:
            return page()
        except AgentError as error:
            log.error("page_not_shown", reason=str(error))
            return Page("503 Service Unavailable", f"{error}\n")

    def _receive(self, code: str, delivery: Delivery) -> Page:
        try:
            receipt = self._hooks[code].read(delivery)
        except Forged as error:
            self._count(code, "forged")
            log.warning("webhook_refused", reason=str(error))
            return Page("401 Unauthorized")
        except Rejected as error:
            # Signed but of no known form: again would not help, the reconcile does.
            self._count(code, "unreadable")
            log.warning("webhook_unreadable", path=error.path, reason=error.reason)
            return Page("200 OK")
        except AgentError as error:
            self._count(code, "failed")
            log.error("webhook_failed", reason=str(error))
            return Page("500 Internal Server Error")
        return self._remember(code, delivery, receipt)

    def _remember(self, code: str, delivery: Delivery, receipt: Receipt) -> Page:
        answer = Page("200 OK", receipt.body, receipt.content_type)
        if not receipt.triggers:
            self._count(code, "ignored")
            return answer
        event = receipt.event or hashlib.sha256(delivery.body).hexdigest()
        try:
            at = delivery.received_at.timestamp()
            new = self._inbox.remember(code, event, receipt, at)
        except Retryable as error:
            self._count(code, "postponed")
            log.error("webhook_not_stored", reason=str(error))
            return Page("503 Service Unavailable", retry_after_s=error.after)
        self._count(code, "accepted" if new else "repeated")
        return answer

    def _delivery(self, environ: dict[str, Any], body: bytes) -> Delivery:
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        headers["content-type"] = environ.get("CONTENT_TYPE") or ""
        query = dict(parse_qsl(environ.get("QUERY_STRING") or ""))
        return Delivery(headers, query, body, self._clock.now())


def _body(environ: dict[str, Any]) -> bytes | None:
    """Return the raw body; ``None`` when it is larger than any webhook."""
    body: bytes = environ["wsgi.input"].read(MOST_BYTES + 1)
    return body if len(body) <= MOST_BYTES else None
