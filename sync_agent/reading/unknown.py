"""Counts status words that no table knows: they become ``unknown``, never a guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import structlog

from sync_agent.i18n import _
from sync_agent.port import Item
from sync_agent.records import Envelope

log = structlog.get_logger(__name__)


class UnknownWords:
    """Counts the unknown status words of a reading.

    Args:
        stream: name of the stream, for the log.
    """

    def __init__(self, stream: str) -> None:
        self._stream = stream
        self.words: Counter[str] = Counter()

    def count(self, items: Iterable[Item]) -> None:
        """Look at the records of a page."""
        for item in items:
            data = item.data if isinstance(item, Envelope) else None
            if getattr(data, "state", None) == "unknown":
                self.words[str(getattr(data, "state_raw", "") or "")] += 1
            for scan in getattr(data, "events", ()):
                if scan.state == "unknown" and scan.state_raw:
                    self.words[scan.state_raw] += 1

    def tell(self) -> None:
        """Write the words and how often they came into the log, if any did."""
        if self.words:
            log.warning(
                "unknown_status",
                stream=self._stream,
                words=dict(self.words),
                remedy=_("They are stored as unknown; tell the makers of the agent."),
            )
