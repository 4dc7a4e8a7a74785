"""A fake Magento shop for the conformance tests."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_agent.connectors.magento import CONNECTOR as MAGENTO
from tests.connectors.adapters import Adapter
from tests.fakes.magento import (
    PASSWORD,
    USERNAME,
    FakeMagento,
    Store,
    fill,
    order_row,
)
from tests.fakes.magento.store import both_sides


class MagentoAdapter(Adapter):
    """The fake Magento shop; the stream of orders, asked by an admin user."""

    connector = MAGENTO
    stream = "orders"
    listing = "V1/orders?"
    odd = frozenset({"huge ids", "times", "money", "unknown status"})
    renews = True
    token_path = "integration/admin/token"
    secrets = (PASSWORD, "fake-admin-token")

    def __init__(self, shop: FakeMagento) -> None:
        super().__init__()
        self.shop = shop
        self.store = shop.store
        self.faults = shop.faults
        self.random = random.Random(3)
        self.settings = {
            "url": shop.url,
            "username": USERNAME,
            "password": PASSWORD,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"password": "wrong-password-0123456789"}

    def ids(self) -> set[str]:
        """See :class:`Adapter`."""
        return {str(own) for own in self.store.orders}

    def add(self) -> str:
        """See :class:`Adapter`."""
        return self.add_order()

    def add_order(self, at: datetime | None = None, **changes: Any) -> str:
        """Add an order; return its id."""
        row = {**order_row(self.store, self.random), **changes}
        return str(self.store.add("orders", row, at)["entity_id"])

    def change(self, ids: Iterable[str]) -> str:
        """See :class:`Adapter`."""
        note = f"note {next(self.numbers)}"
        at = self.store.now()
        for each in ids:
            self.store.edit("orders", int(each), at, customer_note=note)
        return note

    def remove(self, record_id: str) -> None:
        """See :class:`Adapter`."""
        self.store.delete("orders", int(record_id))

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.shop.guard.tokens.clear()

    def add_huge(self) -> str:
        """See :class:`Adapter`."""
        return self.add_order(entity_id=2**53 + 1)

    def add_at(self, at: datetime) -> str:
        """See :class:`Adapter`."""
        return self.add_order(at)

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
