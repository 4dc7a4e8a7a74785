"""An Excel sheet as heads and rows of text, read with pandas."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd

from sync_agent.connectors.file.mapping import Layout
from sync_agent.connectors.file.sniff import FileNature
from sync_agent.connectors.file.table import (
    LOST_DIGITS,
    Row,
    count_heads,
    distinct,
    no_heads,
    wanted_heads,
)
from sync_agent.errors import Fatal

_EXACT = 10**15
"""Excel keeps 15 digits of a number; above it digits have become zeros."""


class SheetTable:
    """One sheet of a workbook; merged cells count as filled in their first cell."""

    def __init__(self, path: Path, layout: Layout, nature: FileNature) -> None:
        self.digest = nature.digest
        self._rows = _read(path, layout.sheet, nature.format)
        wanted = wanted_heads(layout)
        best, self._head_row = 0, 0
        for number, cells in enumerate(self._rows[:30], start=1):
            score = count_heads(map(cell_text, cells), wanted)
            if layout.header_row in {None, number} and score > best:
                best, self._head_row = score, number
        if not best:
            first = next((row for row in self._rows if any(map(cell_text, row))), [])
            raise no_heads(path, layout, [cell_text(cell) for cell in first])
        heads = self._rows[self._head_row - 1]
        self.heads: Sequence[str] = distinct(cell_text(cell) for cell in heads)

    def rows(self, after: int = 0, only: Sequence[int] | None = None) -> Iterator[Row]:
        """Yield rows, see :class:`sync_agent.connectors.file.table.Table`."""
        start = max(after, self._head_row)
        wanted = range(len(self.heads)) if only is None else only
        for number, cells in enumerate(self._rows[start:], start=start + 1):
            if any(cell_text(cell).strip() for cell in cells):
                yield Row(number, [cell_text(cells[n]) for n in wanted])


def _read(path: Path, sheet: str | int, kind: str) -> list[list[Any]]:
    engine = "openpyxl" if kind == "xlsx" else "xlrd"
    try:
        book = pd.ExcelFile(path, engine=engine)  # type: ignore[arg-type]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise _unreadable(path, error) from None
    except Exception as error:
        # xlrd raises its own class, which is imported only with xlrd itself
        if type(error).__module__.startswith(("xlrd", "openpyxl")):
            raise _unreadable(path, error) from None
        raise
    with book:
        names = [str(name) for name in book.sheet_names]
        name = sheet if isinstance(sheet, str) else None
        if name is None and isinstance(sheet, int) and 0 < sheet <= len(names):
            name = names[sheet - 1]
        if name not in names:
            raise Fatal(
                f'{path} has no sheet "{sheet}"; it has: {", ".join(names)}.',
                "Name one of them with the key sheet of the mapping.",
            )
        frame = book.parse(
            name, header=None, dtype=object, keep_default_na=False, na_filter=False
        )
    # pandas drops nothing at the top, so row numbers are those of the sheet
    rows: list[list[Any]] = frame.to_numpy(dtype=object).tolist()
    return rows


def _unreadable(path: Path, error: Exception) -> Fatal:
    return Fatal(
        f"{path} looks like an Excel file but cannot be opened ({error}).",
        "Open it in a spreadsheet program, take a password off if it has one, and "
        "save it as .xlsx.",
    )


def cell_text(value: Any) -> str:
    """Return the text of a cell: numbers with at most 15 digits, times as ISO."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number_text(value: float) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.0f}{LOST_DIGITS}"
    if value == int(value):
        return str(int(value))
    text = f"{value:.15g}"
    return f"{value:.12f}".rstrip("0") if "e" in text else text
