"""The shops of the connector tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.dev.vendure import VendureShop
from tests.fakes.proxy import FaultyProxy

from .adapters import Adapter, VendureAdapter, WooAdapter, fake_shop


@pytest.fixture
def woo() -> Iterator[WooAdapter]:
    """A fake WooCommerce shop, fresh for each test."""
    with fake_shop() as shop:
        yield WooAdapter(shop)


@pytest.fixture
def vendure_adapter(shop: VendureShop) -> Iterator[VendureAdapter]:
    """The real Vendure shop of the module behind a proxy of its own."""
    with FaultyProxy(shop.url) as proxy:
        yield VendureAdapter(shop, proxy)


@pytest.fixture(
    params=["woo", pytest.param("vendure_adapter", marks=pytest.mark.shop)],
    ids=["woocommerce", "vendure"],
)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    """Each connector's shop in turn."""
    found: Adapter = request.getfixturevalue(request.param)
    return found
