"""The cursor of a reading that walks one list or several, one after the other.

Resting form: ``{"mark": time}``. While a reading is under way it also holds ``"run"``:
where the walk stands, so that another process can go on from there. ``"kept"`` holds
small facts that a stream remembers between readings (its cadences).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sync_agent.port import Json
from sync_agent.records.fields import format_time

OVERLAP = timedelta(minutes=5)
"""Read again before the mark: rows that were committed late with an older time."""
FUTURE = timedelta(minutes=5)
"""A mark further ahead of the clock than this is not believed."""


def parse_mark(value: Any) -> datetime | None:
    """Return the time in a cursor, aware UTC; ``None`` if there is none to believe."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def watermark_of(cursor: Json | None) -> datetime | None:
    """Return up to when a stream is known to be read, from its cursor."""
    return parse_mark((cursor or {}).get("mark"))


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a reading stands.

    Attributes:
        mark: end of the last finished reading; ``None``: everything is read.
        until: what the mark becomes when this reading is finished.
        full: this reading was asked to read everything.
        part: number of the list being walked, from 0.
        after: key of the last row given of that list.
        offset: its offset then.
        kept: what the stream remembers; JSON.
    """

    mark: datetime | None
    until: datetime
    full: bool
    part: int = 0
    after: Any = None
    offset: int = 0
    kept: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def begin(cls, cursor: Json | None, *, full: bool, started: datetime) -> Reading:
        """Go on with an unfinished reading, or begin one.

        A mark that cannot be read, or lies in the future, is worth nothing: then
        everything is read, because nobody knows what was read before.
        """
        cursor = cursor or {}
        run = cursor.get("run")
        kept = cursor.get("kept") or {}
        mark = parse_mark(cursor.get("mark"))
        if mark is not None and mark > started + FUTURE:
            mark = None
        if isinstance(run, dict) and (bool(run.get("full")) or not full):
            until = parse_mark(run.get("until")) or started
            return cls(
                mark=None if run.get("full") else mark,
                until=min(until, started),
                full=bool(run.get("full")),
                part=int(run.get("part") or 0),
                after=run.get("after"),
                offset=int(run.get("offset") or 0),
                kept=kept,
            )
        if full:
            mark = None
        return cls(mark=mark, until=started, full=mark is None, kept=kept)

    @property
    def since(self) -> datetime | None:
        """What changed from here on is asked for; ``None``: everything."""
        return None if self.mark is None else self.mark - OVERLAP

    def seen(self, served_at: datetime | None) -> Reading:
        """Return the reading with a mark that does not pass the platform's clock."""
        if served_at is None or served_at >= self.until:
            return self
        return replace(self, until=served_at)

    def at(self, after: Any, offset: int) -> Reading:
        """Return the reading after a page."""
        return replace(self, after=after, offset=offset)

    def next_part(self) -> Reading:
        """Return the reading at the start of the next list."""
        return replace(self, part=self.part + 1, after=None, offset=0)

    def keep(self, **facts: Any) -> Reading:
        """Return the reading with facts for the readings to come."""
        return replace(self, kept={**self.kept, **facts})

    def cursor(self) -> Json:
        """Return the cursor of a page in the middle."""
        run = {"until": format_time(self.until), "full": self.full, "part": self.part}
        if self.after is not None:
            run |= {"after": self.after, "offset": self.offset}
        return {**self._base(self.mark), "run": run}

    def rest(self) -> Json:
        """Return the cursor of the last page."""
        return self._base(self.until)

    def _base(self, mark: datetime | None) -> Json:
        base: Json = {"mark": None if mark is None else format_time(mark)}
        if self.kept:
            base["kept"] = dict(self.kept)
        return base
