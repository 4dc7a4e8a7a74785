"""A fake Medusa server for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from sync_agent.connectors.medusa import CONNECTOR as MEDUSA
from tests.connectors.store_adapter import HUGE, StoreAdapter
from tests.fakes.medusa import KEY, FakeMedusa, Store, fill, order_row
from tests.fakes.medusa.seed import item_row


class MedusaAdapter(StoreAdapter):
    """The fake Medusa server; the stream of orders."""

    connector = MEDUSA
    listing = "/admin/orders?"
    secrets = (KEY,)
    key = staticmethod(str)
    huge = f"order_{HUGE:026d}"

    def __init__(self, shop: FakeMedusa) -> None:
        super().__init__(shop)
        self.settings = {
            "url": shop.url,
            "api_key": KEY,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"api_key": "pk_wrong0123456789wrong0123456789"}

    def add_order(self, at: datetime | None = None, **changes: Any) -> str:
        """See :class:`StoreAdapter`."""
        row = {**order_row(self.store, self.random, at=at), **changes}
        return str(self.store.add("orders", row, at)["id"])

    def noted(self, note: str) -> dict[str, Any]:
        """See :class:`StoreAdapter`."""
        return {"metadata": {"note": note}}

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.shop.revoked = True

    def add_priced(self, amount: str, currency: str) -> str:
        """See :class:`Adapter`."""
        item = {
            **item_row(self.store, self.random),
            "unit_price": Decimal(amount),
            "quantity": 1,
            "tax_lines": [],
        }
        return self.add_order(
            items=[item], shipping_methods=[], currency_code=currency.lower()
        )

    def add_with_status(self, word: str) -> str:
        """See :class:`Adapter`."""
        return self.add_order(status=word)


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[MedusaAdapter]:
    """Give a shop for one test."""
    with FakeMedusa(fill(Store())) as shop:
        yield MedusaAdapter(shop)
