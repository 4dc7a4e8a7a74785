"""Walks lists of WooCommerce by id, never by date.

Ordered by date of change, its pages lose rows whose stamps tie. ``modified_after`` is
strict, in whole seconds, and in the shop's own time unless ``dates_are_gmt`` says
otherwise; on lists that do not know it (customers, reviews) it is ignored without a
word, so there it is never sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sync_agent.port import Item, Json
from sync_agent.reading.parts import Part, PartStream, by_offset
from sync_agent.transport.walk import Slice

from .client import WooClient
from .gather import row_id
from .settings import WooCommerceSettings

_SECOND = timedelta(seconds=1)


def changed_after(since: datetime | None) -> dict[str, str]:
    """Return the filter for rows changed from ``since`` on, which is whole seconds."""
    return dated_after("modified_after", since)


def dated_after(name: str, since: datetime | None) -> dict[str, str]:
    """Return a filter by date, ``after`` or ``modified_after``."""
    if since is None:
        return {}
    strict = since.replace(microsecond=0, tzinfo=None) - _SECOND
    # the flag or a "Z", not both: together they shift the time twice
    return {name: strict.isoformat(), "dates_are_gmt": "true"}


class WooStream(PartStream[WooClient, WooCommerceSettings]):
    """What all streams of a shop share."""

    def _listed(
        self,
        path: str,
        params: Mapping[str, str],
        items: Callable[[Sequence[Json]], list[Item]],
        limit: int | None = None,
        *,
        counts: bool = True,
    ) -> Part:
        """Return the part of a list.

        Args:
            path: of the API.
            params: filters; must be the same when the walk goes on later.
            items: turns rows into items.
            limit: rows at once; ``None``: a whole page.
            counts: whether a row of the list is a record of the reading.
        """

        def fetch(offset: int, size: int) -> Slice[Json]:
            return self._client.slice(path, offset, size, **params)

        steps = by_offset(fetch, row_id, limit or self._client.page_size)
        return Part(steps, items, counts)
