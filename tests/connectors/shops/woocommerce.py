"""A fake WooCommerce shop for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from sync_agent.connectors.woocommerce import CONNECTOR as WOOCOMMERCE
from tests.connectors.adapters import Adapter
from tests.fakes.woocommerce import KEY, SECRET, FakeShop, Store, fill


class WooAdapter(Adapter):
    """The fake WooCommerce shop; the stream of orders."""

    connector = WOOCOMMERCE
    odd = frozenset({"huge ids", "times", "money", "unknown status"})
    stream = "orders"
    listing = "/wc/v3/orders?per_page"
    secrets = (KEY, SECRET)

    def __init__(self, shop: FakeShop) -> None:
        super().__init__()
        self.shop = shop
        self.store = shop.store
        self.faults = shop.faults
        self.settings = {
            "url": shop.url,
            "consumer_key": KEY,
            "consumer_secret": SECRET,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"consumer_secret": "cs_wrong_secret_wrong_secret"}

    def ids(self) -> set[str]:
        """See :class:`Adapter`."""
        orders = self.store.orders.values()
        return {str(r["id"]) for r in orders if r["status"] != "checkout-draft"}

    def add(self) -> str:
        """See :class:`Adapter`."""
        return self._add()

    def _add(self, at: datetime | None = None, **changes: Any) -> str:
        template = next(iter(self.store.orders.values()))
        row = {k: v for k, v in template.items() if not k.startswith("date_")}
        row.update(id=self.store.post_id(), status="processing", date_paid_gmt=None)
        return str(self.store.add(self.store.orders, {**row, **changes}, at)["id"])

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.shop.guard.revoked = True

    def add_huge(self) -> str:
        """See :class:`Adapter`."""
        return self._add(id=2**53 + 1)

    def add_at(self, at: datetime) -> str:
        """See :class:`Adapter`."""
        return self._add(at)

    def add_priced(self, amount: str, currency: str) -> str:
        """See :class:`Adapter`."""
        row = next(iter(self.store.orders.values()))
        line = {**row["line_items"][0], "total": amount, "subtotal": amount}
        return self._add(
            currency=currency,
            total=amount,
            total_tax="0.00",
            line_items=[{**line, "total_tax": "0", "price": float(amount)}],
            shipping_lines=[],
            fee_lines=[],
        )

    def add_with_status(self, word: str) -> str:
        """See :class:`Adapter`."""
        return self._add(status=word)

    def change(self, ids: Iterable[str]) -> str:
        """See :class:`Adapter`."""
        note = f"note {next(self.numbers)}"
        at = self.store.now()
        for each in ids:
            self.store.edit(self.store.orders, int(each), at=at, customer_note=note)
        return note

    def remove(self, record_id: str) -> None:
        """See :class:`Adapter`."""
        self.store.delete(self.store.orders, int(record_id))


def fake_shop(**options: Any) -> FakeShop:
    """Return a fake WooCommerce shop with some records."""
    return FakeShop(
        fill(Store(), orders=60, customers=20, products=8, reviews=5), **options
    )


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[WooAdapter]:
    """Give a shop for one test."""
    with fake_shop() as shop:
        yield WooAdapter(shop)
