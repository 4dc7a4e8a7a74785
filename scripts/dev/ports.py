"""Free ports of the loopback address."""

import socket
import time
from collections.abc import Callable

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Ask the kernel for a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def preferred_port(wanted: int, tries: int = 20) -> int:
    """Give the wanted port, else one of the next, else any free one."""
    for port in range(wanted, wanted + tries):
        if is_free(port):
            return port
    return free_port()


def wait_until(
    ready: Callable[[], bool],
    timeout_s: float,
    given_up: Callable[[], bool] = lambda: False,
) -> bool:
    """Wait until something is ready; False when time is over or it has given up."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if ready():
            return True
        if given_up():
            return False
        time.sleep(0.2)
    return False
