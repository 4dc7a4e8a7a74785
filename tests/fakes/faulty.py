"""A request handler that gives the true answer, or acts out a trouble."""

from __future__ import annotations

import contextlib
import gzip
import socket
import time
from abc import abstractmethod
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from .faults import Fault

LOGIN_PAGE = b"<!DOCTYPE html><html><body>Briefly unavailable for maintenance</body>"


@dataclass(slots=True)
class RawReply:
    """An answer as bytes."""

    status: int
    data: bytes
    headers: dict[str, str] = field(default_factory=dict)


class FaultyHandler(BaseHTTPRequestHandler):
    """Asks its server what to answer and which trouble to act out."""

    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    # head and body in one packet: else each answer waits for a delayed ACK
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    @abstractmethod
    def answer(self, body: bytes) -> RawReply:
        """Return the true answer."""

    @abstractmethod
    def trouble(self) -> Fault | None:
        """Return the trouble to act out now."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # whoever asked was killed in the middle
            self.close_connection = True
            return
        fault = self.trouble()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if fault is None:
                self._write(self.answer(body))
            else:
                self._act(fault, body)

    def _write(self, reply: RawReply, length: int | None = None) -> None:
        self.send_response(reply.status)
        kind = {"Content-Type": "application/json; charset=UTF-8", **reply.headers}
        for name, value in kind.items():
            self.send_header(name, value)
        self.send_header(
            "Content-Length", str(len(reply.data) if length is None else length)
        )
        self.end_headers()
        self.wfile.write(reply.data)
        self.wfile.flush()

    def _act(self, fault: Fault, body: bytes) -> None:
        """Act out a trouble instead of, or on top of, the true answer."""
        if fault.kind == "status":
            self._write(RawReply(fault.status, fault.text(), fault.headers))
        elif fault.kind == "html":
            headers = {"Content-Type": "text/html", **fault.headers}
            self._write(RawReply(fault.status, LOGIN_PAGE, headers))
        elif fault.kind == "cut":  # nothing was done
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif fault.kind == "slow":
            time.sleep(fault.seconds)
            self._write(self.answer(body))
        else:
            self._break(fault, self.answer(body))

    def _break(self, fault: Fault, reply: RawReply) -> None:
        self.close_connection = True
        whole, half = len(reply.data), reply.data[: len(reply.data) // 2]
        if fault.kind == "truncate":  # the connection ends in the middle
            self._write(RawReply(reply.status, half, reply.headers), whole)
        elif fault.kind == "half_json":  # whole for HTTP, half as JSON
            self._write(RawReply(reply.status, half, reply.headers))
        elif fault.kind == "bad_gzip":
            packed = gzip.compress(reply.data)[:-9] + b"garbage!!"
            headers = {**reply.headers, "Content-Encoding": "gzip"}
            self._write(RawReply(reply.status, packed, headers))
        elif fault.kind == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
