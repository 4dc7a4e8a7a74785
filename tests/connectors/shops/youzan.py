"""A fake Youzan shop for the conformance tests."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from sync_agent.connectors.youzan import CONNECTOR as YOUZAN
from tests.connectors.adapters import Adapter
from tests.fakes.youzan import (
    CLIENT_ID,
    SECRET,
    SHOP,
    FakeYouzan,
    Store,
    fill,
    order_row,
)
from tests.fakes.youzan.auth import TOKEN


class YouzanAdapter(Adapter):
    """The fake Youzan shop; the stream of orders."""

    connector = YOUZAN
    stream = "orders"
    listing = "trades.sold.get"
    odd = frozenset({"huge ids", "times", "unknown status"})
    renews = True
    token_path = "auth/token"
    secrets = (SECRET, TOKEN)

    def __init__(self, shop: FakeYouzan) -> None:
        super().__init__()
        self.shop = shop
        self.store = shop.store
        self.faults = shop.faults
        self.random = random.Random(3)
        self.settings = {
            "url": shop.url,
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "shop": SHOP,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"client_secret": "wrong-secret-0123456789"}

    def ids(self) -> set[str]:
        """See :class:`Adapter`."""
        return set(self.store.orders)

    def add(self) -> str:
        """See :class:`Adapter`."""
        return self.add_order()

    def add_order(self, at: datetime | None = None, **over: Any) -> str:
        """Add an order; return its number."""
        return self.store.add_order(order_row(self.store, self.random, **over), at)

    def change(self, ids: Iterable[str]) -> str:
        """See :class:`Adapter`."""
        note = f"note {next(self.numbers)}"
        at = self.store.now()
        for each in ids:
            self.store.tell(each, note, at)
        return note

    def remove(self, record_id: str) -> None:
        """See :class:`Adapter`."""
        self.store.delete(record_id)

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.shop.guard.valid = ""

    def add_huge(self) -> str:
        """See :class:`Adapter`."""
        return self.add_order(tid="E20260101000000123456789")

    def add_at(self, at: datetime) -> str:
        """See :class:`Adapter`."""
        return self.add_order(at)

    def add_with_status(self, word: str) -> str:
        """See :class:`Adapter`."""
        return self.add_order(status=word)


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[YouzanAdapter]:
    """Give a shop for one test."""
    with FakeYouzan(fill(Store())) as shop:
        yield YouzanAdapter(shop)
