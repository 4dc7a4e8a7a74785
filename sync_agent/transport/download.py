"""A large file line by line, gone on with where a lost connection ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sync_agent.errors import Retryable
from sync_agent.port import Clock

TRIES = 6
WAIT_S = 2.0

Open = Callable[[int], Iterator[bytes]]
"""Yields the bytes of a file from a byte on; raises ``Retryable`` when cut off."""


def lines_of(
    open_at: Open, clock: Clock, start: int = 0
) -> Iterator[tuple[bytes, int]]:
    """Yield (line, byte at which the next begins).

    Args:
        open_at: opens the file at a byte.
        clock: waits between tries.
        start: byte to begin with.

    Raises:
        Retryable: cut off again and again without getting further.
    """
    at, tries = start, 0
    while True:
        before = at
        try:
            for line, length in _split(open_at(at)):
                at += length
                yield line, at
        except Retryable as error:
            tries = 1 if at > before else tries + 1
            if tries >= TRIES:
                raise
            clock.sleep(WAIT_S if error.after is None else error.after)
        else:
            return


def _split(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield lines and their length in bytes with the end; the last may have none."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line, len(line) + 1
    if rest:
        yield rest, len(rest)
