"""Shops that the conformance tests can change and trouble, one adapter a connector."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from scripts.dev.vendure import VendureShop
from sync_agent.connectors.vendure import CONNECTOR as VENDURE
from sync_agent.connectors.woocommerce import CONNECTOR as WOOCOMMERCE
from sync_agent.port import Connector, Item, Json, Page, Source, Tools
from sync_agent.records import BadRecord
from sync_agent.redact import Redactor
from sync_agent.transport.http import Http
from tests.fakes.faults import Faults
from tests.fakes.proxy import FaultyProxy
from tests.fakes.woocommerce import KEY, SECRET, FakeShop, Store, fill


class QuickClock:
    """The real time, but waiting takes none; it remembers how long it waited."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def now(self) -> datetime:
        """Return the time now."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return datetime.now(UTC).timestamp() + sum(self.waits)

    def sleep(self, seconds: float) -> None:
        """Remember the wait."""
        self.waits.append(seconds)


class Adapter(ABC):
    """A shop with a stream that the tests read.

    Attributes:
        stream: name of the stream.
        listing: text in the requests for pages of its list.
        secrets: must never be seen.
    """

    connector: Connector
    stream: str
    listing: str
    secrets: tuple[str, ...]
    faults: Faults
    settings: Json
    bad_settings: Json

    def __init__(self) -> None:
        self.clock = QuickClock()
        self.numbers = itertools.count(1)

    def open(self, **changes: Any) -> Source:
        """Open the shop anew, as a new process would."""
        settings = self.connector.settings(**{**self.settings, **changes})
        return self.connector.open(settings, self.tools())

    def tools(self) -> Tools:
        """Return what the agent gives to a source."""

        def transport(base_url: str, **options: Any) -> Http:
            return Http(base_url, clock=self.clock, redactor=Redactor(), **options)

        return Tools(self.clock, transport)

    def read(
        self,
        cursor: Json | None = None,
        *,
        full: bool = False,
        source: Source | None = None,
        stream: str = "",
    ) -> list[Page]:
        """Read a stream to its end."""
        found = self.stream_of(source or self.open(), stream)
        return list(found.read(cursor, full=full, started=self.clock.now()))

    def stream_of(self, source: Source, name: str = "") -> Any:
        """Return a stream of a source."""
        return {each.name: each for each in source.streams()}[name or self.stream]

    @abstractmethod
    def ids(self) -> set[str]:
        """Return the external ids that the list holds."""

    @abstractmethod
    def add(self) -> str:
        """Add a record; return its id."""

    @abstractmethod
    def change(self, ids: Iterable[str]) -> str:
        """Change records at once; return a text that they carry then."""

    @abstractmethod
    def remove(self, record_id: str) -> None:
        """Take a record out of the list."""


class WooAdapter(Adapter):
    """The fake WooCommerce shop; the stream of orders."""

    connector = WOOCOMMERCE
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
        template = next(iter(self.store.orders.values()))
        row = {k: v for k, v in template.items() if not k.startswith("date_")}
        row.update(id=self.store.post_id(), status="processing", date_paid_gmt=None)
        return str(self.store.add(self.store.orders, row)["id"])

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


def fake_shop(**options: Any) -> FakeShop:
    """Return a fake WooCommerce shop with some records."""
    return FakeShop(
        fill(Store(), orders=60, customers=20, products=8, reviews=5), **options
    )


def items_of(pages: Iterable[Page]) -> list[Item]:
    """Return all items of pages."""
    return [item for page in pages for item in page.items]


def ids_of(pages: Iterable[Page], kind: str = "") -> list[str]:
    """Return the ids of the items of a kind, of the first item's kind if none."""
    found = items_of(pages)
    wanted = kind or (found[0].kind if found else "")
    return [item.external_id for item in found if item.kind == wanted]


def text_of(item: Item) -> str:
    """Return all that an item carries as one text."""
    assert not isinstance(item, BadRecord), item.reason
    return str(item.to_wire())


def during(call: Callable[[], Any]) -> Callable[[], None]:
    """Return ``call`` without its result, for hooks."""

    def run() -> None:
        call()

    return run
