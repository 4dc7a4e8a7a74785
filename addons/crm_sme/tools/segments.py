"""What a person may write into a segment: RFM cells and conditions."""

import re
from ast import literal_eval
from collections.abc import Iterable

CODE = re.compile(r"[1-5]{3}")
LEAF_LENGTH = 3
OPERATORS = ("&", "|", "!")


def check_cells(cells: object) -> str | None:
    """Find the first thing in a list of cells that is none.

    Args:
        cells: codes of recency, frequency and monetary value, e.g. ``["555", "554"]``;
            anything falsy means none.
    Returns:
        The thing as text; None if all are cells.
    """
    if not cells:
        return None
    if not isinstance(cells, list):
        return str(cells)
    return next((str(code) for code in cells if not is_cell(code)), None)


def is_cell(code: object) -> bool:
    """Say whether it is three digits from 1 to 5."""
    return isinstance(code, str) and CODE.fullmatch(code) is not None


def read_domain(text: str | bool | None) -> list[object]:
    """Read conditions that are written as a Python list of plain values.

    Nothing is run: names and calls are refused.

    Args:
        text: e.g. ``[('last_order_date', '<', 'today -90d')]``; empty for no condition.
    Raises:
        ValueError: it is no such list; the message says what is wrong.
    """
    if not text or text is True:
        return []
    try:
        found = literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise ValueError(_reason(error)) from error
    if not isinstance(found, list):
        raise ValueError("it must be a list in square brackets")  # noqa: TRY004
    wrong = _first_wrong(found)
    if wrong is not None:
        raise ValueError(f"{wrong!r} is no condition (field, operator, value)")
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.msg}, near {(error.text or '').strip()[:60]!r}"
    return "it has names or calls; only plain values are allowed"


def _first_wrong(parts: Iterable[object]) -> object | None:
    for part in parts:
        if isinstance(part, str):
            if part not in OPERATORS:
                return part
        elif not (
            isinstance(part, list | tuple)
            and len(part) == LEAF_LENGTH
            and isinstance(part[0], str)
            and isinstance(part[1], str)
        ):
            return part
    return None
