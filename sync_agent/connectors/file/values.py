"""Turns the text of a cell into a value; every refusal names the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sync_agent.connectors.file.mapping import Layout
from sync_agent.connectors.file.table import LOST_DIGITS
from sync_agent.connectors.file.targets import CellType
from sync_agent.i18n import _

YES = frozenset(
    ("yes", "y", "true", "t", "1", "x", "on", "ja", "j", "oui", "是", "有", "√", "はい")
)
NO = frozenset(
    ("no", "n", "false", "f", "0", "off", "nein", "non", "否", "无", "×", "いいえ")
)

_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[ T]*(\d{1,2})\s*[:时]\s*(\d{1,2})"
    r"(?:\s*[:分]\s*(\d{1,2})(?:\.(\d{1,9}))?\s*秒?)?分?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?"
)
_SIGNS = re.compile(r"[¥￥€$£元\s\u00a0\u202f]|[A-Z]{3}(?=\s*-?\d)|(?<=\d)\s*[A-Z]{3}$")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+")
_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


_IDENTITIES = frozenset({"phone", "email"})


class CellError(ValueError):
    """A cell that cannot be used; the text says why and what to do."""


def plain(cell: str) -> str:
    """Return a cell without what programs put around it to keep it text.

    That is white space, ``="123"`` and a leading apostrophe before a number.
    """
    text = cell.strip()
    if not text or (text[0].isalnum() and text.isascii()):
        return text
    text = text.strip("\ufeff\u200b")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    if len(text) > 1 and text[0] == "'" and (text[1].isdigit() or text[1] in "+-"):
        text = text[1:]
    return text


class Reader:
    """Reads cells in the manner of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._zone = ZoneInfo(layout.timezone)
        self._makers: dict[CellType, Callable[[str], Any]] = {
            "text": self.text,
            "word": self.word,
            "decimal": self.decimal,
            "time": self.time,
            "yes_no": self.yes_no,
            "list": self.list,
        }

    def maker(self, target: str, kind: CellType) -> Callable[[str], Any]:
        """Return the function that reads the cells of a target."""
        name = target.rpartition(".")[2]
        if name == "category":
            return self.category
        if name in _IDENTITIES or target == "customer.external_id":
            return self.identity
        return self._makers[kind]

    def text(self, cell: str) -> str:
        """Return text; refuses a number of which Excel has dropped digits."""
        if cell.endswith(LOST_DIGITS):
            raise CellError(
                _(
                    "{number} has more digits than Excel keeps in a number; "
                    "export the column as text",
                    number=cell.removesuffix(LOST_DIGITS),
                )
            )
        return cell

    def identity(self, cell: str) -> str | None:
        """Return what tells a person from others; ``None`` for a masked one.

        Shops mask it (``138****1234``); many people share one mask, so that it would
        make one customer of them.
        """
        return None if "*" in cell else self.text(cell)

    def word(self, cell: str) -> str:
        """Return a canonical word."""
        return self.text(cell).lower().replace(" ", "_")

    def decimal(self, cell: str) -> Decimal:
        """Return a number written as the layout says."""
        layout = self._layout
        if layout.decimal == "." and _PLAIN.fullmatch(cell):
            return Decimal(cell)
        text = _SIGNS.sub("", cell.translate(_FULL_WIDTH).removesuffix(LOST_DIGITS))
        negative = text.startswith("(") and text.endswith(")")
        text = text.strip("()")
        if text.endswith("-"):
            text = "-" + text[:-1]
        if layout.thousands:
            text = text.replace(layout.thousands, "")
        if layout.decimal == ",":
            text = text.replace(",", ".") if "." not in text else "?"
        if not _NUMBER.fullmatch(text):
            raise CellError(_not_a_number(cell, layout))
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise CellError(_not_a_number(cell, layout)) from None
        return -value if negative else value

    def time(self, cell: str) -> datetime:
        """Return a time; one without a zone is in the layout's."""
        formats = self._layout.date_format
        for form in formats:
            try:
                return self._aware(datetime.strptime(cell, form))  # noqa: DTZ007
            except ValueError:
                continue
        match = None if formats else _YEAR_FIRST.fullmatch(cell)
        if match is None:
            expected = _(" or ").join(formats) or _("year-month-day hour:minute:second")
            raise CellError(
                _(
                    '"{cell}" is not a time of the form {expected}; set '
                    'date_format, e.g. date_format = "%d.%m.%Y %H:%M"',
                    cell=cell,
                    expected=expected,
                )
            )
        *numbers, fraction, zone = match.groups()
        values = [int(number or 0) for number in numbers]
        micro = int((fraction or "0").ljust(6, "0")[:6])
        try:
            year, month, day, hour, minute, second = values
            moment = datetime(year, month, day, hour, minute, second, micro)  # noqa: DTZ001
        except ValueError as error:
            raise CellError(
                _('"{cell}" is not a day that exists: {error}', cell=cell, error=error)
            ) from None
        if zone:
            return datetime.fromisoformat(moment.isoformat() + zone)
        return self._aware(moment)

    def _aware(self, moment: datetime) -> datetime:
        return moment if moment.tzinfo else moment.replace(tzinfo=self._zone)

    def yes_no(self, cell: str) -> bool:
        """Return yes or no."""
        text = cell.casefold()
        if text in YES or text in NO:
            return text in YES
        raise CellError(
            _(
                '"{cell}" is neither yes nor no; translate it in the '
                'mapping: {{column = "…", values = {{"{cell}" = "yes"}}}}',
                cell=cell,
            )
        )

    def list(self, cell: str) -> tuple[str, ...]:
        """Return texts that stand between separators."""
        return _parts(cell, self._layout.separator)

    def category(self, cell: str) -> tuple[str, ...]:
        """Return the path of a category."""
        return _parts(cell, self._layout.category_separator)


def _parts(cell: str, separator: str) -> tuple[str, ...]:
    parts = (part.strip() for part in cell.split(separator))
    return tuple(part for part in parts if part)


def _not_a_number(cell: str, layout: Layout) -> str:
    other = "," if layout.decimal == "." else "."
    hint = ""
    if "," in cell or "." in cell:
        hint = _(
            '; the mapping says decimal = "{decimal}" and thousands = "{thousands}": '
            'set decimal = "{other}" or thousands = "{other}"',
            decimal=layout.decimal,
            thousands=layout.thousands,
            other=other,
        )
    return _('"{cell}" is not a number', cell=cell) + hint
