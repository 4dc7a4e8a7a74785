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
from sync_agent.i18n import _

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
    """Return the cells of a sheet; row and column numbers are those of the sheet."""
    return _read_xls(path, sheet) if kind == "xls" else _read_xlsx(path, sheet)


def _read_xlsx(path: Path, sheet: str | int) -> list[list[Any]]:
    try:
        book = pd.ExcelFile(path, engine="openpyxl")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise _unreadable(path, error) from None
    with book:
        name = _sheet_name(path, sheet, [str(name) for name in book.sheet_names])
        frame = pd.read_excel(
            book,
            sheet_name=name,
            header=None,
            dtype=object,
            keep_default_na=False,
            na_filter=False,
        )
    rows: list[list[Any]] = frame.to_numpy(dtype=object).tolist()
    return rows


def _read_xls(path: Path, sheet: str | int) -> list[list[Any]]:
    """Read the format of Excel 97; pandas is about to drop it."""
    import xlrd  # noqa: PLC0415 - rarely needed

    try:
        book = xlrd.open_workbook(path, on_demand=True)
    except (xlrd.XLRDError, OSError, ValueError, AssertionError) as error:
        raise _unreadable(path, error) from None
    page = book.sheet_by_name(_sheet_name(path, sheet, book.sheet_names()))

    def value(cell: Any) -> Any:
        if cell.ctype == xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        return "" if cell.ctype == xlrd.XL_CELL_ERROR else cell.value

    return [[value(cell) for cell in page.row(n)] for n in range(page.nrows)]


def _sheet_name(path: Path, sheet: str | int, names: list[str]) -> str:
    name = sheet
    if isinstance(sheet, int) and 0 < sheet <= len(names):
        name = names[sheet - 1]
    if not isinstance(name, str) or name not in names:
        raise Fatal(
            _(
                '{path} has no sheet "{sheet}"; it has: {names}.',
                path=path,
                sheet=sheet,
                names=", ".join(names),
            ),
            _("Name one of them with the key sheet of the mapping."),
        )
    return name


def _unreadable(path: Path, error: Exception) -> Fatal:
    return Fatal(
        _(
            "{path} looks like an Excel file but cannot be opened ({error}).",
            path=path,
            error=error,
        ),
        _(
            "Open it in a spreadsheet program, take a password off if "
            "it has one, and save it as .xlsx."
        ),
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
