"""Ids -> whole records: as many at once as Shopify bears, with all their pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.records import BadRecord
from sync_agent.records.envelope import Kind

from . import queries
from .carts import parse_cart
from .client import ShopifyClient
from .goods import parse_variant
from .money import gid_of, number_of
from .orders import parse_order
from .parcels import parse_shipments
from .people import parse_customer
from .refusals import ServerTrouble, TooDear

_MORE = 25
_MOST_NODES = 100
_PAGES = {
    "lineItems": ("Order", queries.LINE),
    "shippingLines": ("Order", queries.SHIPPING),
    "refundLineItems": ("Refund", queries.REFUND_LINE),
    "refundShippingLines": ("Refund", queries.REFUND_SHIPPING),
    "orderAdjustments": ("Refund", queries.ADJUSTMENT),
    "events": ("Fulfillment", queries.EVENT),
    "addressesV2": ("Customer", queries.CUSTOMER_ADDRESS),
    "variants": ("Product", queries.VARIANT),
}
"""Lists inside records -> type of the record, fields of a row."""


@dataclass(slots=True)
class Sizes:
    """How much is asked for at once; halved when Shopify finds it too dear.

    Attributes:
        records: whole records.
        lines: rows of their longest list.
        few: rows of the others.
    """

    records: int
    lines: int = 10
    few: int = 3

    def shrink(self) -> bool:
        """Halve what is largest; tell whether that was possible."""
        if self.records > 1:
            self.records = max(1, self.records // 2)
        elif self.lines > 1 or self.few > 1:
            self.lines, self.few = max(1, self.lines // 2), max(1, self.few // 2)
        else:
            return False
        return True


@dataclass(slots=True)
class Gatherer:
    """Fetches whole records of a shop."""

    client: ShopifyClient
    sizes: dict[str, Sizes] = field(default_factory=dict)

    def orders(self, numbers: Sequence[str]) -> Iterator[Item]:
        """Yield orders and their parcels."""
        for row in self._whole("Order", queries.ORDERS, numbers):
            yield from self.items_of_order(row)

    def items_of_order(self, row: Json) -> Iterator[Item]:
        """Yield a whole order and its parcels."""
        if "error" in row:
            yield _lost("order", row)
            return
        self._complete_order(row)
        yield parse_order(row, self.client.settings.money)
        yield from parse_shipments(row)

    def parcels(self, numbers: Sequence[str]) -> Iterator[Item]:
        """Yield the parcels of the orders of fulfilments."""
        orders = set()
        for start in range(0, len(numbers), _MOST_NODES):
            ids = [
                gid_of("Fulfillment", n) for n in numbers[start : start + _MOST_NODES]
            ]
            rows = self.client.nodes(queries.ORDERS_OF_PARCELS, ids)
            orders |= {str(number_of(row["order"]["id"])) for row in rows}
        for item in self.orders(sorted(orders)):
            if item.kind == "shipment":
                yield item

    def customers(self, numbers: Sequence[str]) -> Iterator[Item]:
        """Yield customers."""
        for row in self._whole("Customer", queries.CUSTOMERS, numbers):
            if "error" in row:
                yield _lost("customer", row)
                continue
            self._complete(row, "addressesV2")
            yield parse_customer(row)

    def variants(self, numbers: Sequence[str]) -> Iterator[Item]:
        """Yield variants by their own ids."""
        for row in self._whole("ProductVariant", queries.VARIANTS, numbers):
            yield self._variant(row)

    def variants_of(self, numbers: Sequence[str]) -> Iterator[Item]:
        """Yield the variants of products."""
        for row in self._whole("Product", queries.PRODUCTS, numbers):
            if "error" in row:
                yield _lost("product", row)
                continue
            self._complete(row, "variants")
            for variant in row["variants"]["nodes"]:
                yield self._variant(variant)

    def carts(self, numbers: Sequence[str]) -> Iterator[Item]:
        """Yield checkouts that are still left alone."""
        for row in self._whole("AbandonedCheckout", queries.CARTS, numbers):
            if "error" in row:
                yield _lost("cart", row)
            elif not row.get("completedAt"):
                self._complete(
                    row, "lineItems", kind="AbandonedCheckout", of=queries.CART_LINE
                )
                yield parse_cart(row, self.client.settings.money)

    def _variant(self, row: Json) -> Item:
        if "error" in row:
            return _lost("product", row)
        return parse_variant(row, str(self.client.shop["shop"]["currencyCode"]))

    def _sizes(self, kind: str) -> Sizes:
        at_once = self.client.settings.records_at_once
        return self.sizes.setdefault(kind, Sizes(at_once))

    def _whole(self, kind: str, query: str, numbers: Sequence[str]) -> Iterator[Json]:
        """Yield rows by number; one that makes Shopify fail costs only itself."""
        sizes, at = self._sizes(kind), 0
        ids = [gid_of(kind, each) for each in numbers]
        while at < len(ids):
            some = ids[at : at + sizes.records]
            try:
                rows = self._ask(kind, query, some)
            except TooDear:
                if not sizes.shrink():
                    raise
                continue
            except ServerTrouble as error:
                rows = [*self._one_by_one(kind, query, some, error)]
            yield from rows
            at += len(some)

    def _ask(self, kind: str, query: str, ids: Sequence[str]) -> list[Json]:
        sizes = self._sizes(kind)
        given = {"lines": sizes.lines, "few": sizes.few}
        wanted = {key: size for key, size in given.items() if f"${key}:" in query}
        return self.client.nodes(query, ids, **wanted)

    def _one_by_one(
        self, kind: str, query: str, ids: Sequence[str], error: ServerTrouble
    ) -> Iterator[Json]:
        if len(ids) == 1:
            self.client.ask(queries.SHOP)  # fails, too: then no record is at fault
            yield {"id": ids[0], "error": error.message}
            return
        for each in ids:
            try:
                yield from self._ask(kind, query, [each])
            except ServerTrouble as own:
                yield from self._one_by_one(kind, query, [each], own)

    def _complete_order(self, row: Json) -> None:
        """Fetch what did not fit into the first answer."""
        few = self._sizes("Order").few
        for name, query in (
            ("refunds", queries.REFUNDS),
            ("fulfillments", queries.PARCELS),
        ):
            if len(row.get(name) or ()) >= few:
                row[name] = self._all_children(row, name, query)
        self._complete(row, "lineItems", "shippingLines")
        for refund in row.get("refunds") or ():
            self._complete(
                refund, "refundLineItems", "refundShippingLines", "orderAdjustments"
            )
        for parcel in row.get("fulfillments") or ():
            self._complete(parcel, "events")

    def _all_children(self, row: Json, name: str, query: str) -> list[Json]:
        """Return refunds or parcels, of which Shopify gives no second page."""
        data = self.client.ask(queries.CHILDREN, {"id": row["id"]})
        known = {child["id"]: child for child in row[name]}
        ids = [child["id"] for child in (data.get("node") or {}).get(name) or ()]
        missing = [each for each in ids if each not in known]
        sizes = self._sizes("Order")
        for start in range(0, len(missing), sizes.few):
            some = missing[start : start + sizes.few]
            for child in self.client.nodes(query, some, few=sizes.few):
                known[child["id"]] = child
        return [known[each] for each in ids if each in known]

    def _complete(self, row: Json, *fields: str, kind: str = "", of: str = "") -> None:
        """Fetch the further pages of lists inside a record."""
        for name in fields:
            known_kind, known_fields = _PAGES[name]
            self._all_pages(row, name, kind or known_kind, of or known_fields)

    def _all_pages(self, row: Json, name: str, kind: str, fields: str) -> None:
        found = row.get(name) or {}
        page: Any = found.get("pageInfo") or {}
        query = queries.more(kind, name, fields)
        while page.get("hasNextPage"):
            asked = {"id": row["id"], "first": _MORE, "after": page.get("endCursor")}
            node = self.client.ask(query, asked).get("node") or {}
            more = node.get(name) or {}
            found["nodes"] = [*found["nodes"], *(more.get("nodes") or ())]
            page = more.get("pageInfo") or {}


def _lost(kind: Kind, row: Json) -> BadRecord:
    reason = _(
        "{error} Mend the record in the shop, or tell Shopify.", error=row["error"]
    )
    return BadRecord(kind, number_of(row["id"]) or "?", "", "", reason, row)
