"""Rows -> items, with what stands in other lists fetched in few requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sync_agent.port import Item, Json

from .client import MissingRight, PrestaShopClient
from .facts import Facts, Shop, words
from .goods import Catalogue, Category, parse_combination, parse_product
from .orders import Parts, parse_order
from .parcels import is_parcel, parse_parcel
from .people import by_id, is_customer, parse_customer

_STATE_ONLY = "[id,current_state,date_add,date_upd]"


class Gatherer:
    """Turns rows of a shop into items.

    Args:
        client: of the shop.
        facts: what rows refer to.
    """

    def __init__(self, client: PrestaShopClient, facts: Facts) -> None:
        self._client = client
        self._facts = facts
        self._catalogue: Catalogue | None = None
        self._denied: set[str] = set()

    def orders(self, rows: Sequence[Json]) -> list[Item]:
        """Return orders with lines, credit slips, buyers and addresses."""
        if not rows:
            return []
        ids = [row["id"] for row in rows]
        shop = self._shop()
        details = self._by_order("order_details", ids)
        slips = self._by_order("order_slip", ids)
        rules = self._by_order("order_cart_rules", ids, optional=True)
        histories = self._by_order("order_histories", ids, optional=True)
        customers = self._named("customers", rows, "id_customer")
        addresses = self._named(
            "addresses", rows, "id_address_invoice", "id_address_delivery"
        )
        return [
            parse_order(
                row,
                Parts(
                    details[own],
                    slips[own],
                    rules[own],
                    histories[own],
                    customers.get(str(row.get("id_customer"))),
                    addresses,
                ),
                shop,
            )
            for row in rows
            for own in [str(row["id"])]
        ]

    def orders_by_id(self, ids: Iterable[object]) -> list[Item]:
        """Return orders by id."""
        return self.orders(self._client.of("orders", "id", ids))

    def parcels(self, rows: Sequence[Json]) -> list[Item]:
        """Return the parcels of rows of ``/order_carriers`` that were sent."""
        if not rows:
            return []
        ids = {str(row.get("id_order") or 0) for row in rows}
        shop = self._shop()
        orders = by_id(self._client.of("orders", "id", ids, _STATE_ONLY))
        histories = self._by_order("order_histories", ids, optional=True)
        return [
            parse_parcel(row, orders[own], histories[own], shop)
            for row in rows
            if (own := str(row.get("id_order"))) in orders
            and is_parcel(row, orders[own], histories[own], shop)
        ]

    def parcels_of(self, orders: Iterable[object]) -> list[Item]:
        """Return the parcels of orders."""
        return self.parcels(self._client.of("order_carriers", "id_order", orders))

    def customers(self, rows: Sequence[Json]) -> list[Item]:
        """Return accounts with their addresses; guests come with their orders."""
        rows = [row for row in rows if is_customer(row)]
        if not rows:
            return []
        shop = self._shop()
        found = self._grouped("addresses", "id_customer", [row["id"] for row in rows])
        return [parse_customer(row, found[str(row["id"])], shop) for row in rows]

    def customers_by_id(self, ids: Iterable[object]) -> list[Item]:
        """Return accounts by id."""
        return self.customers(self._client.of("customers", "id", ids))

    def products(self, rows: Sequence[Json]) -> list[Item]:
        """Return products, each with its combinations."""
        if not rows:
            return []
        shop, catalogue = self._shop(), self._known()
        variants = self._grouped("combinations", "id_product", [r["id"] for r in rows])
        return [
            item
            for row in rows
            for item in (
                parse_product(row, shop, catalogue),
                *(
                    parse_combination(each, row, shop, catalogue)
                    for each in variants[str(row["id"])]
                ),
            )
        ]

    def combinations(self, rows: Sequence[Json]) -> list[Item]:
        """Return combinations; their products are fetched."""
        if not rows:
            return []
        shop, catalogue = self._shop(), self._known()
        wanted = {str(row.get("id_product") or 0) for row in rows}
        products = by_id(self._client.of("products", "id", wanted))
        return [
            parse_combination(row, products[own], shop, catalogue)
            for row in rows
            if (own := str(row.get("id_product"))) in products
        ]

    def _shop(self) -> Shop:
        # a new clock each time: it tells which of two equal hours has come
        return replace(self._facts.shop(), times=self._facts.times())

    def _known(self) -> Catalogue:
        if self._catalogue is None:
            language = self._facts.shop().language
            self._catalogue = Catalogue(
                {
                    str(row["id"]): Category(
                        words(row.get("name"), language),
                        str(row.get("id_parent") or ""),
                        int(row.get("level_depth") or 0),
                    )
                    for row in self._facts.optional("categories")
                },
                {
                    str(row["id"]): words(row.get("name"), language)
                    for row in self._facts.optional("product_option_values")
                },
            )
        return self._catalogue

    def _by_order(
        self, resource: str, ids: Iterable[object], *, optional: bool = False
    ) -> defaultdict[str, list[Json]]:
        """Return the rows of orders; none of a list that the key need not read."""
        if resource in self._denied:
            return defaultdict(list)
        try:
            return self._grouped(resource, "id_order", ids)
        except MissingRight:
            if not optional:
                raise
            self._denied.add(resource)
            return defaultdict(list)

    def _grouped(
        self, resource: str, field: str, ids: Iterable[object]
    ) -> defaultdict[str, list[Json]]:
        found: defaultdict[str, list[Json]] = defaultdict(list)
        for row in self._client.of(resource, field, ids):
            found[str(row.get(field))].append(row)
        return found

    def _named(
        self, resource: str, rows: Sequence[Json], *keys: str
    ) -> Mapping[str, Json]:
        """Return the rows that other rows name, by id."""
        ids = {str(row.get(key) or 0) for row in rows for key in keys}
        return by_id(self._client.of(resource, "id", ids))
