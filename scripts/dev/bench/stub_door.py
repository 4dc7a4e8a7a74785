"""A door that accepts everything at once: only the agent's own cost remains.

``python -m scripts.dev.bench.stub_door`` prints its address and serves until SIGTERM.
A GET gives when each record came: ``{"order": {"17": [seconds since 1970, ...]}}``.
"""

import json
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HELLO = {
    "contract": {"min": 1, "max": 1},
    "server_time": "2026-01-01T00:00:00Z",
    "odoo": "19.0",
    "addon": "19.0.1.0.0",
    "database": "bench",
    "user": "sync",
    "company": {"name": "Bench", "currency": "CNY", "tz": "UTC"},
    "key_expires_in_days": None,
    "source": None,
    "streams": {},
}


CAME: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))


class Handler(BaseHTTPRequestHandler):
    """Answers ``hello`` and ``push``."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Tell when each record came."""
        self._answer(CAME)

    def do_POST(self) -> None:
        """Answer one call."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        method = self.path.rpartition("/")[2]
        answer = HELLO if method == "hello" else _pushed(json.loads(body))
        self._answer(answer)

    def _answer(self, answer: Any) -> None:
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


def _pushed(call: dict[str, Any]) -> dict[str, Any]:
    records = call["records"]
    now = time.time()
    for record in records:
        CAME[record["kind"]][record["external_id"]].append(now)
    return {
        "status": "ok",
        "cursor": call["cursor_after"],
        "results": [
            {"external_id": record["external_id"], "status": "created"}
            for record in records
        ],
        "counts": {"created": len(records)} if records else {},
    }


def main() -> None:
    """Serve on a free port of the loopback address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
