"""The fake Youzan on a port of the loopback address; refusals are HTTP 200."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .api import Api
from .auth import Guard, gateway
from .store import Store

_PATH = re.compile(r"/api/([\w.]+/[\d.]+)")


class FakeYouzan(LoopbackServer):
    """An open API that serves until it is closed.

    Args:
        store: its records.

    Attributes:
        forbidden: APIs that the app may not ask.
        moods: answers of the APIs instead of the true ones, one for each call to come.
    """

    def __init__(self, store: Store | None = None) -> None:
        super().__init__(_Handler)
        self.store = store or Store()
        self.api = Api(self.store)
        self.guard = Guard()
        self.forbidden: set[str] = set()
        self.moods: list[Any] = []
        self.requests: list[str] = []

    def answer(self, target: str, kind: str, body: bytes) -> Any:
        """Return the JSON for a request."""
        self.requests.append(target)
        self.faults.run_hooks(target)
        parts = urlsplit(target)
        if "json" not in kind:
            return gateway(4007, f"非法的请求姿势，contentType:{kind}")
        asked = json.loads(body)
        if parts.path == "/auth/token":
            return self.guard.token(asked, self.store.now())
        path = _PATH.fullmatch(parts.path)
        if path is None:
            return gateway(4001, "非法请求地址")
        # only the query counts, no header
        given = dict(parse_qsl(parts.query)).get("access_token", "")
        refusal = self._refusal(path[1], given)
        if refusal is not None:
            return refusal
        return self.moods.pop(0) if self.moods else self.api.call(path[1], asked)

    def _refusal(self, name: str, token: str) -> Any:
        if name not in self.api.methods:
            return gateway(4005, "非法的API")
        if name.partition("/")[0] in self.forbidden:
            return gateway(4204, "无权限访问")
        return self.guard.refusal(token, self.store.now())


class _Handler(LoopbackHandler):
    fake: FakeYouzan

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        kind = self.headers.get("Content-Type", "")
        found = self.fake.answer(self.path, kind, body)
        return RawReply(200, json.dumps(found, default=str).encode())
