"""The real Vendure shop behind a proxy for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from scripts.dev.vendure import VendureShop
from sync_agent.connectors.vendure import CONNECTOR as VENDURE
from sync_agent.port import Json
from tests.connectors.adapters import Adapter
from tests.fakes.proxy import FaultyProxy

MARKS = [pytest.mark.shop]
FEW_TROUBLES = True
"""They meet the same transport as those of a fake; a real shop takes its time."""


class VendureAdapter(Adapter):
    """The real Vendure shop behind a proxy; the stream of products: the shortest."""

    connector = VENDURE
    stream = "products"
    listing = "VariantsLook"

    def __init__(self, shop: VendureShop, proxy: FaultyProxy) -> None:
        super().__init__()
        self.shop = shop
        self.faults = proxy.faults
        self.proxy = proxy
        self.secrets = (shop.api_key,)
        self.settings = {
            "url": proxy.url,
            "api_key": shop.api_key,
            "page_size": 15,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"api_key": "wrong0key0wrong0key0wrong:0123456789abcdef"}

    def ids(self) -> set[str]:
        """See :class:`Adapter`."""
        data = self.shop.send(
            "{ productVariants(options: {take: 100}) { totalItems items { id } } }"
        )["productVariants"]
        assert data["totalItems"] == len(data["items"])
        return {str(row["id"]) for row in data["items"]}

    def add(self) -> str:
        """See :class:`Adapter`."""
        name = f"New {next(self.numbers)} {id(self)}"
        product = self.shop.send(
            "mutation ($i: CreateProductInput!) { createProduct(input: $i) { id } }",
            {"i": {"translations": [self._text(name, slug=name, description="")]}},
        )["createProduct"]["id"]
        variant = {
            "productId": product,
            "sku": name,
            "price": 1234,
            "translations": [self._text(name)],
        }
        made = self.shop.send(
            "mutation ($i: [CreateProductVariantInput!]!) "
            "{ createProductVariants(input: $i) { id } }",
            {"i": [variant]},
        )
        return str(made["createProductVariants"][0]["id"])

    def change(self, ids: Iterable[str]) -> str:
        """See :class:`Adapter`."""
        name = f"Changed {next(self.numbers)} {id(self)}"
        self.shop.send(
            "mutation ($i: [UpdateProductVariantInput!]!) "
            "{ updateProductVariants(input: $i) { id } }",
            {"i": [{"id": i, "translations": [self._text(name)]} for i in ids]},
        )
        return name

    def remove(self, record_id: str) -> None:
        """See :class:`Adapter`."""
        self.shop.send(
            "mutation ($id: ID!) { deleteProductVariant(id: $id) { result } }",
            {"id": record_id},
        )

    @staticmethod
    def _text(name: str, **more: str) -> Json:
        return {"languageCode": "en", "name": name, **more}


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[VendureAdapter]:
    """Give the shop of the module behind a proxy of its own."""
    shop: VendureShop = request.getfixturevalue("shop")
    with FaultyProxy(shop.url) as proxy:
        yield VendureAdapter(shop, proxy)
