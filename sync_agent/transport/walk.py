"""Paging over a live list without losing a row.

:func:`walk_after` is for lists that can be asked for "keys above this one": nothing
moves there. All else is for offset paging.

While the list is walked, rows vanish before the place reached and the rest moves up:
plain paging then skips rows. Here each page begins with the last row seen before. If
it does not, rows have moved up, and the walk steps back until a page begins with a row
already seen. The list is ordered by a key that never changes (the id).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sync_agent.errors import Fatal, Incomplete
from sync_agent.i18n import _

Row = TypeVar("Row")

_MOST_REPEATS = 10


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """A piece of the list as the platform gave it.

    Attributes:
        rows: at most ``limit`` rows from the offset on.
        total: length of the list at that moment; ``None`` if not told.
        last: the platform says that nothing follows.
    """

    rows: Sequence[Row]
    total: int | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Step(Generic[Row]):
    """New rows, and where a later walk goes on.

    Attributes:
        rows: rows not seen before, in order; never empty.
        after: key of the last of them.
        offset: offset of that row when it was seen.
        total: as told by the platform.
    """

    rows: Sequence[Row]
    after: Any
    offset: int
    total: int | None


Fetch = Callable[[int, int], Slice[Row]]
"""Returns the slice for (offset, limit) of a list in ascending order."""


def walk(
    fetch: Fetch[Row],
    key: Callable[[Row], Any],
    limit: int,
    *,
    after: Any = None,
    offset: int = 0,
) -> Iterator[Step[Row]]:
    """Yield every row that stays in the list during the walk exactly once.

    Args:
        fetch: returns the slice for (offset, limit) of the list in ascending order.
        key: comparable key of a row by which the platform orders; unique.
        limit: rows of a page, at least 2 (one of them is the overlap).
        after: key of the last row that an earlier walk saw; ``None`` from the start.
        offset: its offset then; only a hint.

    Raises:
        Fatal: the list is not in ascending order of the key.
        Incomplete: the platform gives the same page again and again.
    """
    if limit < 2:  # noqa: PLR2004
        raise ValueError("limit must be at least 2")
    seen_page: list[Any] = []
    repeats = 0
    while True:
        page = fetch(offset, limit)
        _check_order(page.rows, key)
        if after is not None and offset and not _begins_seen(page.rows, key, after):
            offset = max(0, offset - (limit - 1))
            continue
        fresh = [row for row in page.rows if after is None or key(row) > after]
        reached = offset + len(page.rows)
        if fresh:
            after = key(fresh[-1])
            yield Step(fresh, after, reached - 1, page.total)
        if _is_end(page, reached, limit, fresh):
            return
        keys = [key(row) for row in page.rows]
        repeats = repeats + 1 if keys == seen_page else 0
        if repeats >= _MOST_REPEATS:
            raise Incomplete(
                _("The platform gives the same page for different offsets."),
                _("Its paging is broken, so rows may be missing; ask the shop's host."),
            )
        seen_page = keys
        offset = reached - 1


def walk_after(
    fetch: Callable[[Any], Slice[Row]],
    key: Callable[[Row], Any],
    *,
    after: Any = None,
) -> Iterator[Step[Row]]:
    """Yield every row of a list that can be asked for keys above a given one.

    Args:
        fetch: returns the first rows whose key is above the given one, in ascending
            order; ``None``: from the start.
        key: comparable key of a row by which the platform orders; unique.
        after: key of the last row that an earlier walk saw.

    Raises:
        Fatal: the list is not in ascending order of the key.
        Incomplete: the platform does not keep to the key it was given.
    """
    while True:
        page = fetch(after)
        _check_order(page.rows, key)
        if not page.rows:
            return
        if after is not None and key(page.rows[0]) <= after:
            raise Incomplete(
                _("The platform gives rows again that were asked to be left out."),
                _("It ignores the filter by id, so rows may be missing; report this."),
            )
        after = key(page.rows[-1])
        yield Step(page.rows, after, 0, page.total)
        if page.last:
            return


def _begins_seen(rows: Sequence[Row], key: Callable[[Row], Any], after: Any) -> bool:
    return bool(rows) and bool(key(rows[0]) <= after)


def _is_end(page: Slice[Row], reached: int, limit: int, fresh: Sequence[Row]) -> bool:
    """Tell whether nothing can follow.

    Only the overlap came, or a page that is not full where the total agrees: a total
    alone may be wrong, and a server may give shorter pages than asked for.
    """
    if not fresh and len(page.rows) <= 1:
        return True
    short = len(page.rows) < limit
    return short and page.total is not None and reached >= page.total


def _check_order(rows: Sequence[Row], key: Callable[[Row], Any]) -> None:
    keys = [key(row) for row in rows]
    if any(a >= b for a, b in itertools.pairwise(keys)):
        raise Fatal(
            _("The platform gave a list that is not in the order asked for."),
            _("Rows might be lost; a plugin of the shop may change the order."),
        )
