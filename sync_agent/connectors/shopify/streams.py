"""What of a shop is read with cursors of its own.

Every list is walked by id and asked for what changed since the mark: a row that
changes while the list is walked stays in its place, pages need no cursor that could
run out, and the 25,000 rows at which a connection of Shopify ends are never reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sync_agent.port import Item, Json
from sync_agent.reading.cursor import Reading
from sync_agent.reading.fields import utc_time
from sync_agent.reading.parts import Part, PartStream, by_key
from sync_agent.records.envelope import Kind
from sync_agent.transport.walk import Slice, Step

from . import queries
from .bulk import Bulk, ids_of, is_whole, mark_of
from .client import ShopifyClient, row_key
from .gather import Gatherer
from .refusals import TooDear
from .settings import ShopifySettings

Fetch = Callable[[Sequence[str]], Iterable[Item]]


def wanted(after: int | None, **since: datetime | None) -> str:
    """Return a search: ids above one, times from some on (whole seconds)."""
    terms = [f"id:>{after}"] if after is not None else []
    for name, at in since.items():
        if at is not None:
            text = at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()
            terms.append(f"{name}:>='{text}Z'")
    return " ".join(terms)


class Lists:
    """Walks lists of a shop.

    Args:
        client: of the shop.
    """

    def __init__(self, client: ShopifyClient) -> None:
        self._client = client
        self._first: dict[str, int] = {}

    def rows(
        self, query: str, root: str, **since: datetime | None
    ) -> Callable[[int | None], Slice[Json]]:
        """Return what gives the rows of a list above an id."""

        def fetch(after: int | None) -> Slice[Json]:
            while True:
                first = self._first.setdefault(query, self._client.settings.page_size)
                try:
                    text = wanted(after, **since)
                    return self._client.slice(query, root, text, first)
                except TooDear:
                    if first <= 1:
                        raise
                    self._first[query] = first // 2

        return fetch


class ShopifyStream(PartStream[ShopifyClient, ShopifySettings]):
    """What all streams of a shop share: a look, then whole records."""

    def __init__(self, client: ShopifyClient, gatherer: Gatherer) -> None:
        super().__init__(client, client.settings)
        self._gatherer = gatherer
        self._lists = Lists(client)

    def _looked_through(
        self,
        query: str,
        root: str,
        fetch: Fetch,
        since: datetime | None,
        changed: Callable[[Json], bool] = lambda _row: True,
    ) -> Part:
        """Return the part of a list whose rows changed since a time."""

        def items(rows: Sequence[Json]) -> list[Item]:
            ids = ids_of([row for row in rows if changed(row)])
            return list(fetch(ids)) if ids else []

        return Part(
            by_key(self._lists.rows(query, root, updated_at=since), row_key), items
        )


class Orders(ShopifyStream):
    """Orders with refunds and parcels.

    Part 0 is a bulk operation, only of a first reading of many orders; part 1 what
    changed; part 2 looks for changes of refunds and parcels of recent orders that did
    not move the order's date.
    """

    name = "orders"
    kinds: tuple[Kind, ...] = ("order", "shipment")
    _BULK, _CHANGED, _CHILDREN, _END = range(4)

    def __init__(self, client: ShopifyClient, gatherer: Gatherer) -> None:
        super().__init__(client, gatherer)
        self._bulk = Bulk(client)

    def _begin(self, reading: Reading) -> Reading:
        if reading.part or reading.kept.get("bulk"):
            return reading
        if reading.since is None and self._client.count("orders") > self._bulk_from:
            operation = self._bulk.start()
            if operation is not None:
                return reading.keep(bulk=operation)
        return reading.next_part()

    @property
    def _bulk_from(self) -> int:
        return self._settings.bulk_from

    def _part(self, reading: Reading) -> Part | None:
        if reading.part == self._BULK:
            return Part(self._bulk_steps, self._of_file)
        if reading.part == self._CHANGED:
            return self._looked_through(
                queries.ORDERS_LOOK, "orders", self._fetch, reading.since, self._is_new
            )
        if reading.part == self._CHILDREN and reading.since is not None:
            return self._children(reading.since)
        return None

    def _bulk_steps(self, reading: Reading) -> Iterator[Step[Json]]:
        operation = str(reading.kept["bulk"])
        return self._bulk.steps(operation, reading.after, reading.offset)

    def _finished(self, reading: Reading) -> Reading:
        if reading.part != self._BULK:
            return reading.next_part()
        reading = replace(reading.keep(bulk=None), after=None, offset=0)
        if not self._bulk.failed:
            return replace(reading, part=self._END)
        return reading.next_part()

    def _of_file(self, rows: Sequence[Json]) -> list[Item]:
        rows = [row for row in rows if self._counts(row)]
        items: list[Item] = []
        for row in rows:
            if is_whole(row):
                items += self._gatherer.items_of_order(row)
        rest = ids_of([row for row in rows if not is_whole(row)])
        return [*items, *self._fetch(rest)]

    def _is_new(self, row: Json) -> bool:
        return self._counts(row) and mark_of(row) not in self._bulk.given

    def _counts(self, row: Json) -> bool:
        return self._settings.test_orders or not row.get("test")

    def _fetch(self, ids: Sequence[str]) -> Iterable[Item]:
        return self._gatherer.orders(ids)

    def _children(self, since: datetime) -> Part:
        placed = since - timedelta(days=self._settings.open_days)

        def changed(row: Json) -> bool:
            stamps = [*(row.get("refunds") or ()), *(row.get("fulfillments") or ())]
            for parcel in row.get("fulfillments") or ():
                stamps += (parcel.get("events") or {}).get("nodes") or ()
            times = [utc_time(s.get("updatedAt") or s.get("createdAt")) for s in stamps]
            is_known = (utc_time(row.get("updatedAt")) or since) >= since
            moved = any(at is not None and at >= since for at in times)
            return moved and not is_known and self._counts(row)

        def items(rows: Sequence[Json]) -> list[Item]:
            ids = ids_of([row for row in rows if changed(row)])
            return list(self._fetch(ids)) if ids else []

        rows = self._lists.rows(queries.CHANGES_LOOK, "orders", processed_at=placed)
        return Part(by_key(rows, row_key), items, counts=False)


class Products(ShopifyStream):
    """Variants of the products that changed: a product's date moves with them."""

    name = "products"
    kinds: tuple[Kind, ...] = ("product",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        return self._looked_through(
            queries.PRODUCTS_LOOK,
            "products",
            self._gatherer.variants_of,
            reading.since,
        )


class Customers(ShopifyStream):
    """Accounts, and people who once left an address."""

    name = "customers"
    kinds: tuple[Kind, ...] = ("customer",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        return self._looked_through(
            queries.CUSTOMERS_LOOK,
            "customers",
            self._gatherer.customers,
            reading.since,
        )


class Carts(ShopifyStream):
    """Checkouts that were left; one that became an order is none."""

    name = "carts"
    kinds: tuple[Kind, ...] = ("cart",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        return self._looked_through(
            queries.CARTS_LOOK,
            "abandonedCheckouts",
            self._gatherer.carts,
            reading.since,
            lambda row: not row.get("completedAt"),
        )
