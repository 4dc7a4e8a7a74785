"""Rows of Vendure -> items; a record that the shop cannot give is a bad one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.records import BadRecord
from sync_agent.records.envelope import Kind
from sync_agent.transport.walk import Slice, walk

from . import queries
from .client import VendureClient
from .goods import parse_variant
from .orders import parse_order, parse_shipments
from .people import parse_customer
from .states import SELLER_ORDER

Key = int | str


def row_key(row: Json) -> Key:
    """Return the id so that it compares as the shop orders it."""
    text = str(row["id"])
    return int(text) if text.isascii() and text.isdigit() else text


def orders(client: VendureClient, ids: Sequence[str]) -> Iterator[Item]:
    """Yield placed orders and their fulfilments by order id."""
    for row in _order_rows(client, ids):
        if "error" in row:
            yield _lost("order", row)
            continue
        yield parse_order(row, client.cut)
        yield from parse_shipments(row)


def orders_only(client: VendureClient, ids: Sequence[str]) -> Iterator[Item]:
    """Yield orders without their fulfilments."""
    return (item for item in orders(client, ids) if not _is_parcel(item))


def parcels_only(client: VendureClient, ids: Sequence[str]) -> Iterator[Item]:
    """Yield the fulfilments of orders."""
    return (item for item in orders(client, ids) if _is_parcel(item))


def customers(client: VendureClient, ids: Sequence[str]) -> Iterator[Item]:
    """Yield customers by id."""
    for row in client.whole(queries.CUSTOMERS, "customers", ids):
        yield _lost("customer", row) if "error" in row else parse_customer(row)


def variants(client: VendureClient, ids: Sequence[str]) -> Iterator[Item]:
    """Yield product variants by id."""
    for row in client.whole(queries.VARIANTS, "productVariants", ids):
        if "error" in row:
            yield _lost("product", row)
        else:
            yield parse_variant(row, client.cut)


def variants_of(client: VendureClient, products: Sequence[str]) -> Iterator[Item]:
    """Yield the variants of products."""
    filters = {"productId": {"in": list(products)}}

    def fetch(offset: int, limit: int) -> Slice[Json]:
        return client.slice(
            queries.VARIANTS_LOOK, "productVariants", offset, limit, filters
        )

    for step in walk(fetch, row_key, client.page_size):
        yield from variants(client, [str(row["id"]) for row in step.rows])


Fetch = Callable[[VendureClient, Sequence[str]], Iterator[Item]]


def _order_rows(client: VendureClient, ids: Sequence[str]) -> Iterator[Json]:
    for row in client.whole(queries.ORDERS, "orders", ids):
        if "error" in row or _is_order(row):
            yield row


def _is_order(row: Json) -> bool:
    """Tell an order from a cart, and from a seller's part of an order."""
    return bool(row.get("orderPlacedAt")) and row.get("type") != SELLER_ORDER


def _is_parcel(item: Item) -> bool:
    return item.kind == "shipment"


def _lost(kind: Kind, row: Json) -> BadRecord:
    reason = _(
        "{error} Mend the record in the shop; its log says more.", error=row["error"]
    )
    return BadRecord(kind, str(row["id"]), "", "", reason, row)
