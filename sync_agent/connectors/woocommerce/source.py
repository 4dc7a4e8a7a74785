"""A WooCommerce shop as a source: its streams, its check, its whole truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sync_agent.i18n import _
from sync_agent.port import CheckResult, Item, Tools
from sync_agent.reading.checks import clock_result, rights_result
from sync_agent.reading.server import ServerSource
from sync_agent.records.envelope import Kind

from .client import WooClient, total_of
from .gather import OrderGatherer, ProductGatherer
from .settings import WooCommerceSettings
from .streams import Customers, Orders, Products, Refunds, Reviews
from .truth import Truth, numbers
from .walking import WooStream

_LISTS = (
    ("orders", "orders"),
    ("customers", "customers"),
    ("products", "products"),
    ("reviews", "products/reviews"),
)


class WooSource(ServerSource):
    """An open connection to a shop.

    A record in the bin is not gone: the shop still gives it by id and can restore it.
    An order there is *cancelled*, a product *not active*. Gone is what is deleted.
    """

    kinds: tuple[Kind, ...] = ("customer", "product", "order", "shipment", "review")

    def __init__(self, settings: WooCommerceSettings, tools: Tools) -> None:
        self._clock = tools.clock
        self._client = WooClient(settings, tools)
        super().__init__(self._client)
        self._settings = settings
        self._orders = OrderGatherer(self._client)
        self._products = ProductGatherer(self._client)
        self._truth = Truth(self._client, self._orders, self._products, tools.clock)

    @property
    def platform(self) -> str:
        """Name of the platform, with the version that the newest order tells."""
        return f"WooCommerce {self._client.version}".strip()

    def streams(self) -> Sequence[WooStream]:
        """See :meth:`sync_agent.port.Source.streams`."""
        common = (self._client, self._settings)
        return (
            Orders(*common, self._orders),
            Refunds(*common, self._orders),
            Products(*common, self._products),
            Customers(*common),
            Reviews(*common),
        )

    def check(self) -> Iterator[CheckResult]:
        """See :meth:`sync_agent.port.Source.check`."""
        answer = self._client.ask(
            "orders", {"per_page": 1, "_fields": "id,version", "orderby": "id"}
        )
        newest = answer.body[0] if isinstance(answer.body, list) and answer.body else {}
        self._client.version = str(newest.get("version") or "")
        yield CheckResult(
            "shop", "ok", _("{platform} answers.", platform=self.platform)
        )
        yield clock_result(self._client.served_at, self._clock.now())
        for name, path in _LISTS:
            yield rights_result(name, partial(self._total, path))
        if not self._orders.has_collection():
            yield CheckResult(
                "refunds",
                "warning",
                _(
                    "The shop has no list of refunds (it is older than "
                    "WooCommerce 9.0)."
                ),
                _(
                    "Refunds of orders of the last weeks are looked for, older "
                    "ones are found by the reconcile; update WooCommerce if "
                    "you can."
                ),
            )

    def _total(self, path: str) -> int | None:
        answer = self._client.ask(path, {"per_page": 1, "_fields": "id"})
        return total_of(answer)

    def _all(self, kind: Kind) -> Iterator[Item]:
        return self._truth.whole[kind]()

    def _some(self, kind: Kind, ids: Sequence[str]) -> Iterator[Item]:
        return self._truth.single[kind](ids if kind == "shipment" else numbers(ids))


def open_source(settings: Any, tools: Tools) -> WooSource:
    """Return the source for settings of a TOML table; does not talk to the shop."""
    return WooSource(settings, tools)
