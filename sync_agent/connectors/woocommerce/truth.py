"""The whole truth of a kind, and of single records: what the reconcile asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sync_agent.port import Clock, Item, Json
from sync_agent.reading.cursor import OVERLAP
from sync_agent.records.envelope import Kind
from sync_agent.transport.walk import Slice, walk

from .client import WooClient
from .gather import (
    OrderGatherer,
    ProductGatherer,
    all_rows,
    customer_items,
    fetch_customers,
    row_id,
)
from .orders import ORDER_FIELDS, parse_shipments
from .people import parse_review
from .states import NOT_AN_ORDER
from .walking import changed_after

_SHIPMENT_FIELDS = "id,status,date_created_gmt,date_modified_gmt,meta_data"


class Truth:
    """Reads whole lists: a refund that is deleted leaves no date behind."""

    def __init__(
        self,
        client: WooClient,
        orders: OrderGatherer,
        products: ProductGatherer,
        clock: Clock,
    ) -> None:
        self._client = client
        self._orders = orders
        self._products = products
        self._clock = clock
        self.whole: dict[Kind, Callable[[], Iterator[Item]]] = {
            "customer": self._all_customers,
            "product": self._all_products,
            "order": self._all_orders,
            "shipment": self._all_shipments,
            "review": self._all_reviews,
        }
        self.single: dict[Kind, Callable[[Sequence[str]], Iterator[Item]]] = {
            "customer": lambda ids: fetch_customers(client, ids),
            "product": products.fetch,
            "order": self._some_orders,
            "shipment": self._some_shipments,
            "review": self._some_reviews,
        }

    def _all_customers(self) -> Iterator[Item]:
        for row in all_rows(self._client, "customers", role="all"):
            yield from customer_items([row])

    def _all_products(self) -> Iterator[Item]:
        for rows in self._pages("products"):
            yield from self._products.items(rows)
            variable = [row for row in rows if row.get("type") == "variable"]
            for items in self._products.variations(variable):
                yield from items

    def _all_orders(self) -> Iterator[Item]:
        for rows in self._pages("orders", _fields=ORDER_FIELDS):
            yield from self._orders.orders(rows)

    def _all_shipments(self) -> Iterator[Item]:
        for rows in self._pages("orders", _fields=_SHIPMENT_FIELDS):
            yield from _parcels(rows)

    def _all_reviews(self) -> Iterator[Item]:
        for row in all_rows(self._client, "products/reviews", status="all"):
            yield parse_review(row)

    def _some_orders(self, ids: Sequence[str]) -> Iterator[Item]:
        yield from self._orders.orders(self._orders.fetch(ids))

    def _some_shipments(self, ids: Sequence[str]) -> Iterator[Item]:
        wanted = set(ids)
        orders = numbers(each.partition(":")[0] for each in ids)
        for item in _parcels(self._orders.fetch(orders)):
            if item.external_id in wanted:
                yield item

    def _some_reviews(self, ids: Sequence[str]) -> Iterator[Item]:
        for each in ids:
            row = self._client.one(f"products/reviews/{each}")
            if row is not None:
                yield parse_review(row)

    def _pages(self, path: str, **params: str) -> Iterator[Sequence[Json]]:
        """Yield all rows of a list, those in the bin too.

        A row that is restored after the living and before the bin are walked is seen
        in neither; its date moved, so a last short walk finds it.
        """
        started = self._clock.now()
        yield from self._walk(path, {**params, "status": "any"})
        yield from self._walk(path, {**params, "status": "trash"})
        since = min(started, self._client.served_at or started) - OVERLAP
        recent = {**params, "status": "any", **changed_after(since)}
        yield from self._walk(path, recent)

    def _walk(self, path: str, params: dict[str, str]) -> Iterator[Sequence[Json]]:
        def fetch(offset: int, limit: int) -> Slice[Json]:
            return self._client.slice(path, offset, limit, **params)

        for step in walk(fetch, row_id, self._client.page_size):
            yield step.rows


def numbers(ids: Iterable[str]) -> list[str]:
    """Return the ids that WooCommerce can have; another would be read as 0."""
    return sorted(each for each in set(ids) if each.isascii() and each.isdigit())


def _parcels(rows: Iterable[Json]) -> Iterator[Item]:
    for row in rows:
        if row.get("status") not in NOT_AN_ORDER:
            yield from parse_shipments(row)
