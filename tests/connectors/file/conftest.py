"""Short ways to write a file and a mapping and to read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync_agent.connectors.file import open_files
from sync_agent.port import Item
from sync_agent.records import BadRecord, Envelope

STARTED = datetime(2026, 11, 21, 12, tzinfo=UTC)

CUSTOMERS = """
[file.customers]
kind = "customer"
id = "id"
columns = { name = "name", email = "mail" }
"""

Reading = Callable[..., list[Item]]


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    """Read a file's content with a mapping; all records of all streams."""

    def read(
        content: str | bytes | Path,
        mapping: str = CUSTOMERS,
        *,
        extra: str = "",
        name: str = "export.csv",
        cursor: dict[str, Any] | None = None,
    ) -> list[Item]:
        path = content if isinstance(content, Path) else tmp_path / name
        if not isinstance(content, Path):
            data = content if isinstance(content, bytes) else content.encode()
            path.write_bytes(data)
        layout = tmp_path / "mapping.toml"
        layout.write_text(mapping + extra, encoding="utf-8")
        return [
            item
            for stream in open_files([path], layout).streams()
            for page in stream.read(cursor, full=False, started=STARTED)
            for item in page.items
        ]

    return read


@pytest.fixture
def good(read: Reading) -> Callable[..., list[dict[str, Any]]]:
    """Like ``read``, but give the JSON form, and fail on any bad record."""

    def good(*args: Any, **options: Any) -> list[dict[str, Any]]:
        items = read(*args, **options)
        assert [item for item in items if isinstance(item, BadRecord)] == []
        return [item.to_wire() for item in items]

    return good


@pytest.fixture
def split() -> Callable[[Sequence[Item]], tuple[list[Envelope], list[BadRecord]]]:
    """Part the readable records from the others."""

    def split(items: Sequence[Item]) -> tuple[list[Envelope], list[BadRecord]]:
        bad = [item for item in items if isinstance(item, BadRecord)]
        return [item for item in items if isinstance(item, Envelope)], bad

    return split
