"""The shops of the connector tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import shops
from .adapters import Adapter
from .shops import vendure, woocommerce


@pytest.fixture
def woo(request: pytest.FixtureRequest) -> Iterator[woocommerce.WooAdapter]:
    """A fake WooCommerce shop, fresh for each test."""
    with woocommerce.open_shop(request) as adapter:
        yield adapter


@pytest.fixture
def vendure_adapter(
    request: pytest.FixtureRequest,
) -> Iterator[vendure.VendureAdapter]:
    """The real Vendure shop of the module behind a proxy of its own."""
    with vendure.open_shop(request) as adapter:
        yield adapter


@pytest.fixture(params=shops.params())
def adapter(request: pytest.FixtureRequest) -> Iterator[Adapter]:
    """Each connector's shop in turn."""
    with shops.open_shop(request.param, request) as found:
        yield found
