"""What of a shop is read with cursors of its own: filters, looks, cadences.

An order's date does not move with payment, fulfilment and refund, nor a customer's with
each address and group. So lists are *looked through* (ids and dates only), and what
moved is fetched whole: short lists all of them each time; of long ones what is recent
or open, and the whole at a cadence. ``updatedAt: {after}`` is strict on a column that
some databases cut to whole seconds; the overlap covers both.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sync_agent.port import Item, Json, Page
from sync_agent.reading.cursor import OVERLAP, Reading, parse_mark, watermark_of
from sync_agent.reading.unknown import UnknownWords
from sync_agent.records.envelope import Kind
from sync_agent.records.fields import format_time, version_of
from sync_agent.transport.walk import Slice, walk

from . import gather, queries
from .client import VendureClient
from .goods import variant_version
from .orders import order_version
from .people import customer_version
from .settings import VendureSettings
from .states import CLOSED

Filter = dict[str, Any]
_SECOND = timedelta(seconds=1)
PLACED: Filter = {"orderPlacedAt": {"isNull": False}}


@dataclass(frozen=True, slots=True)
class Part:
    """One list of a reading.

    Attributes:
        query: gives rows with their ids.
        root: name of the list in the answer.
        fetch: gives the items of changed rows by id.
        version: of a row.
        oldest: rows of an older version are known and left alone; ``None``: none are.
        filters: what is asked for; when a walk is gone on with, nearly the same.
    """

    query: str
    root: str
    fetch: gather.Fetch
    version: Callable[[Json], str]
    oldest: datetime | None = None
    filters: Filter = field(default_factory=dict)


class VendureStream(ABC):
    """Walks the parts of a reading one after the other."""

    name = ""
    kinds: tuple[Kind, ...] = ()

    def __init__(self, client: VendureClient, settings: VendureSettings) -> None:
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
                self._slices(part),
                gather.row_key,
                self._client.page_size,
                after=reading.after,
                offset=reading.offset,
            ):
                reading = reading.seen(self._client.served_at)
                ids = _changed(part, step.rows)
                items = list(part.fetch(self._client, ids)) if ids else []
                unknown.count(items)
                reading = reading.at(step.after, step.offset)
                yield Page(
                    items, reading.cursor(), step.total if reading.full else None
                )
            reading = self._finished(reading.seen(self._client.served_at))
        unknown.tell()
        yield Page((), reading.rest())

    def _slices(self, part: Part) -> Callable[[int, int], Slice[Json]]:
        def fetch(offset: int, limit: int) -> Slice[Json]:
            return self._client.slice(
                part.query, part.root, offset, limit, part.filters
            )

        return fetch

    def _begin(self, reading: Reading) -> Reading:
        """Return where the reading starts."""
        return reading

    @abstractmethod
    def _part(self, reading: Reading) -> Part | None:
        """Return the list to walk now; ``None``: finished."""

    def _finished(self, reading: Reading) -> Reading:
        """Return the reading after a part."""
        return reading.next_part()


def _changed(part: Part, rows: Sequence[Json]) -> list[str]:
    oldest = version_of(part.oldest and part.oldest.replace(microsecond=0))
    return [str(row["id"]) for row in rows if part.version(row) >= oldest]


def _after(at: datetime) -> Filter:
    # strict, and the column may be cut to whole seconds
    return {"after": format_time(at.replace(microsecond=0) - _SECOND)}


class LookedThrough(VendureStream):
    """A list whose dates do not tell all: part 0 is all of it, part 1 a choice."""

    root = ""
    look = ""

    def _begin(self, reading: Reading) -> Reading:
        if reading.part or reading.after is not None or self._due(reading):
            return reading
        head = self._client.slice(self.look, self.root, 0, 1, self._listed())
        if head.total is None or head.total <= self._settings.whole_list_rows:
            return reading
        return reading.next_part()

    def _due(self, reading: Reading) -> bool:
        last = parse_mark(reading.kept.get("whole_at"))
        hours = timedelta(hours=self._settings.whole_list_hours)
        return reading.since is None or last is None or reading.until - last >= hours

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == 0:
            reading = reading.keep(whole_at=format_time(reading.until)).next_part()
        return reading.next_part()

    def _part(self, reading: Reading) -> Part | None:
        if reading.part > 1:
            return None
        oldest, filters = reading.since, self._listed()
        if reading.part == 0:
            last = parse_mark(reading.kept.get("whole_at"))
            oldest = last - OVERLAP if last and oldest else None
        elif oldest is not None:
            filters = {**filters, **self._likely(oldest)}
        return Part(self.look, self.root, self._fetch, self._version, oldest, filters)

    def _listed(self) -> Filter:
        """Return the filter for all of the list."""
        return {}

    @abstractmethod
    def _likely(self, since: datetime) -> Filter:
        """Return the filter for rows that may well have changed."""

    @abstractmethod
    def _version(self, row: Json) -> str:
        """Return the version of a row of the look."""

    @abstractmethod
    def _fetch(self, client: VendureClient, ids: Sequence[str]) -> Iterator[Item]:
        """Yield whole records."""


class Orders(LookedThrough):
    """Placed orders with payments, refunds and fulfilments.

    The watermark is that of what is likely to change; in a shop with many orders a
    refund of an old delivered one waits for the next look at the whole list.
    """

    name = "orders"
    kinds: tuple[Kind, ...] = ("order", "shipment")
    root = "orders"
    look = queries.ORDERS_LOOK

    def _listed(self) -> Filter:
        return PLACED

    def _likely(self, since: datetime) -> Filter:
        recent = since - timedelta(days=self._settings.recent_days)
        still_open = since - timedelta(days=self._settings.open_days)
        return {
            "_or": [
                {"updatedAt": _after(since)},
                {"orderPlacedAt": _after(recent)},
                {
                    "_and": [
                        {"orderPlacedAt": _after(still_open)},
                        {"state": {"notIn": list(CLOSED)}},
                    ]
                },
            ]
        }

    def _version(self, row: Json) -> str:
        return order_version(row)

    def _fetch(self, client: VendureClient, ids: Sequence[str]) -> Iterator[Item]:
        return gather.orders(client, ids)


class Customers(LookedThrough):
    """Customers and guests."""

    name = "customers"
    kinds: tuple[Kind, ...] = ("customer",)
    root = "customers"
    look = queries.CUSTOMERS_LOOK

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when the whole list was looked through."""
        mark = watermark_of(cursor)
        whole = parse_mark(((cursor or {}).get("kept") or {}).get("whole_at"))
        return min(mark, whole) if mark and whole else None

    def _likely(self, since: datetime) -> Filter:
        return {"updatedAt": _after(since)}

    def _version(self, row: Json) -> str:
        return customer_version(row)

    def _fetch(self, client: VendureClient, ids: Sequence[str]) -> Iterator[Item]:
        return gather.customers(client, ids)


class Products(VendureStream):
    """Variants; part 1: those of products whose name or state changed."""

    name = "products"
    kinds: tuple[Kind, ...] = ("product",)

    def _part(self, reading: Reading) -> Part | None:
        since = reading.since
        filters: Filter = {} if since is None else {"updatedAt": _after(since)}
        if reading.part == 0:
            return Part(
                queries.VARIANTS_LOOK,
                "productVariants",
                gather.variants,
                variant_version,
                since,
                filters,
            )
        if reading.part == 1 and since is not None:
            return Part(
                queries.PRODUCTS_LOOK,
                "products",
                gather.variants_of,
                variant_version,
                since,
                filters,
            )
        return None
