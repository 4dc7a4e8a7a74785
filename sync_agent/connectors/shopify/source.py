"""A Shopify shop as a source: its streams, its check, its whole truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from sync_agent.errors import ExitCode, Incomplete, NeedsCredentials
from sync_agent.i18n import _
from sync_agent.port import CheckResult, Item, Json, Tools
from sync_agent.reading.checks import clock_result, rights_result
from sync_agent.reading.fields import utc_time
from sync_agent.reading.server import ServerSource
from sync_agent.records.envelope import Kind
from sync_agent.transport.walk import walk_after

from . import queries
from .bulk import ids_of
from .client import ShopifyClient, row_key
from .gather import Gatherer
from .settings import ShopifySettings
from .streams import Carts, Customers, Lists, Orders, Products, ShopifyStream

ALL_ORDERS = "read_all_orders"
_WALL = timedelta(days=60)
"""Without the scope Shopify is silent about orders older than this."""
_LOOKS = {
    "orders": queries.ORDERS_LOOK,
    "customers": queries.CUSTOMERS_LOOK,
    "products": queries.PRODUCTS_LOOK,
    "abandonedCheckouts": queries.CARTS_LOOK,
}


class ShopifySource(ServerSource):
    """An open connection to a shop."""

    kinds: tuple[Kind, ...] = ("customer", "product", "order", "shipment", "cart")

    def __init__(self, settings: ShopifySettings, tools: Tools) -> None:
        self._settings = settings
        self._clock = tools.clock
        self._client = ShopifyClient(settings, tools)
        super().__init__(self._client)
        self._gatherer = Gatherer(self._client)
        self._lists = Lists(self._client)
        fetch = self._gatherer
        self._truth: dict[
            Kind, tuple[str, Callable[[Sequence[str]], Iterator[Item]]]
        ] = {
            "customer": ("customers", fetch.customers),
            "product": ("products", fetch.variants_of),
            "order": ("orders", partial(self._of_orders, "order")),
            "shipment": ("orders", partial(self._of_orders, "shipment")),
            "cart": ("abandonedCheckouts", fetch.carts),
        }

    @property
    def platform(self) -> str:
        """Name of the platform and version of its API."""
        return f"Shopify {self._client.version or self._settings.api_version}"

    def streams(self) -> Sequence[ShopifyStream]:
        """See :meth:`sync_agent.port.Source.streams`."""
        common = (self._client, self._gatherer)
        return (Orders(*common), Products(*common), Customers(*common), Carts(*common))

    def check(self) -> Iterator[CheckResult]:
        """See :meth:`sync_agent.port.Source.check`."""
        name = self._client.shop["shop"]["name"]
        yield CheckResult("shop", "ok", _("{name} answers.", name=name))
        yield clock_result(self._client.served_at, self._clock.now())
        yield self._version_result()
        for root, query in _LOOKS.items():
            yield rights_result(root, partial(self._total, root, query))
        yield self._wall_result()
        yield self._hidden_result()

    def _version_result(self) -> CheckResult:
        asked, told = self._settings.api_version, self._client.version
        if told and told != asked:
            return CheckResult(
                "version",
                "warning",
                _(
                    "Shopify answers with version {told} instead of {asked}.",
                    told=told,
                    asked=asked,
                ),
                _("That version has ended; update the agent."),
            )
        return CheckResult("version", "ok", _("Version {asked}.", asked=asked))

    def _wall_result(self) -> CheckResult:
        if ALL_ORDERS in self._client.scopes:
            return CheckResult("history", "ok", _("Orders of any age may be read."))
        return CheckResult(
            "history",
            "warning",
            _("Shopify gives only the orders of the last 60 days."),
            _(
                "Give the app the scope read_all_orders (Shopify must approve it) and "
                "install it again; else older orders are missing."
            ),
        )

    def _hidden_result(self) -> CheckResult:
        """Fetch some whole records and tell which fields Shopify hides."""
        for root, fetch in (
            ("orders", self._gatherer.orders),
            ("customers", self._gatherer.customers),
        ):
            with suppress(NeedsCredentials):  # told by the line of that list
                rows = self._client.slice(_LOOKS[root], root, "", 1).rows
                list(fetch(ids_of(rows)))
        hidden = ", ".join(sorted(self._client.hidden))
        if not hidden:
            return CheckResult("customer data", "ok", _("No field is hidden."))
        return CheckResult(
            "customer data",
            "warning",
            _("Shopify hides these fields from the app: {hidden}.", hidden=hidden),
            _(
                "Ask for access to protected customer data in the app's settings; "
                "without e-mail and name customers cannot be told apart."
            ),
            ExitCode.CREDENTIALS,
        )

    def _total(self, root: str, query: str) -> int:
        self._client.slice(query, root, "", 1)
        return self._client.count(root)

    def _all(self, kind: Kind) -> Iterator[Item]:
        root, fetch = self._truth[kind]
        if root == "orders":
            self._need_all_orders()
        rows = self._lists.rows(_LOOKS[root], root)
        for step in walk_after(rows, row_key):
            yield from fetch(ids_of([row for row in step.rows if self._counts(row)]))

    def _some(self, kind: Kind, ids: Sequence[str]) -> Iterator[Item]:
        if kind in ("order", "shipment"):
            self._need_all_orders()
        if kind == "shipment":
            yield from self._parcels(ids)
        elif kind == "product":
            yield from self._gatherer.variants(_numbers(ids))
        else:
            yield from self._truth[kind][1](_numbers(ids))

    def _of_orders(self, kind: Kind, ids: Sequence[str]) -> Iterator[Item]:
        return (item for item in self._gatherer.orders(ids) if item.kind == kind)

    def _parcels(self, ids: Sequence[str]) -> Iterator[Item]:
        """Yield parcels by id, which are given with their orders.

        The id of a fulfilment stands for all its parcels.
        """
        wanted = set(ids)
        numbers = _numbers(sorted({each.partition(":")[0] for each in ids}))
        for item in self._gatherer.parcels(numbers):
            if {item.external_id, item.external_id.partition(":")[0]} & wanted:
                yield item

    def _counts(self, row: Json) -> bool:
        return self._settings.test_orders or not row.get("test")

    def _need_all_orders(self) -> None:
        """Refuse to tell a truth that ends at 60 days: older orders are not gone."""
        if ALL_ORDERS in self._client.scopes:
            return
        opened = utc_time(self._client.shop["shop"].get("createdAt"))
        if opened is None or self._clock.now() - opened > _WALL:
            raise Incomplete(
                _("Shopify gives only the orders of the last 60 days."),
                _(
                    "Give the app the scope read_all_orders (Shopify must approve it) "
                    "and install it again; else older orders are missing."
                ),
            )


def _numbers(ids: Sequence[str]) -> list[str]:
    """Return the ids that Shopify can have."""
    return [each for each in ids if each.isascii() and each.isdigit()]


def open_source(settings: Any, tools: Tools) -> ShopifySource:
    """Return the source for settings of a TOML table; does not talk to the shop."""
    return ShopifySource(settings, tools)
