"""A reading that walks its lists one after the other: the loop of most streams.

A connector's stream says which lists there are (:class:`Part`), everything else is done
here: going on after a kill, the watermark, unknown words, the resting cursor.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from sync_agent.port import Item, Json, Page
from sync_agent.reading.cursor import Reading, watermark_of
from sync_agent.reading.unknown import UnknownWords
from sync_agent.records.envelope import Kind
from sync_agent.transport.walk import Fetch, Slice, Step, walk, walk_after


class Client(Protocol):
    """What a stream must know of its client.

    Attributes:
        served_at: the platform's clock in its last answer, if it told.
    """

    served_at: datetime | None


AnyClient = TypeVar("AnyClient", bound=Client)
AnySettings = TypeVar("AnySettings")
Steps = Callable[[Reading], Iterator[Step[Json]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One list of a reading.

    Attributes:
        steps: walks the list from where a reading stands; :func:`by_offset`
            or :func:`by_key` makes it.
        items: turns rows into items.
        counts: whether a row of the list is a record of the reading.
    """

    steps: Steps
    items: Callable[[Sequence[Json]], Sequence[Item]]
    counts: bool = True


def by_offset(fetch: Fetch[Json], key: Callable[[Json], object], limit: int) -> Steps:
    """Return the steps of a list with offset paging, see :func:`walk`."""
    return lambda reading: walk(
        fetch, key, limit, after=reading.after, offset=reading.offset
    )


def by_key(fetch: Callable[[Any], Slice[Json]], key: Callable[[Json], object]) -> Steps:
    """Return the steps of a list asked for keys above one, see :func:`walk_after`."""
    return lambda reading: walk_after(fetch, key, after=reading.after)


class PartStream(ABC, Generic[AnyClient, AnySettings]):
    """Walks the parts of a reading one after the other."""

    name = ""
    kinds: tuple[Kind, ...] = ()

    def __init__(self, client: AnyClient, settings: AnySettings) -> None:
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
            for step in part.steps(reading):
                reading = reading.seen(self._client.served_at)
                reading, items = self._items(part, reading, step)
                unknown.count(items)
                reading = self._note(reading.at(step.after, step.offset))
                yield Page(items, reading.cursor(), step.total if part.counts else None)
            reading = self._finished(reading.seen(self._client.served_at))
        unknown.tell()
        yield Page((), reading.rest())

    @abstractmethod
    def _part(self, reading: Reading) -> Part | None:
        """Return the list number ``reading.part``; ``None``: finished.

        When a reading is gone on with, it must give the same list again.
        """

    def _begin(self, reading: Reading) -> Reading:
        """Return where the reading starts."""
        return reading

    def _items(
        self, part: Part, reading: Reading, step: Step[Json]
    ) -> tuple[Reading, Sequence[Item]]:
        """Return the items of a page, and what is to be remembered of it."""
        return reading, part.items(step.rows)

    def _note(self, reading: Reading) -> Reading:
        """Return the reading after a page."""
        return reading

    def _finished(self, reading: Reading) -> Reading:
        """Return the reading after a part."""
        return reading.next_part()
