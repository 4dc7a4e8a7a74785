"""Cuts a text file into rows without trusting its quotes.

A quoted cell may hold line breaks. A quote that is never closed would swallow the rest
of the file; here it costs one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sync_agent.i18n import _

LONGEST_ROW = 200
"""Lines of text that a row may have; above it a quote is taken for unclosed."""

# What ``surrogateescape`` makes of bytes that the encoding cannot hold.
_UNDECODED = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row as text.

    Attributes:
        number: line of the file where it begins, from 1.
        reason: why it cannot be read; empty for a good one.
    """

    number: int
    text: str
    reason: str = ""


def text_rows(path: Path, encoding: str, delimiter: str = ",") -> Iterator[TextRow]:
    """Yield the rows of a file that are not blank; undecodable ones with the reason."""
    # Bytes that the encoding cannot hold come through as lone surrogates and cost
    # their row, not the file.
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as handle:
        yield from _joined(_Reader(handle), encoding, delimiter)


class _Reader:
    """Numbered lines that can be given back."""

    def __init__(self, handle: Iterator[str]) -> None:
        self._handle = handle
        self._back: list[str] = []
        self.number = 0

    def next(self) -> str | None:
        """Return the next line without its end, or ``None``."""
        line = self._back.pop() if self._back else next(self._handle, None)
        if line is not None:
            self.number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        """Have lines come again."""
        self._back += reversed(lines)
        self.number -= len(lines)


def _joined(reader: _Reader, encoding: str, delimiter: str) -> Iterator[TextRow]:
    while (line := reader.next()) is not None:
        start = reader.number
        if '"' in line and leaves_open(line, delimiter):
            line, reason = _complete(reader, line)
        else:
            reason = ""
        text = line.rstrip("\r\n")
        if not text.strip(delimiter + " \t\ufeff\x1a\x00"):
            continue
        if not reason and _UNDECODED.search(text):
            reason = _("a character is not valid in {encoding}", encoding=encoding)
        yield TextRow(start, text, reason)


def _complete(reader: _Reader, first: str) -> tuple[str, str]:
    """Join the lines of a row whose quoted cell goes on; give up after some."""
    lines: list[str] = []
    quotes = first.count('"')
    while len(lines) < LONGEST_ROW and (line := reader.next()) is not None:
        lines.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0:
            return first + "".join(lines), ""
    reader.give_back(lines)
    return first, _('a quoted cell is not closed; write a quote inside a cell as ""')


def leaves_open(line: str, delimiter: str) -> bool:
    """Say whether a line ends inside a quoted cell (a quote only counts at a start)."""
    if line.count('"') % 2 == 0:
        return False
    inside = False
    position = 0
    while (found := line.find('"', position)) >= 0:
        if inside:
            if line[found + 1 : found + 2] == '"':
                position = found + 2
                continue
            inside = False
        elif found == 0 or line[found - 1] == delimiter:
            inside = True
        position = found + 1
    return inside
