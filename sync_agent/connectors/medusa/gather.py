"""Rows -> items, with what stands in other lists fetched in few requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields

from .client import MedusaClient, row_id
from .goods import Catalogue, parse_variants
from .orders import parse_order
from .parcels import parse_shipments

ORDER = ",".join(
    (
        *("+currency_code", "+email", "+customer_id", "+tax_total"),
        *("+credit_line_total", "*items", "*items.tax_lines", "*items.adjustments"),
        *("*items.detail", "*shipping_methods", "*shipping_methods.tax_lines"),
        *("*shipping_methods.adjustments", "*shipping_address", "*billing_address"),
        *("*customer", "+sales_channel.name", "*payment_collections"),
        *("*payment_collections.payments", "*payment_collections.payments.refunds"),
        "*payment_collections.payments.refunds.refund_reason",
        *("*payment_collections.payments.captures", "*fulfillments"),
        *("*fulfillments.labels", "*fulfillments.shipping_option"),
        *("*returns", "*returns.items"),
    )
)
"""Fields of an order beside those that come by themselves; a bare name drops these."""
CUSTOMER = "*addresses,*groups"
PRODUCT = "*categories"
PAYMENT = "id,updated_at,payment_collection.updated_at,payment_collection.order.id"
VARIANT = "id,updated_at,product_id"


def orders(rows: Iterable[Json]) -> list[Item]:
    """Return the orders of a page, each with its parcels."""
    return [item for row in rows for item in (parse_order(row), *parse_shipments(row))]


def order_of(payment: Json) -> str | None:
    """Return the id of the order of a payment; one of a cart has none."""
    collection = Fields(payment).sub("payment_collection")
    return collection.sub("order").ident("id")


class Gatherer:
    """Turns rows of a shop into items.

    Args:
        client: of the shop.
        currency: of prices; ``None``: the store's default one.
    """

    def __init__(self, client: MedusaClient, currency: str | None) -> None:
        self._client = client
        self._currency = currency
        self._catalogue: Catalogue | None = None

    def orders_by_id(self, ids: Iterable[str]) -> Iterator[Item]:
        """Yield orders by id, each with its parcels."""
        yield from orders(self._client.by_ids("orders", sorted(set(ids)), ORDER))

    def products(self, rows: Sequence[Json]) -> list[Item]:
        """Return the variants of products."""
        catalogue = self._known() if rows else Catalogue()
        return [item for row in rows for item in parse_variants(row, catalogue)]

    def products_by_id(self, ids: Iterable[str]) -> list[Item]:
        """Return the variants of products by their ids."""
        return self.products(
            list(self._client.by_ids("products", sorted(set(ids)), PRODUCT))
        )

    def products_of(self, variants: Iterable[Json]) -> list[Item]:
        """Return the variants of the products that some variants belong to."""
        ids = (row.get("product_id") for row in variants)
        return self.products_by_id(str(each) for each in ids if each)

    def currency(self) -> str | None:
        """Return the currency of the prices that are read."""
        return self._currency or self._default_currency()

    def _known(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = Catalogue(self.currency(), self._categories())
        return self._catalogue

    def _default_currency(self) -> str | None:
        told = self._client.ask("stores", {"fields": "*supported_currencies"})
        for store in Fields(told).each("stores"):
            for each in store.each("supported_currencies"):
                code = each.text("currency_code")
                if code and each.get("is_default") is True:
                    return code.upper()
        return None

    def _categories(self) -> dict[str, tuple[str, str | None]]:
        fields = "id,name,parent_category_id"
        return {
            row_id(row): (
                str(row.get("name") or "?"),
                row.get("parent_category_id") or None,
            )
            for rows in self._client.pages("product-categories", fields=fields)
            for row in rows
        }
