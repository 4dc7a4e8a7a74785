"""The HTTP server, in threads of its own."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Self

from cheroot import wsgi

from sync_agent.errors import ConfigError
from sync_agent.i18n import _
from sync_agent.webhooks.receiver import MOST_BYTES, Receiver

THREADS = 64
"""Each waits for the disk with its delivery: so many share one commit in a flood."""
OPEN_CONNECTIONS = 256
WAITING_CONNECTIONS = 512
IDLE_CONNECTION_S = 30


class Server:
    """Serves a receiver until left.

    Args:
        receiver: the application.
        host: address to listen on.
        port: 0 takes a free one.

    Raises:
        ConfigError: the address cannot be listened on.
    """

    def __init__(self, receiver: Receiver, host: str, port: int) -> None:
        self._server = wsgi.Server(
            (host.strip("[]"), port),
            receiver,
            numthreads=THREADS,
            request_queue_size=WAITING_CONNECTIONS,
            timeout=IDLE_CONNECTION_S,
            shutdown_timeout=5,
        )
        self._server.keep_alive_conn_limit = OPEN_CONNECTIONS
        # A larger body is answered by the receiver; this only guards the memory.
        self._server.max_request_body_size = MOST_BYTES + 65_536
        try:
            _probe(*self._server.bind_addr)
            self._server.prepare()
        except (OSError, OverflowError) as error:
            raise ConfigError(
                _(
                    "Cannot listen on {host}:{port}: {error}.",
                    host=host,
                    port=port,
                    error=error,
                ),
                _(
                    "Choose another address with --listen, or end the program that "
                    "holds it."
                ),
            ) from error
        self.port = int(self._server.bind_addr[1])
        self._thread = threading.Thread(
            target=self._server.serve, name="webhooks", daemon=True
        )

    def __enter__(self) -> Self:
        """Start to serve."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Answer what is under way, then end."""
        self._server.stop()
        self._thread.join(timeout=10.0)


def _probe(host: str, port: int) -> None:
    """Fail with the system's own word, and leave no socket open, where none is free."""
    family, kind, protocol, _name, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
