"""What the runner tells of its progress, and to whom."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Somebody who watches a run."""

    def begin(self, label: str) -> None:
        """A part of the work begins."""
        ...

    def advance(self, label: str, records: int, expected: int | None) -> None:
        """So many more records are stored; ``expected`` is the whole, if known."""
        ...

    def end(self, label: str, *, ok: bool) -> None:
        """The part ended."""
        ...


class Silent:
    """Watches nothing."""

    def begin(self, label: str) -> None:
        """Do nothing."""

    def advance(self, label: str, records: int, expected: int | None) -> None:
        """Do nothing."""

    def end(self, label: str, *, ok: bool) -> None:
        """Do nothing."""
