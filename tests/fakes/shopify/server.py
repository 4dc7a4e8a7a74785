"""The fake shop on a port of the loopback address: tokens, questions, files."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .api import Api
from .store import Store

CLIENT_ID = "fakeclient0123456789abcdef01234567"
SECRET = "shpss_fake0123456789abcdef0123456789ab"
TOKEN_PATH = "/admin/oauth/access_token"
FILES = "/files"
_PROMISED = "X-Promised"
_API = re.compile(r"/admin/api/([\w-]+)/graphql\.json$")
_OPERATION = re.compile(r"^\s*(?:query|mutation)\s+(\w+)")


class FakeShopify(LoopbackServer):
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
        super().__init__(_Handler)
        self.store = store or Store()
        self.api = Api(self.store)
        self.tokens: set[str] = set()
        self.given = 0
        self.life_s = 86_399
        self.version = ""
        self.file_cuts: list[int] = []
        self.ranges: list[str] = []
        self.api.files = f"{self.url}{FILES}"

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


class _Handler(LoopbackHandler):
    fake: FakeShopify

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        path = urlsplit(self.path).path
        if path == TOKEN_PATH:
            self.fake.faults.run_hooks(path)
            return self.fake.token(body)
        if path.startswith(FILES):
            reply = self.fake.file(path, self.headers.get("Range", ""))
            self._cut(reply)
            return reply
        api = _API.match(path)
        if not api:
            return _json(404, {"errors": "Not Found"})
        named = _OPERATION.match(json.loads(body)["query"])
        self.fake.faults.run_hooks(f"{path} {named.group(1) if named else ''}")
        token = self.headers.get("X-Shopify-Access-Token", "")
        return self.fake.ask(token, api.group(1), body)

    def _write(self, reply: RawReply, length: int | None = None) -> None:
        promised = reply.headers.pop(_PROMISED, None)
        super()._write(reply, length if promised is None else int(promised))

    def _cut(self, reply: RawReply) -> None:
        """Promise the whole file, send a part of it."""
        if self.fake.file_cuts and reply.status < 300:
            reply.headers[_PROMISED] = str(len(reply.data))
            reply.data = reply.data[: self.fake.file_cuts.pop(0)]
            self.close_connection = True
