"""What of a shop is read with cursors of its own: filters, looks, cadences.

An order's date does not move with payment, fulfilment and refund, nor a customer's with
each address and group. So lists are *looked through* (ids and dates only), and what
moved is fetched whole: short lists all of them each time; of long ones what is recent
or open, and the whole at a cadence. ``updatedAt: {after}`` is strict on a column that
some databases cut to whole seconds; the overlap covers both.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sync_agent.port import Item, Json
from sync_agent.reading.cursor import OVERLAP, Reading
from sync_agent.reading.parts import Part, PartStream, by_offset
from sync_agent.reading.whole import (
    is_due,
    is_short,
    last_whole,
    read_whole,
    whole_at,
)
from sync_agent.records.envelope import Kind
from sync_agent.records.fields import format_time, version_of
from sync_agent.transport.walk import Slice

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
class Look:
    """A list that is looked through.

    Attributes:
        query: gives rows with their ids.
        root: name of the list in the answer.
        fetch: gives the items of changed rows by id.
        version: of a row.
    """

    query: str
    root: str
    fetch: gather.Fetch
    version: Callable[[Json], str]


class VendureStream(PartStream[VendureClient, VendureSettings]):
    """What all streams of a shop share: lists are looked through."""

    def _looked_through(
        self, reading: Reading, look: Look, filters: Filter, oldest: datetime | None
    ) -> Part:
        """Return the part of a look.

        Args:
            reading: of it.
            look: the list.
            filters: when a walk is gone on with, nearly the same.
            oldest: rows of an older version are known and left alone; ``None``: none.
        """
        least = version_of(oldest and oldest.replace(microsecond=0))

        def rows(offset: int, limit: int) -> Slice[Json]:
            return self._client.slice(look.query, look.root, offset, limit, filters)

        def items(rows: Sequence[Json]) -> list[Item]:
            ids = [str(row["id"]) for row in rows if look.version(row) >= least]
            return list(look.fetch(self._client, ids)) if ids else []

        steps = by_offset(rows, gather.row_key, self._client.page_size)
        return Part(steps, items, counts=reading.full)


def _after(at: datetime) -> Filter:
    # strict, and the column may be cut to whole seconds
    return {"after": format_time(at.replace(microsecond=0) - _SECOND)}


class LookedThrough(VendureStream):
    """A list whose dates do not tell all: part 0 is all of it, part 1 a choice."""

    root = ""
    look = ""

    def _begin(self, reading: Reading) -> Reading:
        if reading.part or reading.after is not None:
            return reading
        if is_due(reading, self._settings):
            return reading
        head = self._client.slice(self.look, self.root, 0, 1, self._listed())
        return reading if is_short(head.total, self._settings) else reading.next_part()

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == 0:
            reading = read_whole(reading).next_part()
        return reading.next_part()

    def _part(self, reading: Reading) -> Part | None:
        if reading.part > 1:
            return None
        oldest, filters = reading.since, self._listed()
        if reading.part == 0:
            last = last_whole(reading)
            oldest = last - OVERLAP if last and oldest else None
        elif oldest is not None:
            filters = {**filters, **self._likely(oldest)}
        look = Look(self.look, self.root, self._fetch, self._version)
        return self._looked_through(reading, look, filters, oldest)

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
        return whole_at(cursor)

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
            return self._looked_through(reading, _VARIANTS, filters, since)
        if reading.part == 1 and since is not None:
            return self._looked_through(reading, _PRODUCTS, filters, since)
        return None


_VARIANTS = Look(
    queries.VARIANTS_LOOK, "productVariants", gather.variants, variant_version
)
_PRODUCTS = Look(queries.PRODUCTS_LOOK, "products", gather.variants_of, variant_version)
