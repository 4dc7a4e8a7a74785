"""A PostgreSQL that refuses whoever comes."""

from __future__ import annotations

import contextlib
import socketserver

from .loopback import Served

_WAIT_S = 30.0
_ENCRYPTION = {80877103, 80877104}
"""Requests for TLS and for GSS, before the caller says who he is."""


class _Refusal(socketserver.StreamRequestHandler):
    timeout = _WAIT_S

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # a caller that has read enough
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


class RefusingPostgres(Served):
    """Refuses every password as PostgreSQL 17 says it, until it is closed."""

    def __init__(self) -> None:
        super().__init__(socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Refusal))
