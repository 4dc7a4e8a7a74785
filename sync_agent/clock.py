"""The system's clock, whose waiting ends when the agent is asked to stop."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from sync_agent.errors import Stopped
from sync_agent.i18n import _


class SystemClock:
    """The real time.

    Args:
        stop: set by the signal handlers; a wait then raises ``Stopped``.
    """

    def __init__(self, stop: threading.Event | None = None) -> None:
        self.stop = stop or threading.Event()

    def now(self) -> datetime:
        """Return the time now, aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            Stopped: the agent was asked to end.
        """
        if self.stop.wait(max(0.0, seconds)):
            raise Stopped(
                _("Asked to stop while waiting."), _("Start it again to go on.")
            )
