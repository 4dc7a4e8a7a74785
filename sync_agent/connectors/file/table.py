"""A file as heads and numbered rows of text, read in bounded memory with pandas."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from sync_agent.connectors.file.lines import TextRow, text_rows
from sync_agent.connectors.file.mapping import Layout
from sync_agent.connectors.file.sniff import FileNature, look_at
from sync_agent.errors import Fatal
from sync_agent.i18n import _

DELIMITERS = ",;\t|"
BLOCK = 2_000
"""Rows that pandas parses at once."""
_HEAD_WITHIN = 30
LOST_DIGITS = "\x1elost"
"""Marks the text of a number that Excel may have cut."""
_END = "\x1f"
"""Put behind each row, so that its place tells the number of cells."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file.

    Attributes:
        number: line of a text file or row of a sheet, from 1.
        cells: texts in the order of the columns asked for.
        reason: why it cannot be read; then ``cells`` is only a guess, and may be short.
    """

    number: int
    cells: Sequence[str]
    reason: str = ""


class Table(Protocol):
    """An open file."""

    @property
    def heads(self) -> Sequence[str]:
        """Heads of the columns, as they stand in the file; doubles get ``(2)``."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the file, 32 hex digits."""
        ...

    def rows(self, after: int = 0, only: Sequence[int] | None = None) -> Iterator[Row]:
        """Yield the rows below the heads whose number is above ``after``.

        Args:
            after: number of the last row that is not wanted.
            only: indexes of the columns wanted, ascending; ``None``: all.
        """
        ...


def open_table(path: Path, layout: Layout) -> Table:
    """Open a file and find its heads.

    Raises:
        Fatal: unreadable, empty, wrong encoding, or without the heads of the mapping.
    """
    nature = look_at(path, layout.encoding)
    if nature.format == "csv":
        return _TextTable(path, layout, nature)
    from sync_agent.connectors.file.sheet import SheetTable  # noqa: PLC0415 - loads pandas

    return SheetTable(path, layout, nature)


def fold(head: str) -> str:
    """Return a head as it is compared: width, case and white space do not matter."""
    return " ".join(unicodedata.normalize("NFKC", head).split()).casefold()


def wanted_heads(layout: Layout) -> set[str]:
    """Return all heads that a mapping names, folded."""
    named = {*layout.id}
    named.update(head for rule in layout.columns.values() for head in rule.heads())
    if layout.version:
        named.add(layout.version)
    if layout.rows:
        named.add(layout.rows.column)
    return {fold(head) for head in named}


def count_heads(cells: Iterable[str], wanted: set[str]) -> int:
    """Return how many of the wanted heads stand in a row."""
    return len({fold(cell) for cell in cells} & wanted)


def distinct(heads: Iterable[str]) -> list[str]:
    """Return heads without white space around; the second ``x`` becomes ``x (2)``."""
    seen: dict[str, int] = {}
    found = []
    for head in heads:
        name = head.strip().strip("\ufeff")
        key = fold(name)
        seen[key] = seen.get(key, 0) + 1
        found.append(f"{name} ({seen[key]})" if name and seen[key] > 1 else name)
    return found


def no_heads(path: Path, layout: Layout, first: Sequence[str]) -> Fatal:
    """Return the error for a file in which no head of the mapping was found."""
    shown = ", ".join(cell for cell in first if cell.strip())[:200]
    return Fatal(
        _(
            "{path} has none of the columns that the mapping names; it "
            "begins with: {shown}.",
            path=path,
            shown=shown,
        ),
        _(
            'The id, for one, is expected in "{column}". Use the '
            "mapping that belongs to this export, or set header_row, "
            "delimiter or encoding in it.",
            column=layout.id[0],
        ),
    )


class _TextTable:
    """A CSV file of any encoding and delimiter."""

    def __init__(self, path: Path, layout: Layout, nature: FileNature) -> None:
        self._path = path
        self._encoding = nature.encoding
        self._accept_short = layout.short_rows == "accept"
        self.digest = nature.digest
        self._delimiter, self._head_row, heads = self._find_heads(layout)
        self.heads: Sequence[str] = distinct(heads)

    def _find_heads(self, layout: Layout) -> tuple[str, int, list[str]]:
        wanted = wanted_heads(layout)
        best: tuple[int, str, int, list[str]] = (0, ",", 0, [])
        for delimiter in layout.delimiter or DELIMITERS:
            rows = islice(
                text_rows(self._path, self._encoding, delimiter), _HEAD_WITHIN
            )
            for row in rows:
                if layout.header_row not in {None, row.number} or row.reason:
                    continue
                cells = _split(row.text, delimiter) or []
                score = count_heads(cells, wanted)
                if score > best[0]:
                    best = (score, delimiter, row.number, cells)
        if not best[0]:
            first = next(text_rows(self._path, self._encoding), TextRow(1, ""))
            raise no_heads(self._path, layout, [first.text])
        return best[1], best[2], best[3]

    def rows(self, after: int = 0, only: Sequence[int] | None = None) -> Iterator[Row]:
        """Yield rows, see :class:`Table`."""
        start = max(after, self._head_row)
        lines = text_rows(self._path, self._encoding, self._delimiter)
        below = (line for line in lines if line.number > start)
        while block := list(islice(below, BLOCK)):
            yield from self._block(block, only)

    def _block(self, block: list[TextRow], only: Sequence[int] | None) -> Iterator[Row]:
        good = [row for row in block if not row.reason]
        parsed = self._parse_fast(good, only) if len(good) == len(block) else None
        if parsed is not None:
            for row, cells in zip(good, parsed, strict=True):
                yield Row(row.number, cells)
            return
        for row in block:
            cells, reason = self._parse_one(row)
            if only is not None:
                cells = [cells[n] if n < len(cells) else "" for n in only]
            yield Row(row.number, cells, reason)

    def _parse_fast(
        self, block: list[TextRow], only: Sequence[int] | None
    ) -> list[list[str]] | None:
        """Parse rows at once; ``None`` when one of them has too many or few cells."""
        import pandas as pd  # noqa: PLC0415 - 0.4 s that other sources need not pay

        width = len(self.heads)
        end = f"{self._delimiter}{_END}\n"
        text = "".join(row.text + end for row in block)
        try:
            frame = pd.read_csv(
                io.StringIO(text.replace("\x00", "")),
                sep=self._delimiter,
                header=None,
                names=list(range(width + 1)),
                usecols=None if only is None else [*only, width],
                index_col=False,
                dtype=str,
                keep_default_na=False,
                na_filter=False,
                engine="c",
            )
        except (pd.errors.ParserError, ValueError):
            return None
        if len(frame) != len(block) or not (frame[width] == _END).all():
            return None
        cells: list[list[str]] = frame.drop(columns=width).to_numpy().tolist()
        return cells

    def _parse_one(self, row: TextRow) -> tuple[list[str], str]:
        """Return the cells of a row and why they are wrong, if they are."""
        cells = None if row.reason else _split(row.text, self._delimiter)
        if cells is None:
            guess = [cell.strip('"') for cell in row.text.split(self._delimiter)]
            return (
                guess,
                row.reason
                or _(
                    "a cell has more than {limit} signs", limit=csv.field_size_limit()
                ),
            )
        width = len(self.heads)
        counts = {"count": len(cells), "width": width}
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            return cells, _(
                "the row has {count} cells, the head has {width}; put a cell that "
                'holds "{delimiter}" in double quotes',
                delimiter=self._delimiter,
                **counts,
            )
        if len(cells) < width and not self._accept_short:
            return cells, _(
                "the row has {count} cells, the head has {width}; a line break in a "
                "cell needs double quotes around it; if the program leaves out empty "
                'cells at the end, set short_rows = "accept"',
                **counts,
            )
        return (cells + [""] * width)[:width], ""


def _split(text: str, delimiter: str) -> list[str] | None:
    """Return the cells of one row; ``None`` when one is too long."""
    lines = io.StringIO(text.replace("\x00", ""), newline="")
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
