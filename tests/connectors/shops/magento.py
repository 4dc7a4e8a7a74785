"""A fake Magento shop for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_agent.connectors.magento import CONNECTOR as MAGENTO
from tests.connectors.store_adapter import StoreAdapter
from tests.fakes.magento import (
    PASSWORD,
    USERNAME,
    FakeMagento,
    Store,
    fill,
    order_row,
)
from tests.fakes.magento.store import both_sides


class MagentoAdapter(StoreAdapter):
    """The fake Magento shop; the stream of orders, asked by an admin user."""

    connector = MAGENTO
    listing = "V1/orders?"
    renews = True
    token_path = "integration/admin/token"
    id_field = "entity_id"
    secrets = (PASSWORD, "fake-admin-token")

    def __init__(self, shop: FakeMagento) -> None:
        super().__init__(shop)
        self.settings = {
            "url": shop.url,
            "username": USERNAME,
            "password": PASSWORD,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"password": "wrong-password-0123456789"}

    def add_order(self, at: datetime | None = None, **changes: Any) -> str:
        """See :class:`StoreAdapter`."""
        row = {**order_row(self.store, self.random), **changes}
        return str(self.store.add("orders", row, at)["entity_id"])

    def noted(self, note: str) -> dict[str, Any]:
        """See :class:`StoreAdapter`."""
        return {"customer_note": note}

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.shop.guard.tokens.clear()

    def add_priced(self, amount: str, currency: str) -> str:
        """See :class:`Adapter`."""
        row = order_row(self.store, self.random)
        price, nothing = Decimal(amount), Decimal(0)
        none = {"discount_amount": nothing, "tax_amount": nothing}
        item = both_sides(
            {**row["items"][0], **none, "row_total": price, "price": price}
        )
        shipping = {"shipping_amount": nothing, "shipping_tax_amount": nothing}
        changes = both_sides({**none, **shipping, "grand_total": price})
        return self.add_order(
            items=[item],
            base_currency_code=currency,
            order_currency_code=currency,
            **changes,
        )

    def add_with_status(self, word: str) -> str:
        """See :class:`Adapter`."""
        return self.add_order(state=word, status=word)


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[MagentoAdapter]:
    """Give a shop for one test."""
    with FakeMagento(fill(Store())) as shop:
        yield MagentoAdapter(shop)
