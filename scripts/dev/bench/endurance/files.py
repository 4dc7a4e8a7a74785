"""A folder of files under the campaign: rewritten as an export is made anew."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sync_agent.connectors.file import CONNECTOR as FILE
from sync_agent.port import Source
from tests.connectors.adapters import Adapter
from tests.fakes.faults import Faults

MAPPING = """
[file.customers]
kind = "customer"
id = "id"
columns = { name = "name", "main.city" = "city" }
"""
CUSTOMERS = 60


class FileAdapter(Adapter):
    """Customers in a CSV file; their city is the mark of the last edit."""

    connector = FILE
    stream = "file.customers"
    listing = "no request is made"
    secrets = ()
    bad_settings = {}  # noqa: RUF012  there are none

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.faults = Faults()
        self._path = folder / "customers.csv"
        mapping = folder / "mapping.toml"
        mapping.write_text(MAPPING, "utf-8")
        self.settings = {"files": [str(self._path)], "mapping": str(mapping)}
        self._cities = dict.fromkeys(map(str, range(1, CUSTOMERS + 1)), "Bern")
        self._write()

    def open(self, **_changes: Any) -> Source:
        """Open the folder anew; it has no pages."""
        return super().open()

    def ids(self) -> set[str]:
        """See :class:`Adapter`."""
        return set(self._cities)

    def add(self) -> str:
        """See :class:`Adapter`."""
        own = str(len(self._cities) + 1)
        self._cities[own] = "Bern"
        self._write()
        return own

    def change(self, ids: Iterable[str]) -> str:
        """See :class:`Adapter`."""
        note = f"note {next(self.numbers)}"
        self._cities.update(dict.fromkeys(ids, note))
        self._write()
        return note

    def remove(self, record_id: str) -> None:
        """See :class:`Adapter`; nobody hears of it: an export may be one of a part."""
        del self._cities[record_id]
        self._write()

    def _write(self) -> None:
        """Put a whole new file in the place of the old one."""
        fresh = self._path.with_suffix(".part")
        with fresh.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "name", "city"])
            writer.writerows([own, f"Ann {own}", c] for own, c in self._cities.items())
        fresh.replace(self._path)


@contextmanager
def open_folder() -> Iterator[FileAdapter]:
    """Give a folder with a file."""
    with tempfile.TemporaryDirectory() as folder:
        yield FileAdapter(Path(folder))
