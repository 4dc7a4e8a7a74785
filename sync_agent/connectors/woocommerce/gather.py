"""Rows of WooCommerce with their children -> items: refunds, parcels, variations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sync_agent.errors import NeedsCredentials
from sync_agent.port import Item, Json
from sync_agent.transport.walk import walk

from .client import MAX_PER_PAGE, WooClient
from .goods import Catalogue, parse_product
from .orders import ORDER_FIELDS, parse_order, parse_shipments
from .people import is_staff, parse_customer
from .states import NOT_AN_ORDER
from .text import plain


def row_id(row: Json) -> int:
    """Return the id, the key of every list."""
    return int(row["id"])


def joined(ids: Iterable[object]) -> str:
    """Return ids as WordPress takes lists; arrays would spoil an OAuth signature."""
    return ",".join(str(each) for each in ids)


def chunks(ids: Sequence[str], size: int = MAX_PER_PAGE) -> Iterator[Sequence[str]]:
    """Yield ids in portions of a page."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def all_rows(client: WooClient, path: str, **params: str) -> Iterator[Json]:
    """Yield a whole list, lossless."""
    for step in walk(
        lambda offset, limit: client.slice(path, offset, limit, **params),
        row_id,
        client.page_size,
    ):
        yield from step.rows


class OrderGatherer:
    """Turns order rows into items, with refunds fetched in few requests."""

    def __init__(self, client: WooClient) -> None:
        self._client = client
        self._has_collection: bool | None = None

    def items(self, rows: Sequence[Json]) -> list[Item]:
        """Return the items of a page of orders; checkouts in progress are none."""
        found: list[Item] = []
        if rows:
            self._client.version = str(rows[-1].get("version") or "")
        for row, refunds in self._with_refunds(rows):
            found.append(parse_order(row, refunds))
            found += parse_shipments(row)
        return found

    def orders(self, rows: Sequence[Json]) -> list[Item]:
        """Return the orders of a page without their parcels."""
        return [parse_order(*each) for each in self._with_refunds(rows)]

    def fetch(self, ids: Sequence[str]) -> list[Json]:
        """Return order rows by id; those in the bin too, deleted ones not."""
        rows: list[Json] = []
        for some in chunks(ids):
            found = self._client.rows(
                "orders", include=joined(some), status="any", _fields=ORDER_FIELDS
            )
            rows += found
            missing = set(some) - {str(row.get("id")) for row in found}
            for each in sorted(missing):
                row = self._client.one(f"orders/{each}", _fields=ORDER_FIELDS)
                if row is not None:
                    rows.append(row)
        return rows

    def has_collection(self) -> bool:
        """Tell whether ``/refunds`` exists (WooCommerce 9.0)."""
        if self._has_collection is None:
            self._has_collection = self._client.has_route("refunds")
        return self._has_collection

    def _with_refunds(
        self, rows: Sequence[Json]
    ) -> Iterator[tuple[Json, Sequence[Json]]]:
        rows = [row for row in rows if row.get("status") not in NOT_AN_ORDER]
        refunds = self._refunds(rows)
        for row in rows:
            yield row, refunds.get(row_id(row), ())

    def _refunds(self, rows: Sequence[Json]) -> Mapping[int, Sequence[Json]]:
        """Return all refunds of these orders, by order id.

        Orders name the ids of their refunds; newer releases may leave them out
        (woocommerce#65488), then every order is asked.
        """
        wanted = {row_id(row): _refund_ids(row) for row in rows}
        named = [i for ids in wanted.values() for i in ids or ()]
        by_id = self._by_id(named)
        found: dict[int, Sequence[Json]] = {}
        for order_id, ids in wanted.items():
            if ids is not None and all(each in by_id for each in ids):
                found[order_id] = [by_id[each] for each in ids]
            else:
                refunds = all_rows(self._client, f"orders/{order_id}/refunds")
                found[order_id] = [
                    row for row in refunds if ids is None or row_id(row) in ids
                ]
        return found

    def _by_id(self, ids: Sequence[int]) -> dict[int, Json]:
        """Return refunds by id; a shop that ignores ``include`` gives too few."""
        if not ids or not self.has_collection():
            return {}
        found: dict[int, Json] = {}
        for some in chunks([str(each) for each in ids]):
            for row in self._client.rows("refunds", include=joined(some)):
                found[row_id(row)] = row
        return found


def _refund_ids(row: Json) -> list[int] | None:
    refunds = row.get("refunds")
    if not isinstance(refunds, list):
        return None
    return [int(each["id"]) for each in refunds if isinstance(each, dict)]


class ProductGatherer:
    """Turns product rows into items, with categories and currency read once."""

    def __init__(self, client: WooClient) -> None:
        self._client = client
        self._catalogue: Catalogue | None = None

    def items(self, rows: Sequence[Json]) -> list[Item]:
        """Return the items of products without their variations."""
        catalogue = self._known()
        return [parse_product(row, catalogue) for row in rows]

    def variations(self, parents: Sequence[Json]) -> Iterator[list[Item]]:
        """Yield all variations of each variable product."""
        catalogue = self._known()
        for parent in parents:
            path = f"products/{row_id(parent)}/variations"
            rows = all_rows(self._client, path, status="any")
            yield [parse_product(row, catalogue, parent) for row in rows]

    def fetch(self, ids: Sequence[str]) -> Iterator[Item]:
        """Yield products and variations by id."""
        catalogue = self._known()
        parents: dict[int, Json | None] = {}
        for some in chunks(ids):
            found = self._client.rows("products", include=joined(some), status="any")
            missing = set(some) - {str(row.get("id")) for row in found}
            rows = [*found]
            for each in sorted(missing):
                row = self._client.one(f"products/{each}")
                if row is not None:
                    rows.append(row)
            for row in rows:
                yield parse_product(row, catalogue, self._parent(row, parents))

    def _parent(self, row: Json, known: dict[int, Json | None]) -> Json | None:
        parent_id = row.get("parent_id")
        if row.get("type") != "variation" or not isinstance(parent_id, int):
            return None
        if parent_id not in known:
            known[parent_id] = self._client.one(f"products/{parent_id}")
        return known[parent_id]

    def _known(self) -> Catalogue:
        if self._catalogue is None:
            categories = {
                row_id(row): (
                    plain(row.get("name")) or "?",
                    int(row.get("parent") or 0),
                )
                for row in all_rows(
                    self._client, "products/categories", _fields="id,name,parent"
                )
            }
            self._catalogue = Catalogue(self._currency(), categories)
        return self._catalogue

    def _currency(self) -> str | None:
        """Return the shop's currency; a key may lack the right to ask."""
        try:
            row = self._client.one("data/currencies/current")
        except NeedsCredentials:
            return None
        code = (row or {}).get("code")
        return code if isinstance(code, str) else None


def customer_items(rows: Sequence[Json]) -> list[Item]:
    """Return the customers of a page; the shop's staff are none."""
    return [parse_customer(row) for row in rows if not is_staff(row)]


def fetch_customers(client: WooClient, ids: Sequence[str]) -> Iterator[Item]:
    """Yield customers by id."""
    for some in chunks(ids):
        rows = client.rows("customers", include=joined(some), role="all")
        yield from customer_items(rows)
        for each in sorted(set(some) - {str(row.get("id")) for row in rows}):
            row = client.one(f"customers/{each}")
            if row is not None:
                yield from customer_items([row])
