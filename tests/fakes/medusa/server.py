"""The fake Medusa server on a port of the loopback address."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .api import LISTS, Api, BadQuery
from .store import KEY, Store

_BEARER = (
    "A secret API key was passed as a Bearer token. Secret API keys must be sent using "
    "HTTP Basic authentication instead (Authorization: Basic <secret-api-key>)."
)
_NO_PAGE = b"<!DOCTYPE html><html><body><pre>Cannot GET /</pre></body></html>"


class FakeMedusa(LoopbackServer):
    """A server that serves until it is closed.

    Args:
        store: its records.

    Attributes:
        forbidden: lists that the key's role may not read.
        revoked: the key is no longer good.
    """

    def __init__(self, store: Store | None = None) -> None:
        super().__init__(_Handler)
        self.store = store or Store()
        self.api = Api(self.store)
        self.forbidden: set[str] = set()
        self.revoked = False
        self.requests: list[str] = []

    def answer(self, target: str, header: str) -> tuple[int, Any]:
        """Return status and JSON for a request; no JSON: a page in HTML."""
        self.requests.append(unquote(target))
        self.faults.run_hooks(target)
        parts = urlsplit(target)
        root, _slash, path = parts.path.lstrip("/").partition("/")
        if root != "admin":
            return 404, None
        refused = self._refused(header)
        if refused:
            return 401, {"message": refused}
        if path not in LISTS:
            return 404, None
        if path in self.forbidden:
            return 403, {"type": "forbidden", "message": f"No policy for {path}"}
        try:
            return 200, self.api.search(path, parse_qsl(parts.query))
        except BadQuery as error:
            return 400, {"type": "invalid_data", "message": str(error)}

    def _refused(self, header: str) -> str:
        kind, _blank, token = header.partition(" ")
        if kind == "Bearer" and token.startswith("sk_"):
            return _BEARER
        try:
            user = base64.b64decode(token).decode() if kind == "Basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            user = ""
        good = not self.revoked and user == f"{KEY}:"
        return "" if good else "Unauthorized"


class _Handler(LoopbackHandler):
    fake: FakeMedusa

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        header = self.headers.get("Authorization", "")
        status, found = self.fake.answer(self.path, header)
        if found is None:
            return RawReply(status, _NO_PAGE, {"Content-Type": "text/html"})
        return RawReply(status, json.dumps(found).encode())
