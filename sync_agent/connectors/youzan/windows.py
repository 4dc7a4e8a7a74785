"""Lists that can only be asked for a span of time, page by page.

Rows change places while such a list is read: one that changes leaves its span, and what
stands behind moves up. So a span is cut until it holds few pages, and these are read
from the last to the first: what moves up is met again, nothing is skipped. In the end
as many rows must have been seen as Youzan tells. Neighbouring spans share a second, as
no one says whether their ends belong to them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from sync_agent.errors import Incomplete
from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.transport.walk import Step

FEW_PAGES = 10
_TRIES = 30
_FILL = 0.7
_GROW = 4

log = structlog.get_logger(__name__)

Fetch = Callable[[int, int, int], tuple[list[Json], int]]
"""Returns rows and length for (begin, end, page): seconds since 1970, pages from 1."""


@dataclass(frozen=True, slots=True)
class Spans:
    """A list that is asked for spans of time.

    Attributes:
        fetch: asks for a page.
        key: of a row, unique.
        stamp: the time of a row by which it is asked for; ``None`` if not told.
        page_size: rows of a page.
        most_pages: pages that Youzan gives of one span.
        widest_s: longest span; 0: any.
    """

    fetch: Fetch
    key: Callable[[Json], str]
    stamp: Callable[[Json], datetime | None]
    page_size: int
    most_pages: int
    widest_s: int = 0

    def walk(self, begin: int, end: int, after: Any = None) -> Iterator[Step[Json]]:
        """Yield the rows of a time, span by span, each once.

        Args:
            begin: seconds since 1970.
            end: likewise.
            after: of the last step of an earlier walk over the same time.

        Raises:
            Incomplete: more rows share a second than Youzan gives, or rows are held
                back.
        """
        at, seen = begin, set[str]()
        if isinstance(after, dict):
            at, seen = int(after["at"]), set(after["seen"])
        width = self._limited(end - at)
        few = FEW_PAGES * self.page_size
        while at < end:
            until = min(at + width, end)
            found, total = self._span(at, until)
            if found is None:
                width = max(1, min(width // 2, int((until - at) * _FILL * few / total)))
                continue
            fresh = [row for row in found if self.key(row) not in seen]
            # the next span begins with this second
            seen = {self.key(row) for row in found if self._is_late(row, until)}
            at = until
            if fresh:
                yield Step(fresh, {"at": at, "seen": sorted(seen)}, 0, None)
            fits = int(width * _FILL * few / total) if total else width * _GROW
            width = self._limited(max(1, min(fits, width * _GROW)))

    def _limited(self, width: int) -> int:
        return min(width, self.widest_s) if self.widest_s else width

    def _is_late(self, row: Json, until: int) -> bool:
        at = self.stamp(row)
        return at is None or at.timestamp() >= until

    def _span(self, begin: int, end: int) -> tuple[list[Json] | None, int]:
        """Return the rows of a span and their number; no rows if it is to be cut."""
        rows, total = self.fetch(begin, end, 1)
        if total > FEW_PAGES * self.page_size and end - begin > 1:
            return None, total
        if len(rows) < self.page_size and len(rows) >= total:
            return self._in_order(rows), len(rows)
        found: dict[str, Json] = {}
        before: set[str] | None = None
        for _attempt in range(_TRIES):
            rows, total = self._backwards(begin, end, total)
            once = {self.key(row): row for row in rows}
            found |= once
            if len(found) >= total:
                return self._in_order([*found.values()]), len(found)
            # rows that come twice have taken the place of others
            whole = set(once) if len(once) == len(rows) else None
            if whole is not None and whole == before:
                log.warning("total_is_off", told=total, seen=len(found))
                return self._in_order([*found.values()]), len(found)
            before = whole
        raise Incomplete(
            _("Youzan's list changes faster than it can be read."),
            _("It is read again at the next run."),
        )

    def _backwards(self, begin: int, end: int, total: int) -> tuple[list[Json], int]:
        """Return the rows of all pages, from the last to the first, and their number.

        Rows that share a second may stand in another order each time.
        """
        last = max(1, math.ceil(total / self.page_size))
        found: list[Json] = []
        page = last
        while page >= 1:
            self._check_page(page)
            rows, total = self.fetch(begin, end, page)
            found += rows
            is_full = len(rows) == self.page_size
            if page == last < self.most_pages and is_full:
                # a full page may not be the last one, whatever the length says
                more, total = self.fetch(begin, end, page + 1)
                if more:
                    found = found[: -len(rows)]
                    last = page = page + 1
                    continue
            page -= 1
        return found, total

    def _check_page(self, page: int) -> None:
        if page > self.most_pages:
            raise Incomplete(
                _("More rows share one second than Youzan gives."),
                _("Ask Youzan how to read them; nothing after them is lost."),
            )

    def _in_order(self, rows: list[Json]) -> list[Json]:
        never = datetime.max.replace(tzinfo=UTC)
        return sorted(rows, key=lambda row: (self.stamp(row) or never, self.key(row)))
