"""A server on a port of the loopback address: what all fakes share."""

from __future__ import annotations

import socketserver
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from .faults import Fault, Faults
from .faulty import FaultyHandler

POLL_S = 0.02


class _QuietServer(ThreadingHTTPServer):
    """Says nothing when somebody hangs up or is killed."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Served:
    """A server in a thread of its own, for the time of a block.

    Args:
        server: bound to the loopback address.
    """

    def __init__(self, server: socketserver.ThreadingTCPServer) -> None:
        server.daemon_threads = True
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, args=(POLL_S,), daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
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
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class LoopbackServer(Served):
    """Serves until it is closed.

    Args:
        handler: of the requests; its attribute ``fake`` becomes this server.
        port: 0: a free one.

    Attributes:
        faults: troubles to act out.
        clock_skew_s: seconds that the server's clock is ahead.
    """

    def __init__(self, handler: type[LoopbackHandler], port: int = 0) -> None:
        self.faults = Faults()
        self.clock_skew_s = 0.0
        made = type("Handler", (handler,), {"fake": self})
        super().__init__(_QuietServer(("127.0.0.1", port), made))

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"


class LoopbackHandler(FaultyHandler):
    """Acts out the server's troubles and tells its time."""

    fake: Any

    def trouble(self) -> Fault | None:
        """See :class:`FaultyHandler`."""
        fault: Fault | None = self.fake.faults.take(self.path)
        return fault

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the server's clock for the ``Date`` header."""
        now = time.time() if timestamp is None else timestamp
        return super().date_time_string(now + float(self.fake.clock_skew_s))
