"""The fake shop on a port of the loopback address."""

from __future__ import annotations

import json
import threading
import time
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.faults import Fault, Faults
from tests.fakes.faulty import FaultyHandler, RawReply

from .api import Api, Reply, error
from .auth import Guard
from .control import run_command
from .store import Store

KEY = "ck_fake0123456789abcdef0123456789abcdef01"
SECRET = "cs_fake0123456789abcdef0123456789abcdef01"
PREFIX = "/wp-json/wc/v3/"
CONTROL = "/_fake/"
POLL_S = 0.02


class FakeShop:
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
        self.store = store or Store()
        self.faults = Faults()
        self.guard = Guard(KEY, SECRET, behind_tls=behind_tls)
        self.api = Api(self.store, **options)
        self.clock_skew_s = 0.0
        self.requests: list[str] = []
        self.missing: set[str] = set()
        handler = type("Handler", (_Handler,), {"shop": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), daemon=True
        )

    @property
    def url(self) -> str:
        """The shop's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeShop:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.close()

    def serve(self) -> None:
        """Serve in this thread until interrupted."""
        self._server.serve_forever()

    def close(self) -> None:
        """Stop to serve."""
        self._server.shutdown()
        self._server.server_close()

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


class _Handler(FaultyHandler):
    shop: FakeShop

    def trouble(self) -> Fault | None:
        """See :class:`FaultyHandler`."""
        if self.path.startswith(CONTROL):
            return None
        return self.shop.faults.take(self.path)

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        header = self.headers.get("Authorization", "")
        reply = self.shop.answer(self.command, self.path, header, body)
        return RawReply(reply.status, json.dumps(reply.body).encode(), reply.headers)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the shop's clock for the ``Date`` header."""
        now = time.time() if timestamp is None else timestamp
        return super().date_time_string(now + self.shop.clock_skew_s)
