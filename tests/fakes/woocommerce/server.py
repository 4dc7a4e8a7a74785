"""The fake shop on a port of the loopback address."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.faults import Fault
from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .api import Api, Reply, error
from .auth import Guard
from .control import run_command
from .store import Store

KEY = "ck_fake0123456789abcdef0123456789abcdef01"
SECRET = "cs_fake0123456789abcdef0123456789abcdef01"
PREFIX = "/wp-json/wc/v3/"
CONTROL = "/_fake/"


class FakeShop(LoopbackServer):
    """A shop that serves until it is closed.

    Args:
        store: its records.
        port: 0: a free one.
        behind_tls: accept HTTP Basic as if a proxy did https.
        options: of :class:`Api`.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        port: int = 0,
        behind_tls: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(_Handler, port)
        self.store = store or Store()
        self.guard = Guard(KEY, SECRET, behind_tls=behind_tls)
        self.api = Api(self.store, **options)
        self.requests: list[str] = []
        self.missing: set[str] = set()

    def answer(self, method: str, target: str, header: str, body: bytes) -> Reply:
        """Return the answer for a request."""
        parts = urlsplit(target)
        if parts.path.startswith(CONTROL):
            payload = json.loads(body) if body else {}
            return run_command(self, parts.path[len(CONTROL) :], payload)
        self.requests.append(f"{method} {target}")
        self.faults.run_hooks(target)
        refusal = self.guard.check(method, f"{self.url}{target}", header)
        if refusal is not None:
            return refusal
        if not parts.path.startswith(PREFIX):
            return error(404, "rest_no_route", "No route was found matching the URL.")
        if method != "GET":
            return error(
                401,
                "woocommerce_rest_authentication_error",
                "The API key provided does not have write permissions.",
            )
        path = parts.path[len(PREFIX) :]
        if path in self.missing:
            return error(403, "woocommerce_rest_cannot_view", "Sorry, not allowed.")
        reply = self.api.get(path, dict(parse_qsl(parts.query)))
        # the real one repeats the whole query here, keys included
        reply.headers.setdefault("Link", f'<{self.url}{target}&page=2>; rel="next"')
        return reply


class _Handler(LoopbackHandler):
    fake: FakeShop

    def trouble(self) -> Fault | None:
        """See :class:`FaultyHandler`."""
        if self.path.startswith(CONTROL):
            return None
        return super().trouble()

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        header = self.headers.get("Authorization", "")
        reply = self.fake.answer(self.command, self.path, header, body)
        return RawReply(reply.status, json.dumps(reply.body).encode(), reply.headers)
