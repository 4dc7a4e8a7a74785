"""What of a shop is read with cursors of its own: lists, filters, cadences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sync_agent.port import Item, Json
from sync_agent.reading.cursor import Reading
from sync_agent.reading.parts import Part
from sync_agent.reading.whole import WholeOrNew, is_due, read_whole, whole_at
from sync_agent.records.envelope import Kind

from .client import WooClient
from .gather import (
    OrderGatherer,
    ProductGatherer,
    customer_items,
    fetch_customers,
    row_id,
)
from .orders import ORDER_FIELDS
from .people import parse_review
from .settings import WooCommerceSettings
from .walking import WooStream, changed_after, dated_after

_FEW_VARIABLE_PRODUCTS = 50
_VARIABLE_AT_ONCE = 10


class Orders(WooStream):
    """Orders with refunds and parcels; first the living, then those in the bin."""

    name = "orders"
    kinds: tuple[Kind, ...] = ("order", "shipment")
    _STATUSES = ("any", "trash")

    def __init__(
        self,
        client: WooClient,
        settings: WooCommerceSettings,
        gatherer: OrderGatherer,
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer

    def _part(self, reading: Reading) -> Part | None:
        if reading.part >= len(self._STATUSES):
            return None
        params = {
            "status": self._STATUSES[reading.part],
            "_fields": ORDER_FIELDS,
            **changed_after(reading.since),
        }
        return self._listed("orders", params, self._gatherer.items)


class Refunds(WooStream):
    """Orders that got a refund: it does not move the order's date in every release.

    Before WooCommerce 9.0 there is no list of refunds: then orders of the last weeks
    are looked through for refunds with a higher id than any seen.
    """

    name = "refunds"
    kinds: tuple[Kind, ...] = ("order",)

    def __init__(
        self,
        client: WooClient,
        settings: WooCommerceSettings,
        gatherer: OrderGatherer,
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer
        self._known = 0
        self._highest = 0

    def _begin(self, reading: Reading) -> Reading:
        self._known = 0 if reading.mark is None else int(reading.kept.get("known") or 0)
        self._highest = int(reading.kept.get("highest") or 0)
        if reading.part == 0 and not self._gatherer.has_collection():
            return reading.next_part()
        return reading

    def _part(self, reading: Reading) -> Part | None:
        if reading.part == 0:
            params = {"_fields": "id,parent_id", **dated_after("after", reading.since)}
            return self._listed("refunds", params, self._refunded, counts=False)
        if reading.part == 1:
            days = timedelta(days=self._settings.refund_days)
            oldest = None if reading.since is None else reading.since - days
            params = {
                "status": "any",
                "_fields": "id,refunds",
                **dated_after("after", oldest),
            }
            return self._listed("orders", params, self._newly_refunded, counts=False)
        return None

    def _note(self, reading: Reading) -> Reading:
        return reading.keep(highest=self._highest) if self._highest else reading

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == 1 and self._highest:
            reading = reading.keep(known=max(self._known, self._highest))
        return replace(reading.next_part(), part=2)

    def _refunded(self, rows: Sequence[Json]) -> list[Item]:
        return self._orders({int(row.get("parent_id") or 0) for row in rows} - {0})

    def _newly_refunded(self, rows: Sequence[Json]) -> list[Item]:
        found = set()
        for row in rows:
            newest = max((row_id(each) for each in row.get("refunds") or ()), default=0)
            self._highest = max(self._highest, newest)
            if newest > self._known:
                found.add(row_id(row))
        return self._orders(found)

    def _orders(self, ids: set[int]) -> list[Item]:
        rows = self._gatherer.fetch([str(each) for each in sorted(ids)])
        return self._gatherer.orders(rows)


class Customers(WooStream, WholeOrNew[WooClient, WooCommerceSettings]):
    """Accounts. Part 2: the accounts of orders that changed (a new address…)."""

    name = "customers"
    kinds: tuple[Kind, ...] = ("customer",)
    _BUYERS = 2

    def _list(self) -> Part:
        # without "all" only the role "customer" comes
        return self._listed("customers", {"role": "all"}, customer_items)

    def _length(self) -> int | None:
        return self._client.slice("customers", 0, 1, role="all").total

    def _part(self, reading: Reading) -> Part | None:
        if reading.part == self._BUYERS:
            params = {
                "status": "any",
                "_fields": "id,customer_id",
                **changed_after(reading.since),
            }
            return self._listed("orders", params, self._buyers, counts=False)
        return super()._part(reading)

    def _finished(self, reading: Reading) -> Reading:
        was_whole = reading.part == 0
        reading = super()._finished(reading)
        # the whole list has them all
        return reading.next_part() if was_whole else reading

    def _buyers(self, rows: Sequence[Json]) -> list[Item]:
        ids = sorted(
            {int(row["customer_id"]) for row in rows if row.get("customer_id")}
        )
        return list(fetch_customers(self._client, [str(each) for each in ids]))


class Reviews(WooStream, WholeOrNew[WooClient, WooCommerceSettings]):
    """Reviews of products, also those that wait for approval."""

    name = "reviews"
    kinds: tuple[Kind, ...] = ("review",)

    def _list(self) -> Part:
        # without "all" only approved ones come
        return self._listed("products/reviews", {"status": "all"}, _review_items)

    def _length(self) -> int | None:
        return self._client.slice("products/reviews", 0, 1, status="all").total


def _review_items(rows: Sequence[Json]) -> list[Item]:
    return [parse_review(row) for row in rows]


class Products(WooStream):
    """Products, those in the bin, and variations.

    A variation's change does not move its product's date, and stock is written past
    all dates: the variations of all variable products are read when these are few,
    else at a cadence, and in between only those of products that changed.
    """

    name = "products"
    kinds: tuple[Kind, ...] = ("product",)
    _ALL_VARIATIONS, _SOME_VARIATIONS = 2, 3

    def __init__(
        self,
        client: WooClient,
        settings: WooCommerceSettings,
        gatherer: ProductGatherer,
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when all variations were read: their changes may be unknown since."""
        return whole_at(cursor)

    def _part(self, reading: Reading) -> Part | None:
        changed = changed_after(reading.since)
        if reading.part in (0, 1):
            status = ("any", "trash")[reading.part]
            return self._listed(
                "products", {"status": status, **changed}, self._gatherer.items
            )
        if reading.part in (self._ALL_VARIATIONS, self._SOME_VARIATIONS):
            params = {"type": "variable", "status": "any"}
            if reading.part == self._SOME_VARIATIONS:
                params |= changed
            return self._listed(
                "products", params, self._variations, _VARIABLE_AT_ONCE, counts=False
            )
        return None

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == self._ALL_VARIATIONS:
            reading = read_whole(reading).next_part()
        reading = reading.next_part()
        if reading.part == self._ALL_VARIATIONS and not is_due(reading, self._settings):
            head = self._client.slice(
                "products", 0, 1, type="variable", status="any", _fields="id"
            )
            if head.total is None or head.total > _FEW_VARIABLE_PRODUCTS:
                reading = reading.next_part()
        return reading

    def _variations(self, rows: Sequence[Json]) -> list[Item]:
        return [item for items in self._gatherer.variations(rows) for item in items]
