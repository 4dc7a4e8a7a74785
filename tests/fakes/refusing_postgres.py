"""A PostgreSQL that refuses whoever comes."""

from __future__ import annotations

import socketserver
import threading
from types import TracebackType
from typing import Any, Self

from .loopback import POLL_S

_WAIT_S = 30.0
# requests that ask for encryption before they say who they are
_ENCRYPTION = {80877103: "TLS", 80877104: "GSS"}


class _Refusal(socketserver.StreamRequestHandler):
    timeout = _WAIT_S

    def handle(self) -> None:
        while self._asks_for_encryption():
            self.wfile.write(b"N")
        said = b'password authentication failed for user "boss"'
        fields = b"SFATAL\0VFATAL\0C28P01\0M" + said + b"\0\0"
        self.wfile.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)

    def _asks_for_encryption(self) -> bool:
        head = self.rfile.read(8)
        length, code = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
        self.rfile.read(max(length - 8, 0))
        return code in _ENCRYPTION


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a caller that has read enough hangs up."""


class RefusingPostgres:
    """Refuses every password as PostgreSQL 17 says it, until it is closed.

    Attributes:
        port: where it listens on the loopback address.
    """

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Refusal)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
