"""A WooCommerce shop as a source: its streams, its check, its whole truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sync_agent.errors import ExitCode, NeedsCredentials
from sync_agent.i18n import _
from sync_agent.port import CheckResult, Item, Key, Tools, key_of
from sync_agent.reading.checks import clock_result
from sync_agent.records import BadRecord
from sync_agent.records.envelope import Kind

from .client import WooClient
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


class WooSource:
    """An open connection to a shop.

    A record in the bin is not gone: the shop still gives it by id and can restore it.
    An order there is *cancelled*, a product *not active*. Gone is what is deleted.
    """

    kinds: tuple[Kind, ...] = ("customer", "product", "order", "shipment", "review")

    def __init__(self, settings: WooCommerceSettings, tools: Tools) -> None:
        self._clock = tools.clock
        self._client = WooClient(settings, tools)
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
            yield self._rights_result(name, path)
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

    def _rights_result(self, name: str, path: str) -> CheckResult:
        try:
            answer = self._client.ask(path, {"per_page": 1, "_fields": "id"})
        except NeedsCredentials as error:
            return CheckResult(
                name, "failed", error.message, error.remedy, ExitCode.CREDENTIALS
            )
        total = answer.headers.get("X-WP-Total")
        message = (
            _("May be read ({total} records).", total=total)
            if total
            else _("May be read (some records).")
        )
        return CheckResult(name, "ok", message)

    def keys(self, kind: Kind) -> Iterator[Key]:
        """See :meth:`sync_agent.port.Source.keys`."""
        for item in self._truth.whole[kind]():
            if isinstance(item, BadRecord):
                yield Key(item.external_id, item.version)
            else:
                yield key_of(item)

    def fetch(self, kind: Kind, external_ids: Sequence[str]) -> Iterator[Item]:
        """See :meth:`sync_agent.port.Source.fetch`."""
        ids = external_ids if kind == "shipment" else numbers(external_ids)
        yield from self._truth.single[kind](ids)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def open_source(settings: Any, tools: Tools) -> WooSource:
    """Return the source for settings of a TOML table; does not talk to the shop."""
    return WooSource(settings, tools)
