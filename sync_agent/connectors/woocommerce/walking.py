"""Walks lists of WooCommerce by id, never by date.

Ordered by date of change, its pages lose rows whose stamps tie. ``modified_after`` is
strict, in whole seconds, and in the shop's own time unless ``dates_are_gmt`` says
otherwise; on lists that do not know it (customers, reviews) it is ignored without a
word, so there it is never sent.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync_agent.port import Item, Json, Page
from sync_agent.reading.cursor import Reading, parse_mark, watermark_of
from sync_agent.reading.unknown import UnknownWords
from sync_agent.records.envelope import Kind
from sync_agent.records.fields import format_time
from sync_agent.transport.walk import Slice, Step, walk

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


def whole_at(cursor: Json | None) -> datetime | None:
    """Return when a list without dates of change was last read whole."""
    mark = watermark_of(cursor)
    whole = parse_mark(((cursor or {}).get("kept") or {}).get("whole_at"))
    return min(mark, whole) if mark and whole else None


@dataclass(frozen=True, slots=True)
class Part:
    """One list of a reading.

    Attributes:
        path: of the API.
        params: filters; must be the same when the walk goes on later.
        items: turns rows into items.
        limit: rows at once; ``None``: a whole page.
        counts: whether a row of the list is a record of the reading.
    """

    path: str
    params: dict[str, str]
    items: Callable[[Sequence[Json]], list[Item]]
    limit: int | None = None
    counts: bool = True


class WooStream(ABC):
    """Walks the parts of a reading one after the other."""

    name = ""
    kinds: tuple[Kind, ...] = ()

    def __init__(self, client: WooClient, settings: WooCommerceSettings) -> None:
        self._client = client
        self._settings = settings

    def watermark(self, cursor: Json | None) -> datetime | None:
        """See :meth:`sync_agent.port.Stream.watermark`."""
        return watermark_of(cursor)

    def read(
        self, cursor: Json | None, *, full: bool, started: datetime
    ) -> Iterator[Page]:
        """See :meth:`sync_agent.port.Stream.read`."""
        reading = self._begin(Reading.begin(cursor, full=full, started=started))
        unknown = UnknownWords(self.name)
        while (part := self._part(reading)) is not None:
            for step in walk(
                self._fetch(part),
                row_id,
                part.limit or self._client.page_size,
                after=reading.after,
                offset=reading.offset,
            ):
                reading = reading.seen(self._client.served_at)
                reading, items = self._items(part, reading, step)
                unknown.count(items)
                reading = self._note(reading.at(step.after, step.offset))
                expected = step.total if part.counts else None
                yield Page(items, reading.cursor(), expected)
            reading = self._finished(reading.seen(self._client.served_at))
        unknown.tell()
        yield Page((), reading.rest())

    def _fetch(self, part: Part) -> Callable[[int, int], Slice[Json]]:
        def fetch(offset: int, limit: int) -> Slice[Json]:
            return self._client.slice(part.path, offset, limit, **part.params)

        return fetch

    def _begin(self, reading: Reading) -> Reading:
        """Return where the reading starts."""
        return reading

    def _items(
        self, part: Part, reading: Reading, step: Step[Json]
    ) -> tuple[Reading, list[Item]]:
        """Return the items of a page, and what is to be remembered of it."""
        return reading, part.items(step.rows)

    @abstractmethod
    def _part(self, reading: Reading) -> Part | None:
        """Return the list to walk now; ``None``: finished."""

    def _note(self, reading: Reading) -> Reading:
        """Return the reading after a page."""
        return reading

    def _finished(self, reading: Reading) -> Reading:
        """Return the reading after a part."""
        return reading.next_part()

    def _due(self, reading: Reading) -> bool:
        """Tell whether a long list without dates of change must be read whole."""
        last = parse_mark(reading.kept.get("whole_at"))
        hours = timedelta(hours=self._settings.whole_list_hours)
        return reading.since is None or last is None or reading.until - last >= hours


class WholeOrNew(WooStream):
    """A list without dates of change.

    Short lists are read whole each time; long ones at a cadence, and in between only
    rows with a higher id than any seen. Part 0 is the whole list, part 1 the new rows.
    Of short lists a digest of each page is kept: a page that did not change since it
    was stored is not sent again.
    """

    def _begin(self, reading: Reading) -> Reading:
        if reading.part or reading.after is not None or self._due(reading):
            return reading
        head = self._fetch(self._list())(0, 1)
        if head.total is None or head.total <= self._settings.whole_list_rows:
            return reading
        top = reading.kept.get("top")
        offset = int(reading.kept.get("offset") or 0)
        return reading.next_part().at(top, offset)

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when the whole list was read: changes since then may be unknown."""
        return whole_at(cursor)

    def _part(self, reading: Reading) -> Part | None:
        return self._list() if reading.part <= 1 else None

    @abstractmethod
    def _list(self) -> Part:
        """Return the list."""

    def _items(
        self, part: Part, reading: Reading, step: Step[Json]
    ) -> tuple[Reading, list[Item]]:
        is_short = (step.total or 0) <= self._settings.whole_list_rows
        if reading.part or not is_short:
            return reading, part.items(step.rows)
        known = reading.kept.get("pages") or {}
        place, digest = str(step.after), _digest(step.rows)
        if known.get(place) == digest and not reading.full:
            return reading, []
        return reading.keep(pages={**known, place: digest}), part.items(step.rows)

    def _note(self, reading: Reading) -> Reading:
        if reading.part > 1:
            return reading
        return reading.keep(top=reading.after, offset=reading.offset)

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == 0:
            reading = reading.keep(whole_at=format_time(reading.until))
            reading = reading.next_part()
        return reading.next_part()


def _digest(rows: Sequence[Json]) -> str:
    text = json.dumps(rows, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
