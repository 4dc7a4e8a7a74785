"""A fake Shopify shop for the conformance tests."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from sync_agent.connectors.shopify import CONNECTOR as SHOPIFY
from tests.connectors.adapters import Adapter
from tests.fakes.shopify import (
    CLIENT_ID,
    SECRET,
    FakeShopify,
    Store,
    bag,
    fill,
    order_row,
)


class ShopifyAdapter(Adapter):
    """The fake Shopify shop; the stream of orders."""

    connector = SHOPIFY
    stream = "orders"
    listing = "OrdersLook"
    odd = frozenset({"huge ids", "times", "money", "unknown status"})
    renews = True
    token_path = "oauth/access_token"

    def __init__(self, shop: FakeShopify) -> None:
        super().__init__()
        self.shop = shop
        self.store = shop.store
        self.faults = shop.faults
        self.random = random.Random(3)
        self.secrets = (SECRET, "shpat_fake")
        self.settings = {
            "url": shop.url,
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"client_secret": "shpss_wrong_secret_wrong_secret"}
        shop.api.bucket.restore = 1e6

    def ids(self) -> set[str]:
        """See :class:`Adapter`."""
        return {str(own) for own in self.store.orders}

    def add(self) -> str:
        """See :class:`Adapter`."""
        return self.add_order()

    def add_order(self, at: datetime | None = None, **changes: Any) -> str:
        """Add an order; return its id."""
        row = {**order_row(self.store, self.random, at=at), **changes}
        return str(self.store.add("orders", row)["id"]).rpartition("/")[2]

    def change(self, ids: Iterable[str]) -> str:
        """See :class:`Adapter`."""
        note = f"note {next(self.numbers)}"
        at = self.store.now()
        for each in ids:
            self.store.edit("orders", int(each), at=at, note=note)
        return note

    def remove(self, record_id: str) -> None:
        """See :class:`Adapter`."""
        self.store.delete("orders", int(record_id))

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.shop.tokens.clear()

    def add_huge(self) -> str:
        """See :class:`Adapter`."""
        return self.add_order(id=self.store.gid("Order", 890088186047892319))

    def add_at(self, at: datetime) -> str:
        """See :class:`Adapter`."""
        return self.add_order(at)

    def add_priced(self, amount: str, currency: str) -> str:
        """See :class:`Adapter`."""
        row = order_row(self.store, self.random, lines=1)
        line = {
            **row["lineItems"][0],
            "quantity": 1,
            "originalUnitPriceSet": bag(amount, currency),
            "originalTotalSet": bag(amount, currency),
            "discountAllocations": [],
            "taxLines": [],
        }
        money = {
            key: bag(amount, currency) for key in ("totalPriceSet", "totalReceivedSet")
        }
        return self.add_order(
            lineItems=[line],
            shippingLines=[],
            totalTaxSet=bag("0.0", currency),
            currencyCode=currency,
            presentmentCurrencyCode=currency,
            **money,
        )

    def add_with_status(self, word: str) -> str:
        """See :class:`Adapter`."""
        return self.add_order(displayFinancialStatus=word)


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[ShopifyAdapter]:
    """Give a shop for one test."""
    with FakeShopify(fill(Store())) as shop:
        yield ShopifyAdapter(shop)
