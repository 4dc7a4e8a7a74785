"""A fake PrestaShop shop for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_agent.connectors.prestashop import CONNECTOR as PRESTASHOP
from tests.connectors.store_adapter import StoreAdapter
from tests.fakes.prestashop import KEY, FakePrestaShop, Store, fill, place
from tests.fakes.prestashop.seed import CURRENCIES, texts


class PrestaShopAdapter(StoreAdapter):
    """The fake PrestaShop shop; the stream of orders."""

    connector = PRESTASHOP
    listing = "api/orders?"
    exact_times = False
    secrets = (KEY,)

    def __init__(self, shop: FakePrestaShop) -> None:
        super().__init__(shop)
        self.settings = {
            "url": shop.url,
            "key": KEY,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"key": "WRONGKEY0123456789ABCDEFGHIJKLMN"}

    def add_order(self, at: datetime | None = None, **changes: Any) -> str:
        """See :class:`StoreAdapter`."""
        return str(place(self.store, self.random, at, **changes)["id"])

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.shop.switched_off = True

    def add_priced(self, amount: str, currency: str) -> str:
        """See :class:`Adapter`."""
        price = Decimal(amount)
        detail = {
            "product_id": 1,
            "product_attribute_id": 0,
            "product_quantity": 1,
            "product_name": "Tea",
            "unit_price_tax_excl": price,
            "total_price_tax_excl": price,
            "total_price_tax_incl": price,
        }
        nothing = dict.fromkeys(
            (
                *("total_shipping_tax_excl", "total_shipping_tax_incl"),
                *("total_discounts_tax_excl", "total_discounts_tax_incl"),
            ),
            Decimal(0),
        )
        totals = dict.fromkeys(
            (
                *("total_products", "total_products_wt"),
                *("total_paid_tax_excl", "total_paid_tax_incl"),
            ),
            price,
        )
        return self.add_order(
            None,
            details=[detail],
            id_currency=CURRENCIES[currency],
            **nothing,
            **totals,
        )

    def add_with_status(self, word: str) -> str:
        """See :class:`Adapter`."""
        flags = dict.fromkeys(("paid", "logable", "shipped", "delivery", "deleted"), 0)
        row = {"name": texts(word), "template": "", **flags}
        return self.add_order(current_state=self.store.add("order_states", row)["id"])


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[PrestaShopAdapter]:
    """Give a shop for one test."""
    with FakePrestaShop(fill(Store())) as shop:
        yield PrestaShopAdapter(shop)
