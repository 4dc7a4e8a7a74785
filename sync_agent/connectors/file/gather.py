"""Brings the rows of one record together, also when they stand apart in the file."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from sync_agent.connectors.file.binding import Binding
from sync_agent.connectors.file.table import Row, Table
from sync_agent.connectors.file.targets import GROUPED


@dataclass(frozen=True, slots=True)
class Runs:
    """What a first look at the ids shows.

    Attributes:
        scattered: hash of an id whose rows stand apart -> number of its runs.
        records: number of records in the file.
    """

    scattered: dict[int, int]
    records: int


def find_runs(table: Table, binding: Binding) -> Runs:
    """Read only the ids of a file, in eight bytes a record."""
    import pandas as pd  # noqa: PLC0415 - 0.4 s that other sources need not pay

    columns = sorted(set(binding.id_places))
    places = [columns.index(place) for place in binding.id_places]
    grouped = binding.layout.kind in GROUPED
    found, nameless, last = array("q"), 0, ""
    for row in table.rows(only=columns):
        if binding.is_none(row, places):
            continue
        key = binding.external_id(row, places)
        if not key:
            nameless += not grouped
        elif key != last:
            found.append(hash(key))
            last = key
    runs = pd.Series(memoryview(found), dtype="int64").value_counts(sort=False)
    scattered = {int(str(key)): int(count) for key, count in runs[runs > 1].items()}
    return Runs(scattered, len(runs) + nameless)


class Gatherer:
    """Walks over a file and gives the rows of one record after the other.

    Attributes:
        safe_row: all records that begin up to this row have been given.
    """

    def __init__(self, table: Table, binding: Binding, scattered: dict[int, int]):
        self._table = table
        self._binding = binding
        self._left = dict(scattered)
        self._parked: dict[str, list[Row]] = {}
        # an empty id continues the record above: merged cells, or the head's first row
        self._continues = binding.layout.kind in GROUPED
        self.safe_row = 0

    def records(self, after: int) -> Iterator[tuple[str, list[Row]]]:
        """Yield (external id, rows) of every record below the row ``after``."""
        key, rows = "", list[Row]()
        for row in self._table.rows(after):
            if self._binding.is_none(row):
                continue
            own = self._binding.external_id(row)
            same = own == key if own else self._continues
            if rows and same:
                rows.append(row)
                continue
            if rows:
                yield from self._close(key, rows, row.number - 1)
            key, rows = own, [row]
        if rows:
            yield from self._close(key, rows, rows[-1].number)
        for key, rows in self._parked.items():
            yield key, rows
        self._parked.clear()

    def _close(
        self, key: str, rows: list[Row], read_to: int
    ) -> Iterator[tuple[str, list[Row]]]:
        """Give a run's rows, or park them while more rows of the record follow."""
        mark = hash(key)
        if key and mark in self._left:
            self._left[mark] -= 1
            rows = self._parked.pop(key, []) + rows
            if self._left[mark] > 0:
                self._parked[key] = rows
        firsts = [parked[0].number for parked in self._parked.values()]
        self.safe_row = min([first - 1 for first in firsts] + [read_to])
        if key not in self._parked:
            yield key, rows
