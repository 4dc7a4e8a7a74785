"""A server that passes requests on to a real one, and acts out troubles on the way."""

from __future__ import annotations

import urllib.error
import urllib.request
from urllib.parse import urlsplit

from .faulty import RawReply
from .loopback import LoopbackHandler, LoopbackServer

_TIMEOUT_S = 60
_PASSED_ON = ("authorization", "content-type", "vendure-api-key", "vendure-token")
_HANDED_BACK = ("content-type", "vendure-auth-token")


class FaultyProxy(LoopbackServer):
    """Stands before a server on the loopback address.

    Args:
        upstream: address of the real server.
    """

    def __init__(self, upstream: str) -> None:
        super().__init__(_Handler)
        self.upstream = upstream.rstrip("/")
        self.requests: list[bytes] = []


class _Handler(LoopbackHandler):
    fake: FaultyProxy

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        self.fake.requests.append(body)
        self.fake.faults.run_hooks(body.decode("utf-8", "replace"))
        headers = {k: v for k, v in self.headers.items() if k.lower() in _PASSED_ON}
        target = f"{self.fake.upstream}{urlsplit(self.path).path}"
        request = urllib.request.Request(
            target, body or None, headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
                return RawReply(response.status, response.read(), _back(response))
        except urllib.error.HTTPError as refused:
            return RawReply(refused.code, refused.read(), _back(refused))


def _back(response: object) -> dict[str, str]:
    headers = getattr(response, "headers", {})
    return {k: v for k, v in headers.items() if k.lower() in _HANDED_BACK}
