"""A server that passes requests on to a real one, and acts out troubles on the way."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from http.server import ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from .faults import Fault, Faults
from .faulty import FaultyHandler, RawReply

_TIMEOUT_S = 60
POLL_S = 0.02
_PASSED_ON = ("authorization", "content-type", "vendure-api-key", "vendure-token")
_HANDED_BACK = ("content-type", "vendure-auth-token")


class FaultyProxy:
    """Stands before a server on the loopback address.

    Args:
        upstream: address of the real server.
    """

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream.rstrip("/")
        self.faults = Faults()
        self.requests: list[bytes] = []
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), daemon=True
        )

    @property
    def url(self) -> str:
        """The proxy's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FaultyProxy:
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


class _Handler(FaultyHandler):
    proxy: FaultyProxy

    def trouble(self) -> Fault | None:
        """See :class:`FaultyHandler`."""
        return self.proxy.faults.take(self.path)

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        self.proxy.requests.append(body)
        self.proxy.faults.run_hooks(body.decode("utf-8", "replace"))
        headers = {k: v for k, v in self.headers.items() if k.lower() in _PASSED_ON}
        target = f"{self.proxy.upstream}{urlsplit(self.path).path}"
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
