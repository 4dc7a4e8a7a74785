"""A mapping bound to the columns of one file: rows go in, values of fields come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync_agent.connectors.file.mapping import Layout
from sync_agent.connectors.file.rules import CellRule
from sync_agent.connectors.file.table import Row, Table, fold
from sync_agent.connectors.file.targets import GROUPED, REQUIRED, CellType, targets
from sync_agent.connectors.file.values import CellError, Reader, plain
from sync_agent.errors import Fatal
from sync_agent.i18n import _

Values = dict[str, Any]

SECTIONS = ("refund.line", "refund.charge", "refund", "charge", "line", "event")
"""Parts of a record that rows of their own fill; longest names first."""


_SINGULAR = {
    "lines": "line",
    "charges": "charge",
    "refunds": "refund",
    "events": "event",
}


class RowProblem(Exception):
    """A row that cannot be used: its number, the column and the reason.

    ``file`` is the name of its file, if that is not the one of the record.
    """

    def __init__(
        self, number: int, column: str, reason: str, *, file: str = ""
    ) -> None:
        super().__init__(f"{file} row {number}, {column}: {reason}")
        self.number, self.column, self.reason = number, column, reason
        self.file = file


def check_readable(row: Row) -> None:
    """Raise ``RowProblem`` for a row that could not be cut into cells."""
    if row.reason:
        raise RowProblem(row.number, "", row.reason)


@dataclass(frozen=True, slots=True)
class Field:
    """One mapped field: which cells, and how they become a value."""

    target: str
    key: str
    """Name of it inside its section."""
    places: tuple[int, ...]
    rule: CellRule
    make: Callable[[str], Any]
    conditions: tuple[tuple[int, frozenset[str]], ...] = ()
    """Cells that must hold one of some words."""
    otherwise: Field | None = None

    def text(self, row: Row) -> str:
        """Return the text of the field in a row, ``""`` when it is empty."""
        text = self._own(row) if self._applies(row) else ""
        if not text and self.otherwise is not None:
            text = self.otherwise.text(row)
        return text or self.rule.default

    def _applies(self, row: Row) -> bool:
        return all(plain(row.cells[n]) in words for n, words in self.conditions)

    def _own(self, row: Row) -> str:
        rule = self.rule
        if len(self.places) == 1:
            text = plain(row.cells[self.places[0]])
        else:
            parts = (plain(row.cells[place]) for place in self.places)
            text = rule.join.join(part for part in parts if part)
        if rule.part is not None:
            words = text.split()
            text = words[rule.part - 1] if len(words) >= rule.part else ""
        if text and rule.filled:
            return rule.filled
        return rule.values.get(text, text) if rule.values else text

    def value(self, row: Row, text: str) -> Any:
        """Return the value of a text that :meth:`text` gave.

        Raises:
            RowProblem: it cannot be read.
        """
        try:
            return self.make(text)
        except CellError as error:
            column = " + ".join(self.rule.columns)
            raise RowProblem(row.number, column, str(error)) from None


class Binding:
    """The mapping of one file.

    Raises:
        Fatal: a column that the mapping names is not in the file.
    """

    def __init__(self, path: Path, layout: Layout, table: Table) -> None:
        self.path = path
        self.layout = layout
        self.heads = table.heads
        self._places: dict[str, int] = {}
        for place, head in enumerate(table.heads):
            self._places.setdefault(fold(head), place)
        self.reader = Reader(layout)
        self.id_places = tuple(self._must_have(head, "id") for head in layout.id)
        self.version_place = self._may_have(layout.version, "version")
        rows = layout.rows
        self.kind_place = self._may_have(rows.column if rows else None, "rows.column")
        self.sections: dict[str, list[Field]] = {"": [], **{s: [] for s in SECTIONS}}
        self.constants: dict[str, Values] = {"": {}, **{s: {} for s in SECTIONS}}
        self._bind()
        self._row_kinds = _row_kinds(layout)

    def _bind(self) -> None:
        for target, rule in self.layout.columns.items():
            field = self._field(target, rule)
            if field is None:
                self._check_needed(target)
                continue
            self.sections[_section(target)[0]].append(field)
        for target, text in self.layout.constants.items():
            section, key = _section(target)
            make = self.reader.maker(target, self._cell_type(target))
            try:
                self.constants[section][key] = make(text)
            except CellError as error:
                raise Fatal(
                    _(
                        "constants.{target} of the mapping cannot be used: {error}.",
                        target=target,
                        error=error,
                    ),
                    _("Correct it in the mapping."),
                ) from None

    def _field(
        self, target: str, rule: CellRule, *, covered: bool = False
    ) -> Field | None:
        """Bind a rule; ``None`` when none of its columns is in the file.

        Args:
            target: the field.
            rule: where it comes from.
            covered: an earlier choice has found its column, so this one may lack.
        """
        key = f"columns.{target}"
        may_lack = covered or rule.otherwise is not None
        places = [
            self._places.get(fold(c)) if may_lack else self._may_have(c, key)
            for c in rule.columns
        ]
        found = tuple(place for place in places if place is not None)
        conditions = [(self._may_have(c, key), w) for c, w in rule.when.items()]
        met = tuple((n, frozenset(words)) for n, words in conditions if n is not None)
        if len(met) < len(conditions):
            found = ()
        rest = None
        if rule.otherwise is not None:
            covered = covered or bool(found)
            rest = self._field(target, rule.otherwise, covered=covered)
        if not found:
            return rest
        make = self.reader.maker(target, self._cell_type(target))
        return Field(target, _section(target)[1], found, rule, make, met, rest)

    def _cell_type(self, target: str) -> CellType:
        """Return how a target is read; a state's own word is kept as it stands."""
        is_state = target in {"state", "event.state"} and self.layout.kind in GROUPED
        return "text" if is_state else targets(self.layout.kind)[target]

    def _may_have(self, head: str | None, key: str) -> int | None:
        if head is None:
            return None
        place = self._places.get(fold(head))
        if place is None and self.layout.missing_columns == "refuse":
            raise self._missing(head, key)
        return place

    def _must_have(self, head: str, key: str) -> int:
        place = self._places.get(fold(head))
        if place is None:
            raise self._missing(head, key)
        return place

    def _check_needed(self, target: str) -> None:
        needed = target in REQUIRED[self.layout.kind]
        if needed and target not in self.layout.constants:
            head = self.layout.columns[target].columns[0]
            raise self._missing(head, f"columns.{target}")

    def _missing(self, head: str, key: str) -> Fatal:
        there = ", ".join(head for head in self.heads if head)
        return Fatal(
            _(
                '{file} has no column "{head}" (key {key} of the mapping); '
                "it has: {there}.",
                file=self.path,
                head=head,
                key=key,
                there=there,
            ),
            _("Correct the name in the mapping, or export the file with that column."),
        )

    def external_id(self, row: Row, places: Sequence[int] | None = None) -> str:
        """Return the id that stands in a row, ``""`` when there is none.

        Args:
            row: the row.
            places: where it stands in ``row.cells``, if not all columns were read.
        """
        parts = self._id_parts(row, places)
        return "-".join(parts) if all(parts) else ""

    def is_none(self, row: Row, places: Sequence[int] | None = None) -> bool:
        """Say whether a row holds no record of this table at all."""
        if self.layout.partial_ids == "refuse":
            return False
        parts = self._id_parts(row, places)
        return any(parts) and not all(parts)

    def _id_parts(self, row: Row, places: Sequence[int] | None) -> list[str]:
        cells, last = row.cells, len(row.cells)
        places = self.id_places if places is None else places
        return [plain(cells[n]) if n < last else "" for n in places]

    def row_kind(self, row: Row) -> str:
        """Return ``line``, ``charge`` or ``refund``."""
        if self.kind_place is None:
            return "line"
        text = plain(row.cells[self.kind_place])
        kind = self._row_kinds.get(text.casefold())
        if kind is None:
            heads = self.heads[self.kind_place]
            raise RowProblem(
                row.number,
                heads,
                _('"{word}" is no kind of row that the mapping knows', word=text),
            )
        return kind

    def section(self, name: str, row: Row) -> Values:
        """Return the values of a section in one row; nothing when all are empty."""
        values: Values = {}
        for field in self.sections[name]:
            text = field.text(row)
            value = field.value(row, text) if text else None
            if value is not None:
                values[field.key] = value
        return {**self.constants[name], **values} if values else values

    def head(self, rows: Iterable[Row], *, last: bool) -> Values:
        """Return the values that stand once for all rows.

        Args:
            rows: those of one record.
            last: whether the last cell that is not empty counts, or the first.
        """
        values = dict(self.constants[""])
        found: dict[str, str] = {}
        for row in rows:
            for field in self.sections[""]:
                if field.key in found and not last:
                    _check_same(field, row, found)
                elif text := field.text(row):
                    found[field.key] = text
                    value = field.value(row, text)
                    if value is not None:
                        values[field.key] = value
        return values

    def column_of(self, path: Sequence[str | int]) -> str:
        """Return the head of the column behind a place in a record, or the place."""
        names = [part for part in path if isinstance(part, str)]
        target = ".".join(_SINGULAR.get(name, name) for name in names)
        rule = self.layout.columns.get(target)
        return " + ".join(rule.columns) if rule else ".".join(map(str, path))


def _check_same(field: Field, row: Row, found: Values) -> None:
    """Refuse rows of one order that say different things of its total."""
    if field.key in {"total", "currency"}:
        text = field.text(row)
        if text not in {"", found[field.key]}:
            raise RowProblem(
                row.number,
                " + ".join(field.rule.columns),
                _(
                    'the rows of one order disagree: "{first}" and "{second}"; '
                    "map an amount of the line to line.total",
                    first=found[field.key],
                    second=text,
                ),
            )


def _section(target: str) -> tuple[str, str]:
    for section in SECTIONS:
        if target.startswith(f"{section}."):
            return section, target.removeprefix(f"{section}.")
    return "", target


def _row_kinds(layout: Layout) -> dict[str, str]:
    if layout.rows is None:
        return {}
    return {
        word.strip().casefold(): kind
        for kind in ("line", "charge", "refund")
        for word in getattr(layout.rows, kind)
    }
