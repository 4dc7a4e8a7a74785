"""The fake shop on a port of the loopback address."""

from __future__ import annotations

import contextlib
import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .api import Api, Reply, error
from .auth import Guard
from .control import run_command
from .faults import Fault, Faults
from .store import Store

KEY = "ck_fake0123456789abcdef0123456789abcdef01"
SECRET = "cs_fake0123456789abcdef0123456789abcdef01"
PREFIX = "/wp-json/wc/v3/"
CONTROL = "/_fake/"
LOGIN_PAGE = b"<!DOCTYPE html><html><body>Briefly unavailable for maintenance</body>"


class FakeShop:
    """A shop that serves until it is closed.

    Args:
        store: its records.
        port: 0: a free one.
        behind_tls: accept HTTP Basic as if a proxy did https.
        options: of :class:`Api`.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        port: int = 0,
        behind_tls: bool = False,
        **options: Any,
    ) -> None:
        self.store = store or Store()
        self.faults = Faults()
        self.guard = Guard(KEY, SECRET, behind_tls=behind_tls)
        self.api = Api(self.store, **options)
        self.clock_skew_s = 0.0
        self.requests: list[str] = []
        self.missing: set[str] = set()
        handler = type("Handler", (_Handler,), {"shop": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The shop's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeShop:
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
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, target: str, header: str, body: bytes) -> Reply:
        """Return the answer for a request."""
        parts = urlsplit(target)
        if parts.path.startswith(CONTROL):
            payload = json.loads(body) if body else {}
            return run_command(self, parts.path[len(CONTROL) :], payload)
        self.requests.append(f"{method} {target}")
        self.faults.run_hooks(target)
        refusal = self.guard.check(method, f"{self.url}{target}", header)
        if refusal is not None:
            return refusal
        if not parts.path.startswith(PREFIX):
            return error(404, "rest_no_route", "No route was found matching the URL.")
        if method != "GET":
            return error(
                401,
                "woocommerce_rest_authentication_error",
                "The API key provided does not have write permissions.",
            )
        path = parts.path[len(PREFIX) :]
        if path in self.missing:
            return error(403, "woocommerce_rest_cannot_view", "Sorry, not allowed.")
        reply = self.api.get(path, dict(parse_qsl(parts.query)))
        # the real one repeats the whole query here, keys included
        reply.headers.setdefault("Link", f'<{self.url}{target}&page=2>; rel="next"')
        return reply


class _Handler(BaseHTTPRequestHandler):
    shop: FakeShop
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        now = time.time() if timestamp is None else timestamp
        return super().date_time_string(now + self.shop.clock_skew_s)

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        header = self.headers.get("Authorization", "")
        fault = None
        if not self.path.startswith(CONTROL):
            fault = self.shop.faults.take(self.path)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if fault is None:
                self._send(self.shop.answer(self.command, self.path, header, body))
            else:
                self._act(fault, header, body)

    def _send(self, reply: Reply) -> None:
        data = json.dumps(reply.body).encode()
        self._write(reply.status, data, len(data), reply.headers)

    def _write(
        self, status: int, data: bytes, length: int, headers: dict[str, str]
    ) -> None:
        self.send_response(status)
        kind = {"Content-Type": "application/json; charset=UTF-8", **headers}
        for name, value in kind.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(data)

    def _act(self, fault: Fault, header: str, body: bytes) -> None:
        """Act out a trouble instead of, or on top of, the true answer."""
        if fault.kind == "slow":
            time.sleep(fault.seconds)
            self._send(self.shop.answer(self.command, self.path, header, body))
        elif fault.kind == "status":
            self._send(Reply(fault.status, fault.body, fault.headers))
        elif fault.kind == "html":
            headers = {"Content-Type": "text/html", **fault.headers}
            self._write(fault.status, LOGIN_PAGE, len(LOGIN_PAGE), headers)
        else:
            self._break(fault, self.shop.answer(self.command, self.path, header, body))

    def _break(self, fault: Fault, reply: Reply) -> None:
        data = json.dumps(reply.body).encode()
        self.close_connection = True
        if fault.kind == "truncate":  # the connection ends in the middle
            self._write(reply.status, data[: len(data) // 2], len(data), reply.headers)
        elif fault.kind == "half_json":  # whole for HTTP, half as JSON
            half = data[: len(data) // 2]
            self._write(reply.status, half, len(half), reply.headers)
        elif fault.kind == "bad_gzip":
            packed = gzip.compress(data)[:-9] + b"garbage!!"
            headers = {**reply.headers, "Content-Encoding": "gzip"}
            self._write(reply.status, packed, len(packed), headers)
        elif fault.kind == "drop":
            self.connection.close()
