"""Look through what may not be what it should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sync_agent.port import Json


def objects(row: Json, key: str) -> Iterator[Json]:
    """Yield the objects of a list inside; none when it is no list.

    For what must not fail before a record is read, which then says what is wrong.
    """
    found: Any = row.get(key)
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict):
            yield each
