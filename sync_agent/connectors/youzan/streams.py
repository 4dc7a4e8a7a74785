"""What of a shop is read with cursors of its own.

The first reading walks orders by when they were made, later ones by when they changed.
A refund, or a parcel that is not the last one, does not move an order's date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

from sync_agent.port import Item, Json
from sync_agent.reading.cursor import FUTURE, Reading
from sync_agent.reading.parts import Part, PartStream
from sync_agent.reading.whole import is_due, read_whole, whole_at
from sync_agent.records.envelope import Kind
from sync_agent.transport.walk import Step

from .client import YouzanClient
from .gather import Gatherer
from .lists import FIRST_DAY, IN_STOCK, ON_SALE, Lists
from .people import parse_customer
from .settings import YouzanSettings
from .states import WAITS_FOR_GOODS
from .times import BEIJING
from .windows import Spans

Items = Callable[[Sequence[Json]], Sequence[Item]]


def first_second(settings: YouzanSettings) -> int:
    """Return from when on orders are read, seconds since 1970."""
    midnight = datetime.combine(settings.since, time(), BEIJING)
    return max(FIRST_DAY, int(midnight.timestamp()))


class YouzanStream(PartStream[YouzanClient, YouzanSettings]):
    """What all streams of a shop share."""

    def __init__(
        self,
        client: YouzanClient,
        settings: YouzanSettings,
        gatherer: Gatherer,
        lists: Lists,
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer
        self._lists = lists

    def _spans(self, spans: Spans, begin: int, items: Items) -> Part:
        """Return the part of a list from a second on."""

        def steps(reading: Reading) -> Iterator[Step[Json]]:
            # the platform's clock may be ahead
            end = int((reading.until + FUTURE).timestamp())
            return spans.walk(begin, end, reading.after)

        return Part(steps, items, counts=False)

    def _orders(self, rows: Sequence[Json]) -> list[Item]:
        return list(self._gatherer.orders_of(rows))


def _second(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())


class Orders(YouzanStream):
    """Orders with their refunds, and their parcels."""

    name = "orders"
    kinds: tuple[Kind, ...] = ("order", "shipment")

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        if reading.since is None:
            begin = first_second(self._settings)
            return self._spans(self._lists.orders("created"), begin, self._orders)
        changed = self._lists.orders("update")
        return self._spans(changed, _second(reading.since), self._orders)


class Refunds(YouzanStream):
    """Orders of which something was paid back."""

    name = "refunds"
    kinds: tuple[Kind, ...] = ("order",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        since = reading.since
        begin = first_second(self._settings) if since is None else _second(since)
        return self._spans(self._lists.refunds(), begin, self._refunded)

    def _refunded(self, rows: Sequence[Json]) -> list[Item]:
        ids = {str(row["tid"]) for row in rows if row.get("tid")}
        items = self._gatherer.orders(sorted(ids))
        return [item for item in items if item.kind == "order"]


class Waiting(YouzanStream):
    """Orders that wait for goods, at a cadence: some may have left already."""

    name = "waiting"
    kinds: tuple[Kind, ...] = ("order", "shipment")

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when they were last looked at."""
        return whole_at(cursor)

    def _begin(self, reading: Reading) -> Reading:
        is_new = not reading.part and reading.after is None
        if is_new and not is_due(reading, self._settings):
            return reading.next_part()
        return reading

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        oldest = reading.until - timedelta(days=self._settings.open_days)
        waiting = self._lists.orders("created", WAITS_FOR_GOODS)
        return self._spans(waiting, _second(oldest), self._orders)

    def _finished(self, reading: Reading) -> Reading:
        return read_whole(reading).next_part()


class Products(YouzanStream):
    """Products and variants: part 0 on sale, part 1 in stock."""

    name = "products"
    kinds: tuple[Kind, ...] = ("product",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part > 1:
            return None
        since = reading.since
        begin = FIRST_DAY if since is None else _second(since)
        changed = self._lists.items((ON_SALE, IN_STOCK)[reading.part])
        return self._spans(changed, begin, self._products)

    def _products(self, rows: Sequence[Json]) -> list[Item]:
        return list(self._gatherer.products(ids_of(rows)))


class Customers(YouzanStream):
    """Customers: part 0 all of them at a cadence, part 1 new ones in between."""

    name = "customers"
    kinds: tuple[Kind, ...] = ("customer",)

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when all were read: changes since then may be unknown."""
        return whole_at(cursor)

    def _begin(self, reading: Reading) -> Reading:
        is_new = not reading.part and reading.after is None
        if is_new and not is_due(reading, self._settings):
            return reading.next_part()
        return reading

    def _part(self, reading: Reading) -> Part | None:
        if reading.part > 1:
            return None
        is_all = not reading.part or reading.since is None
        begin = FIRST_DAY if is_all or not reading.since else _second(reading.since)
        return self._spans(self._lists.customers(), begin, customers)

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == 0:
            reading = read_whole(reading).next_part()
        return reading.next_part()


def ids_of(rows: Sequence[Json]) -> list[str]:
    """Return the ids of products of a list's page."""
    return [str(row["item_id"]) for row in rows if row.get("item_id")]


def customers(rows: Sequence[Json]) -> list[Item]:
    """Return the customers of a list's page."""
    return [parse_customer(row) for row in rows]
