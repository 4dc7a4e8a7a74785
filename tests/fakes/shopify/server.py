"""The fake shop on a port of the loopback address: tokens, questions, files."""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.faults import Fault, Faults
from tests.fakes.faulty import FaultyHandler, RawReply

from .api import Api
from .store import Store

CLIENT_ID = "fakeclient0123456789abcdef01234567"
SECRET = "shpss_fake0123456789abcdef0123456789ab"
TOKEN_PATH = "/admin/oauth/access_token"
FILES = "/files"
POLL_S = 0.02
_PROMISED = "X-Promised"
_API = re.compile(r"/admin/api/([\w-]+)/graphql\.json$")
_OPERATION = re.compile(r"^\s*(?:query|mutation)\s+(\w+)")


class FakeShopify:
    """A shop that serves until it is closed.

    Args:
        store: its records.

    Attributes:
        tokens: those that are good now.
        life_s: how long a new token says that it lives.
        version: of the API that answers; empty: the one that was asked for.
        file_cuts: bytes after which the file's connection is lost, one a download.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or Store()
        self.api = Api(self.store)
        self.faults = Faults()
        self.tokens: set[str] = set()
        self.given = 0
        self.life_s = 86_399
        self.version = ""
        self.clock_skew_s = 0.0
        self.file_cuts: list[int] = []
        self.ranges: list[str] = []
        handler = type("Handler", (_Handler,), {"shop": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.api.files = f"{self.url}{FILES}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), daemon=True
        )

    @property
    def url(self) -> str:
        """The shop's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeShopify:
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
        self._server.shutdown()
        self._server.server_close()

    def token(self, body: bytes) -> RawReply:
        """Give a token for the app's secret."""
        asked = json.loads(body)
        if asked.get("grant_type") != "client_credentials":
            return _json(400, {"error": "unsupported_grant_type"})
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, SECRET):
            return _json(400, {"error": "application_cannot_be_found"})
        self.given += 1
        token = f"shpat_fake{self.given:030d}"
        self.tokens.add(token)
        return _json(200, {"access_token": token, "expires_in": self.life_s})

    def ask(self, token: str, version: str, body: bytes) -> RawReply:
        """Answer a question."""
        if token not in self.tokens:
            said = "[API] Invalid API key or access token (unrecognized login)"
            return _json(401, {"errors": said})
        headers = {"X-Shopify-API-Version": self.version or version}
        return _json(200, self.api.answer(body), headers)

    def file(self, path: str, wanted: str) -> RawReply:
        """Give the file of a bulk operation, or a range of it."""
        own = path.rpartition("/")[2].partition(".")[0]
        operation = self.api.operations[f"gid://shopify/BulkOperation/{own}"]
        self.ranges.append(wanted)
        if operation.dead_addresses:
            operation.dead_addresses -= 1
            return RawReply(403, b"<Error>ExpiredToken</Error>")
        data = operation.content()
        start = int(wanted.removeprefix("bytes=").partition("-")[0] or 0)
        return RawReply(206 if start else 200, data[start:])


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> RawReply:
    return RawReply(status, json.dumps(body).encode(), headers or {})


class _Handler(FaultyHandler):
    shop: FakeShopify

    def trouble(self) -> Fault | None:
        """See :class:`FaultyHandler`."""
        return self.shop.faults.take(self.path)

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        path = urlsplit(self.path).path
        if path == TOKEN_PATH:
            self.shop.faults.run_hooks(path)
            return self.shop.token(body)
        if path.startswith(FILES):
            reply = self.shop.file(path, self.headers.get("Range", ""))
            self._cut(reply)
            return reply
        api = _API.match(path)
        if not api:
            return _json(404, {"errors": "Not Found"})
        named = _OPERATION.match(json.loads(body)["query"])
        self.shop.faults.run_hooks(f"{path} {named.group(1) if named else ''}")
        token = self.headers.get("X-Shopify-Access-Token", "")
        return self.shop.ask(token, api.group(1), body)

    def _write(self, reply: RawReply, length: int | None = None) -> None:
        promised = reply.headers.pop(_PROMISED, None)
        super()._write(reply, length if promised is None else int(promised))

    def _cut(self, reply: RawReply) -> None:
        """Promise the whole file, send a part of it."""
        if self.shop.file_cuts and reply.status < 300:
            reply.headers[_PROMISED] = str(len(reply.data))
            reply.data = reply.data[: self.shop.file_cuts.pop(0)]
            self.close_connection = True

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the shop's clock for the ``Date`` header."""
        now = time.time() if timestamp is None else timestamp
        return super().date_time_string(now + self.shop.clock_skew_s)
