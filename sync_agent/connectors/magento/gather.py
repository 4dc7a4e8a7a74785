"""Rows -> items, with what stands in other lists fetched in few requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from sync_agent.errors import NeedsCredentials
from sync_agent.port import Item, Json

from .client import MagentoClient, entity_id, row_id
from .goods import Catalogue, Category, parse_product
from .money import Side
from .orders import may_have_refunds, parse_order
from .people import parse_customer

_LINKS = "id,extension_attributes[configurable_product_links]"


class Gatherer:
    """Turns rows of a shop into items.

    Args:
        client: of the shop.
        side: which side of the amounts is taken.
    """

    def __init__(self, client: MagentoClient, side: Side) -> None:
        self._client = client
        self._side = side
        self._catalogue: Catalogue | None = None

    def orders(self, rows: Sequence[Json]) -> list[Item]:
        """Return orders with their refunds."""
        wanted = [str(row["entity_id"]) for row in rows if may_have_refunds(row)]
        memos: defaultdict[int, list[Json]] = defaultdict(list)
        for memo in self._client.by_ids(
            "creditmemos", entity_id, wanted, field="order_id"
        ):
            memos[int(memo["order_id"])].append(memo)
        return [parse_order(row, memos[entity_id(row)], self._side) for row in rows]

    def orders_by_id(self, ids: Iterable[str]) -> Iterator[Item]:
        """Yield orders by id."""
        yield from self.orders(list(self._client.by_ids("orders", entity_id, [*ids])))

    def customers_by_id(self, ids: Iterable[str]) -> Iterator[Item]:
        """Yield accounts by id."""
        rows = self._client.by_ids("customers/search", row_id, [*ids])
        return (parse_customer(row) for row in rows)

    def products(self, rows: Sequence[Json]) -> list[Item]:
        """Return products and variants."""
        catalogue = self._known() if rows else Catalogue()
        return [parse_product(row, catalogue) for row in rows]

    def _known(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = Catalogue(
                self._currency(), self._categories(), self._parents()
            )
        return self._catalogue

    def _currency(self) -> str | None:
        """Return the currency of all prices."""
        with suppress(NeedsCredentials):
            told = self._client.ask("directory/currency")
            code = told.get("base_currency_code") if isinstance(told, dict) else None
            return code if isinstance(code, str) else None
        return None

    def _categories(self) -> dict[int, Category]:
        return {
            row_id(row): Category(
                str(row.get("name") or "?"),
                int(row.get("parent_id") or 0),
                int(row.get("level") or 0),
            )
            for rows in self._client.pages(
                "categories/list", row_id, fields="id,parent_id,level,name"
            )
            for row in rows
        }

    def _parents(self) -> dict[int, int]:
        """Return which configurable product each variant belongs to."""
        wanted = [[("type_id", "eq", "configurable")]]
        found = {}
        for rows in self._client.pages("products", row_id, wanted, fields=_LINKS):
            for row in rows:
                more = row.get("extension_attributes") or {}
                for child in more.get("configurable_product_links") or ():
                    found[int(child)] = row_id(row)
        return found
