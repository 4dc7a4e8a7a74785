"""Lists whose dates do not tell all: read whole, short ones each time.

Long ones are read whole at a cadence only; ``kept["whole_at"]`` of the cursor says when
that was last done, and then is the watermark: later changes may be unknown.
"""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sync_agent.port import Item, Json
from sync_agent.reading.cursor import Reading, parse_mark, watermark_of
from sync_agent.reading.parts import AnyClient, Part, PartStream
from sync_agent.records.fields import format_time
from sync_agent.transport.walk import Step


class Cadence(Protocol):
    """Settings of a source with such lists.

    Attributes:
        whole_list_rows: lists up to this length are read whole each time.
        whole_list_hours: cadence of longer ones.
    """

    @property
    def whole_list_rows(self) -> int:
        """See above."""
        ...

    @property
    def whole_list_hours(self) -> float:
        """See above."""
        ...


AnyCadence = TypeVar("AnyCadence", bound=Cadence)


def last_whole(reading: Reading) -> datetime | None:
    """Return when the list was last read whole."""
    return parse_mark(reading.kept.get("whole_at"))


def whole_at(cursor: Json | None) -> datetime | None:
    """Return the watermark of a list that is read whole at a cadence."""
    mark = watermark_of(cursor)
    whole = parse_mark(((cursor or {}).get("kept") or {}).get("whole_at"))
    return min(mark, whole) if mark and whole else None


def is_due(reading: Reading, settings: Cadence) -> bool:
    """Tell whether a long list must be read whole now."""
    last = last_whole(reading)
    hours = timedelta(hours=settings.whole_list_hours)
    return reading.since is None or last is None or reading.until - last >= hours


def is_short(total: int | None, settings: Cadence) -> bool:
    """Tell whether a list is read whole each time; one of unknown length is."""
    return total is None or total <= settings.whole_list_rows


def read_whole(reading: Reading) -> Reading:
    """Return the reading with the fact that the list was now read whole."""
    return reading.keep(whole_at=format_time(reading.until))


class WholeOrNew(PartStream[AnyClient, AnyCadence]):
    """A list without dates of change.

    Short lists are read whole each time; long ones at a cadence, and in between only
    rows with a higher key than any seen. Part 0 is the whole list, part 1 the new rows.
    Of short lists a digest of each page is kept: a page that did not change since it
    was stored is not sent again.
    """

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when the whole list was read: changes since then may be unknown."""
        return whole_at(cursor)

    @abstractmethod
    def _list(self) -> Part:
        """Return the list, ordered by a key that rises with new rows."""

    @abstractmethod
    def _length(self) -> int | None:
        """Ask for the length of the list; ``None`` if the platform does not tell."""

    def _begin(self, reading: Reading) -> Reading:
        if reading.part or reading.after is not None:
            return reading
        if is_due(reading, self._settings) or is_short(self._length(), self._settings):
            return reading
        top = reading.kept.get("top")
        offset = int(reading.kept.get("offset") or 0)
        return reading.next_part().at(top, offset)

    def _part(self, reading: Reading) -> Part | None:
        return self._list() if reading.part <= 1 else None

    def _items(
        self, part: Part, reading: Reading, step: Step[Json]
    ) -> tuple[Reading, Sequence[Item]]:
        if reading.part or (step.total or 0) > self._settings.whole_list_rows:
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
            reading = read_whole(reading).next_part()
        return reading.next_part()


def _digest(rows: Sequence[Json]) -> str:
    text = json.dumps(rows, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
