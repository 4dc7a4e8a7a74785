"""A PrestaShop shop as a source: its streams, its check, its whole truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sync_agent.errors import ConfigError, ExitCode
from sync_agent.i18n import _
from sync_agent.port import CheckResult, Item, Json, Tools
from sync_agent.reading.checks import clock_result, rights_result
from sync_agent.reading.server import ServerSource
from sync_agent.records.envelope import Kind

from .client import MissingRight, PrestaShopClient
from .facts import Facts
from .gather import Gatherer
from .settings import PrestaShopSettings
from .streams import (
    Customers,
    Orders,
    PrestaShopStream,
    Products,
    Refunds,
    Shipments,
)

NEEDED = (
    *("orders", "order_details", "order_slip", "order_carriers", "order_states"),
    *("customers", "addresses", "products", "combinations", "currencies"),
)
"""Lists that the key must read."""
HELPFUL = (
    *("order_histories", "order_cart_rules", "carriers", "countries", "states"),
    *("categories", "product_option_values", "languages", "configurations"),
)
"""Lists without which records hold less."""
_AHEAD = timedelta(minutes=10)


class PrestaShopSource(ServerSource):
    """An open connection to a shop."""

    def __init__(self, settings: PrestaShopSettings, tools: Tools) -> None:
        self._settings = settings
        self._clock = tools.clock
        self._client = PrestaShopClient(settings, tools)
        super().__init__(self._client)
        self._facts = Facts(self._client, settings)
        self._gatherer = Gatherer(self._client, self._facts)
        # list, rows -> items
        self._truth: dict[Kind, tuple[str, Callable[[Sequence[Json]], list[Item]]]] = {
            "customer": ("customers", self._gatherer.customers),
            "product": ("products", self._gatherer.products),
            "order": ("orders", self._gatherer.orders),
            "shipment": ("order_carriers", self._gatherer.parcels),
        }
        self.kinds = tuple(self._truth)

    @property
    def platform(self) -> str:
        """Name of the platform, with its version when the shop told it."""
        version = (self._facts.configured or {}).get("PS_VERSION_DB", "")
        return f"PrestaShop {version}".strip()

    def streams(self) -> Sequence[PrestaShopStream]:
        """See :meth:`sync_agent.port.Source.streams`."""
        kinds: list[type[PrestaShopStream]] = [
            Orders,
            Refunds,
            Shipments,
            Products,
            Customers,
        ]
        return [
            kind(self._client, self._settings, self._gatherer, self._facts)
            for kind in kinds
        ]

    def check(self) -> Iterator[CheckResult]:
        """See :meth:`sync_agent.port.Source.check`."""
        newest = self._newest()
        zone = self._zone_result(newest)
        yield CheckResult(
            "shop", "ok", _("{platform} answers.", platform=self.platform)
        )
        yield clock_result(self._client.served_at, self._clock.now())
        yield zone
        for name in NEEDED:
            yield rights_result(name, partial(self._ask, name))
        for name in HELPFUL:
            yield self._helpful(name)

    def _newest(self) -> str:
        """Return when the newest order was made, as the shop wrote it."""
        try:
            rows = self._client.slice(
                "orders", limit=1, display="[id,date_add]", order="id_DESC"
            ).rows
        except MissingRight:  # told below, with its remedy
            return ""
        return str(rows[0].get("date_add") or "") if rows else ""

    def _zone_result(self, newest: str) -> CheckResult:
        """Compare the shop's zone with the time of its newest order."""
        try:
            times = self._facts.times()
        except ConfigError as error:
            return CheckResult(
                "time zone", "failed", error.message, error.remedy, ExitCode.CONFIG
            )
        at, now = times.of(newest), self._client.served_at or self._clock.now()
        if _is_ahead(at, now):
            return CheckResult(
                "time zone",
                "warning",
                _(
                    "The newest order lies in the future of {zone}.",
                    zone=times.zone.key,
                ),
                _("Correct timezone in the settings: the shop's own is another."),
            )
        return CheckResult(
            "time zone", "ok", _("The shop's times are in {zone}.", zone=times.zone.key)
        )

    def _helpful(self, name: str) -> CheckResult:
        found = rights_result(name, partial(self._ask, name))
        if found.state == "ok":
            return found
        message = _(
            "Records hold less: the key may not read {resource}.", resource=name
        )
        return CheckResult(name, "warning", message, found.remedy)

    def _ask(self, resource: str) -> None:
        self._client.slice(resource, limit=1, display="[id]")

    def _all(self, kind: Kind) -> Iterator[Item]:
        resource, items = self._truth[kind]
        for rows in self._client.pages(resource):
            yield from items(rows)

    def _some(self, kind: Kind, ids: Sequence[str]) -> Iterator[Item]:
        resource, items = self._truth[kind]
        wanted = set(ids)
        # the id of a combination begins with that of its product
        roots = {each.partition(":")[0] for each in wanted}
        numbers = [each for each in roots if each.isascii() and each.isdigit()]
        rows = self._client.of(resource, "id", numbers)
        return (item for item in items(rows) if item.external_id in wanted)


def _is_ahead(at: datetime | None, now: datetime) -> bool:
    return at is not None and at > now + _AHEAD


def open_source(settings: Any, tools: Tools) -> PrestaShopSource:
    """Return the source for settings of a TOML table; does not talk to the shop."""
    return PrestaShopSource(settings, tools)
