"""The fake PrestaShop shop on a port of the loopback address."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .api import LISTS, Api, BadQuestion
from .store import Store

KEY = "FAKEKEY0123456789ABCDEFGHIJKLMNO"
_KEY_LENGTH = 32


class FakePrestaShop(LoopbackServer):
    """A shop that serves until it is closed.

    Args:
        store: its records.

    Attributes:
        forbidden: lists that the key may not read.
        write_only: lists that the key may write and not read.
        switched_off: the key is not active.
        strips_header: the server does not hand the key to PHP: plain text comes.
    """

    def __init__(self, store: Store | None = None) -> None:
        super().__init__(_Handler)
        self.store = store or Store()
        self.api = Api(self.store)
        self.forbidden: set[str] = set()
        self.write_only: set[str] = set()
        self.switched_off = False
        self.strips_header = False
        self.requests: list[str] = []

    def answer(self, target: str, header: str) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        self.requests.append(unquote(target))
        self.faults.run_hooks(target)
        parts = urlsplit(target)
        params = dict(parse_qsl(parts.query))
        place, _api, resource = parts.path.rpartition("/api/")
        if place or not _api or params.get("output_format") != "JSON":
            return 404, {}
        refused = self._refused(resource, header)
        if refused:
            return refused[0], errors(*refused[1:])
        try:
            return 200, self.api.search(resource, params)
        except BadQuestion as error:
            return 400, errors(error.code, str(error))

    def _refused(self, resource: str, header: str) -> tuple[int, int, str] | None:
        key = _key(header)
        end = "with this authentication key"
        not_allowed = f'Resource of type "{resource}" is not allowed {end}'
        no_get = f"Method GET is not allowed for the resource {resource} {end}"
        troubles = (
            (not key, (401, 17, "Authentication key is empty")),
            (len(key) != _KEY_LENGTH, (401, 18, "Invalid authentication key format")),
            (key != KEY, (401, 19, "Authentication key does not exist")),
            (self.switched_off, (401, 20, "Authentication key is not active")),
            (resource not in LISTS, (400, 27, f"No resource of type {resource}")),
            (resource in self.forbidden, (401, 26, not_allowed)),
            (resource in self.write_only, (405, 25, no_get)),
        )
        return next((answer for is_so, answer in troubles if is_so), None)


def errors(code: int, message: str) -> Any:
    """Return the body of a refusal."""
    return {"errors": [{"code": code, "message": message}]}


def _key(header: str) -> str:
    kind, _blank, packed = header.partition(" ")
    try:
        pair = base64.b64decode(packed).decode() if kind == "Basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return pair.partition(":")[0]


class _Handler(LoopbackHandler):
    fake: FakePrestaShop

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        header = self.headers.get("Authorization", "")
        status, found = self.fake.answer(self.path, header)
        if not header or self.fake.strips_header:
            # before PrestaShop itself is asked
            return RawReply(401, b"401 Unauthorized", {"Content-Type": "text/html"})
        return RawReply(status, json.dumps(found).encode())
