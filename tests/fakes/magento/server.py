"""The fake Magento shop on a port of the loopback address."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .api import LISTS, Api, BadSearch
from .auth import NOT_ALLOWED, Guard
from .store import Store

_PATH = re.compile(r"/rest/(?:\w+/)?V1/(.*)")


class FakeMagento(LoopbackServer):
    """A shop that serves until it is closed.

    Args:
        store: its records.

    Attributes:
        forbidden: resources that the key may not use.
    """

    def __init__(self, store: Store | None = None) -> None:
        super().__init__(_Handler)
        self.store = store or Store()
        self.api = Api(self.store)
        self.guard = Guard()
        self.forbidden: set[str] = set()
        self.requests: list[str] = []

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


class _Handler(LoopbackHandler):
    fake: FakeMagento

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        header = self.headers.get("Authorization", "")
        status, found = self.fake.answer(self.command, self.path, header, body)
        return RawReply(status, json.dumps(found).encode())
