"""A proxy before Odoo that drops answers after Odoo has committed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from .loopback import Served

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-encoding", "content-length"}


class DroppingProxy(Served):
    """Passes every request on, and drops the answers that it is told to.

    Args:
        upstream: address of Odoo.
        drop: told the number of the request (from 1) and its path.
    """

    def __init__(self, upstream: str, drop: Callable[[int, str], bool]) -> None:
        self.dropped = 0
        self.passed = 0
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {k: v for k, v in self.headers.items() if k != "Host"}
                answer = requests.post(
                    upstream + self.path, data=body, headers=headers, timeout=120
                )
                if proxy.drops(drop, self.path):
                    self.close_connection = True
                    return
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in _HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), Handler))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def drops(self, drop: Callable[[int, str], bool], path: str) -> bool:
        """Count the request and tell whether its answer is dropped."""
        with self._lock:
            dropped = drop(self.passed + self.dropped + 1, path)
            if dropped:
                self.dropped += 1
            else:
                self.passed += 1
            return dropped
