"""Combines pages of a stream into batches that the door likes: few and large."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sync_agent.errors import AgentError
from sync_agent.port import Clock, Json, Page


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a batch may get, and how long it may wait for more pages.

    Attributes:
        records: at most 5,000, the limit of the door.
        size_bytes: of the JSON; one record alone may be larger.
        age_s: a batch that waited so long is sent, so that little work can be lost.
    """

    records: int = 1000
    size_bytes: int = 8_000_000
    age_s: float = 20.0


@dataclass(slots=True)
class Parcel:
    """Records to push, and the cursor to keep with them.

    Attributes:
        records: wire form; each (kind, external id) once, the newest version.
        cursor: ``None`` when more of the same page follows: the cursor stays.
        expected: records of the whole reading, if the platform told.
    """

    records: list[Json] = field(default_factory=list)
    cursor: Json | None = None
    expected: int | None = None


def combine(pages: Iterable[Page], limits: Limits, clock: Clock) -> Iterator[Parcel]:
    """Yield batches within the limits; a page is only split if it alone is too large.

    What was read before an error is yielded before the error goes on, so that a shop
    that fails in the middle does not keep the agent on the spot for ever.

    Args:
        pages: of a stream; each with the cursor to keep once it is stored.
        limits: records, bytes, age.
        clock: tells the age.

    Raises:
        AgentError: what reading raised.
    """
    combiner = _Combiner(limits, clock)
    iterator = iter(pages)
    failure: AgentError | None = None
    while True:
        try:
            page = next(iterator)
        except StopIteration:
            break
        except AgentError as error:
            failure = error
            break
        yield from combiner.add(page)
    if combiner.parcel is not None:
        yield _newest_only(combiner.parcel)
    if failure is not None:
        raise failure


class _Combiner:
    """The batch that is being filled."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._size = 0
        self._since = 0.0
        self.parcel: Parcel | None = None

    def add(self, page: Page) -> Iterator[Parcel]:
        """Take a page; yield the batches that are full."""
        records = [item.to_wire() for item in page.items]
        weights = [_weight(record) for record in records]
        if self.parcel is not None and not self._fits(len(records), sum(weights)):
            yield _newest_only(self.parcel)
            self.parcel = None
        if self.parcel is None:
            self.parcel, self._size = Parcel(), 0
            self._since = self._clock.monotonic()
        for record, weight in zip(records, weights, strict=True):
            if self.parcel.records and not self._fits(1, weight):
                yield _newest_only(Parcel(self.parcel.records, None, page.expected))
                self.parcel, self._size = Parcel(), 0
            self.parcel.records.append(record)
            self._size += weight
        self.parcel.cursor, self.parcel.expected = page.cursor, page.expected
        if self._clock.monotonic() - self._since >= self._limits.age_s:
            yield _newest_only(self.parcel)
            self.parcel = None

    def _fits(self, records: int, size: int) -> bool:
        held = len(self.parcel.records) if self.parcel else 0
        return (
            held + records <= self._limits.records
            and self._size + size <= self._limits.size_bytes
        )


def _weight(record: Json) -> int:
    return len(
        json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(
            errors="replace"
        )
    )


def _newest_only(parcel: Parcel) -> Parcel:
    """Leave each record once: the one of the highest version, else the last."""
    newest: dict[tuple[str, str], Json] = {}
    for record in parcel.records:
        key = (record["kind"], record["external_id"])
        before = newest.get(key)
        if before is None or record["version"] >= before["version"]:
            newest[key] = record
    if len(newest) != len(parcel.records):
        parcel.records = list(newest.values())
    return parcel
