"""The fake Magento shop on a port of the loopback address."""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.faults import Fault, Faults
from tests.fakes.faulty import FaultyHandler, RawReply

from .api import LISTS, Api, BadSearch
from .auth import NOT_ALLOWED, Guard
from .store import Store

_PATH = re.compile(r"/rest/(?:\w+/)?V1/(.*)")
POLL_S = 0.02


class FakeMagento:
    """A shop that serves until it is closed.

    Args:
        store: its records.

    Attributes:
        forbidden: resources that the key may not use.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or Store()
        self.api = Api(self.store)
        self.faults = Faults()
        self.guard = Guard()
        self.forbidden: set[str] = set()
        self.clock_skew_s = 0.0
        self.requests: list[str] = []
        handler = type("Handler", (_Handler,), {"shop": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), daemon=True
        )

    @property
    def url(self) -> str:
        """The shop's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeMagento:
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

    def answer(
        self, method: str, target: str, header: str, body: bytes
    ) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        self.requests.append(unquote(target))
        self.faults.run_hooks(target)
        parts = urlsplit(target)
        path = _PATH.fullmatch(parts.path)
        if path is None:
            return 404, {"message": "Request does not match any route."}
        if path[1] == "integration/admin/token" and method == "POST":
            return self.guard.token(json.loads(body))
        if path[1] == "directory/currency":
            return 200, {"base_currency_code": "EUR"}
        if path[1] not in LISTS or method != "GET":
            return 404, {"message": "Request does not match any route."}
        return self._list(path[1], f"{self.url}{target}", header)

    def _list(self, path: str, url: str, header: str) -> tuple[int, Any]:
        table, resource = LISTS[path]
        refused = self.guard.refusal("GET", url, header)
        if not refused and resource in self.forbidden:
            refused = NOT_ALLOWED
        if refused:
            return 401, {"message": refused, "parameters": {"resources": resource}}
        try:
            params = dict(parse_qsl(urlsplit(url).query))
            return 200, self.api.search(table, params)
        except BadSearch as error:
            return 400, {
                "message": str(error),
                "parameters": {"fieldName": "searchCriteria"},
            }


class _Handler(FaultyHandler):
    shop: FakeMagento

    def trouble(self) -> Fault | None:
        """See :class:`FaultyHandler`."""
        return self.shop.faults.take(self.path)

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        header = self.headers.get("Authorization", "")
        status, found = self.shop.answer(self.command, self.path, header, body)
        return RawReply(status, json.dumps(found).encode())

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the shop's clock for the ``Date`` header."""
        now = time.time() if timestamp is None else timestamp
        return super().date_time_string(now + self.shop.clock_skew_s)
