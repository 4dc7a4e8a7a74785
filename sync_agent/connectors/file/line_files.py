"""Lines of orders that stand in a file of their own, beside the file of the orders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync_agent.connectors.file.binding import Binding
from sync_agent.connectors.file.mapping import Layout
from sync_agent.connectors.file.table import Row, open_table


@dataclass(frozen=True, slots=True)
class OrderLines:
    """The rows of one order in a file of lines."""

    binding: Binding
    rows: Sequence[Row]


class LineFiles:
    """Files of lines, held in memory by the order's id.

    Where two files hold lines of the same order, those of the later name count: exports
    overlap, and adding them up would double the order.

    Attributes:
        digest: changes with any of the files; ``""`` without files.

    Raises:
        Fatal: a file that cannot be used, with the remedy.
    """

    def __init__(self, layout: Layout | None, paths: Sequence[Path]) -> None:
        self._orders: dict[str, OrderLines] = {}
        self.digest = ""
        if layout is not None:
            digests = [self._take(layout, path) for path in sorted(paths)]
            if digests:
                self.digest = hashlib.sha256("".join(digests).encode()).hexdigest()[:16]

    def _take(self, layout: Layout, path: Path) -> str:
        """Take in a file; return its digest."""
        table = open_table(path, layout)
        binding = Binding(path, layout, table)
        found: dict[str, list[Row]] = {}
        for row in table.rows():
            found.setdefault(binding.external_id(row), []).append(row)
        found.pop("", None)
        self._orders |= {key: OrderLines(binding, rows) for key, rows in found.items()}
        return table.digest

    def of(self, external_id: str) -> OrderLines | None:
        """Return the lines of an order; ``None`` when no file has any."""
        return self._orders.get(external_id)
