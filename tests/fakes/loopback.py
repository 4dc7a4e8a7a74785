"""A server on a port of the loopback address: what all fakes share."""

from __future__ import annotations

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


class LoopbackServer:
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
        self._server = _QuietServer(("127.0.0.1", port), made)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), daemon=True
        )

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

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
