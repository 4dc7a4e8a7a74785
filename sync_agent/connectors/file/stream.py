"""Reads the files of one layout record by record; can go on in the middle of a file.

Cursor: ``done`` holds the digests of files that were read to their end, ``file`` and
``row`` say how far the one at hand was read, ``full`` that everything is read anew.
A digest covers the file's bytes, the mapping and the files of lines beside it, so that
a change of any reads it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sync_agent.connectors.file.binding import Binding
from sync_agent.connectors.file.build import build
from sync_agent.connectors.file.gather import Gatherer, find_runs
from sync_agent.connectors.file.line_files import LineFiles
from sync_agent.connectors.file.mapping import Layout
from sync_agent.connectors.file.table import Table, open_table
from sync_agent.port import Item, Json, Page
from sync_agent.records.envelope import Kind
from sync_agent.records.fields import format_time

PAGE = 500
"""Records of a page."""


@dataclass(frozen=True, slots=True)
class BoundFile:
    """A file that was opened, its heads found and bound.

    Attributes:
        lines: lines that stand in files of their own.
    """

    path: Path
    table: Table
    binding: Binding
    digest: str
    lines: LineFiles


class FileStream:
    """The files of one table ``[file.<name>]``.

    Args:
        name: of the stream.
        layout: the table.
        paths: files of the records.
        line_paths: files that hold the lines of the orders in ``paths``.
    """

    def __init__(
        self,
        name: str,
        layout: Layout,
        paths: Sequence[Path],
        line_paths: Sequence[Path] = (),
    ) -> None:
        self.name = name
        self.layout = layout
        self.paths = tuple(paths)
        self.line_paths = tuple(line_paths)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The one kind of the layout."""
        return (self.layout.kind,)

    def open(self) -> list[BoundFile]:
        """Open all files and bind them, so that a wrong one stops before the first.

        Raises:
            Fatal: a file that cannot be used, with the remedy.
        """
        lines = LineFiles(self.layout.of_lines(), self.line_paths)
        return [self._open(path, lines) for path in self.paths]

    def _open(self, path: Path, lines: LineFiles) -> BoundFile:
        table = open_table(path, self.layout)
        parts = (table.digest, self.layout.digest(), lines.digest)
        digest = "-".join(part for part in parts if part)
        binding = Binding(path, self.layout, table)
        return BoundFile(path, table, binding, digest, lines)

    def read(
        self, cursor: Json | None, *, full: bool, started: datetime
    ) -> Iterator[Page]:
        """Yield the records of files that were not read yet, or of all.

        Raises:
            Fatal: a file that cannot be used; nothing was yielded then.
        """
        files = self.open()
        state = cursor or {}
        going_on = bool(state.get("file")) and (bool(state.get("full")) or not full)
        everything = full or cursor is None or bool(going_on and state.get("full"))
        keep_done = not everything or going_on
        there = {file.digest for file in files}
        done = [d for d in state.get("done", []) if d in there] if keep_done else []
        if going_on:
            # the file at hand first, from its row on
            files.sort(key=lambda file: file.digest != state["file"])
        given = 0
        for file in files:
            if file.digest in done:
                continue
            row = int(state["row"]) if going_on and file.digest == state["file"] else 0
            before = given
            for page in _pages(file, row):
                mark = {"done": list(done), "file": file.digest, **page.cursor}
                given += len(page.items)
                expected = before + (page.expected or 0)
                yield Page(page.items, mark | {"full": everything}, expected)
            done.append(file.digest)
        yield Page((), {"done": done, "at": format_time(started)})

    def watermark(self, cursor: Json | None) -> datetime | None:  # noqa: ARG002
        """Return ``None``: a file shows what it holds, not what came after it."""
        return None


def _pages(file: BoundFile, after: int) -> Iterator[Page]:
    """Yield the records of one file below the row ``after``."""
    runs = find_runs(file.table, file.binding)
    gather = Gatherer(file.table, file.binding, runs.scattered)
    items: list[Item] = []
    for external_id, rows in gather.records(after):
        lines = file.lines.of(external_id)
        items.append(build(file.binding, external_id, rows, lines))
        if len(items) >= PAGE:
            yield Page(items, {"row": gather.safe_row}, runs.records)
            items = []
    if items:
        yield Page(items, {"row": gather.safe_row}, runs.records)
