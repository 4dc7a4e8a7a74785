"""What of a shop is read with cursors of its own: filters, looks, cadences.

An order's date does not move with payment, fulfilment and refund, so orders that are
recent or open are looked at each time (ids and dates only), and what moved is fetched
whole. What moves later, such as a refund of an old delivered order, is left to the
reconcile. ``updatedAt: {after}`` is strict on a column that some databases cut to
whole seconds; the overlap covers both.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sync_agent.port import Json, Page
from sync_agent.reading.cursor import OVERLAP, Reading, parse_mark, watermark_of
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
                reading = reading.at(step.after, step.offset)
                yield Page(
                    items, reading.cursor(), step.total if reading.full else None
                )
            reading = self._finished(reading.seen(self._client.served_at))
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


class Orders(VendureStream):
    """Placed orders with payments, refunds and fulfilments."""

    name = "orders"
    kinds: tuple[Kind, ...] = ("order", "shipment")

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        return Part(
            queries.ORDERS_LOOK,
            "orders",
            gather.orders,
            order_version,
            reading.since,
            {**PLACED, **self._may_have_changed(reading)},
        )

    def _may_have_changed(self, reading: Reading) -> Filter:
        since = reading.since
        if since is None:
            return {}
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


class Customers(VendureStream):
    """Customers and guests.

    Addresses and groups do not always move the customer's date: short lists are looked
    through whole each time, long ones at a cadence.
    """

    name = "customers"
    kinds: tuple[Kind, ...] = ("customer",)

    def _begin(self, reading: Reading) -> Reading:
        if reading.part or reading.after is not None or self._due(reading):
            return reading
        head = self._client.slice(queries.CUSTOMERS_LOOK, "customers", 0, 1)
        if head.total is None or head.total <= self._settings.whole_list_rows:
            return reading
        return reading.next_part()

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when the whole list was looked through."""
        mark = watermark_of(cursor)
        whole = parse_mark(((cursor or {}).get("kept") or {}).get("whole_at"))
        return min(mark, whole) if mark and whole else None

    def _due(self, reading: Reading) -> bool:
        last = parse_mark(reading.kept.get("whole_at"))
        hours = timedelta(hours=self._settings.whole_list_hours)
        return reading.since is None or last is None or reading.until - last >= hours

    def _part(self, reading: Reading) -> Part | None:
        if reading.part > 1:
            return None
        oldest, filters = reading.since, {}
        if reading.part == 0:
            last = parse_mark(reading.kept.get("whole_at"))
            oldest = last - OVERLAP if last and oldest else None
        elif oldest is not None:
            filters = {"updatedAt": _after(oldest)}
        return Part(
            queries.CUSTOMERS_LOOK,
            "customers",
            gather.customers,
            customer_version,
            oldest,
            filters,
        )

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == 0:
            reading = reading.keep(whole_at=format_time(reading.until)).next_part()
        return reading.next_part()


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
