"""A Medusa shop as a source: its streams, its check, its whole truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from sync_agent.i18n import _
from sync_agent.port import CheckResult, Item, Json, Tools
from sync_agent.reading.checks import clock_result, rights_result
from sync_agent.reading.server import ServerSource
from sync_agent.records.envelope import Kind

from . import gather
from .client import MedusaClient
from .gather import Gatherer
from .orders import parse_order
from .parcels import parse_shipments
from .people import parse_customer
from .settings import MedusaSettings
from .streams import Customers, MedusaStream, Orders, Payments, Products

_LISTS = ("orders", "payments", "customers", "products", "product-categories")


class MedusaSource(ServerSource):
    """An open connection to a shop."""

    kinds: tuple[Kind, ...] = ("customer", "product", "order", "shipment")

    def __init__(self, settings: MedusaSettings, tools: Tools) -> None:
        self._settings = settings
        self._clock = tools.clock
        self._client = MedusaClient(settings, tools)
        super().__init__(self._client)
        self._gatherer = Gatherer(self._client, settings.currency)
        # path, fields, rows -> items
        self._truth: dict[
            Kind, tuple[str, str, Callable[[Sequence[Json]], Iterable[Item]]]
        ] = {
            "customer": ("customers", gather.CUSTOMER, partial(map, parse_customer)),
            "product": ("products", gather.PRODUCT, self._gatherer.products),
            "order": ("orders", gather.ORDER, partial(map, parse_order)),
            "shipment": ("orders", gather.ORDER, _parcels),
        }

    @property
    def platform(self) -> str:
        """Name of the platform; the API does not tell its version."""
        return "Medusa 2"

    def streams(self) -> Sequence[MedusaStream]:
        """See :meth:`sync_agent.port.Source.streams`."""
        kinds = (Orders, Payments, Products, Customers)
        return [kind(self._client, self._settings, self._gatherer) for kind in kinds]

    def check(self) -> Iterator[CheckResult]:
        """See :meth:`sync_agent.port.Source.check`."""
        self._client.ask("stores", {"limit": 1})
        yield CheckResult(
            "shop", "ok", _("{platform} answers.", platform=self.platform)
        )
        yield clock_result(self._client.served_at, self._clock.now())
        for path in _LISTS:
            yield rights_result(path, partial(self._total, path))
        yield self._prices_result()

    def _total(self, path: str) -> int | None:
        return self._client.slice(path, 0, 1, fields="id").total

    def _prices_result(self) -> CheckResult:
        currency = self._gatherer.currency()
        if currency is None:
            return CheckResult(
                "prices",
                "warning",
                _("The store has no default currency: products come without prices."),
                _('Set one in Medusa Admin > Settings > Store, or currency = "EUR".'),
            )
        return CheckResult(
            "prices", "ok", _("Prices are read in {currency}.", currency=currency)
        )

    def _all(self, kind: Kind) -> Iterator[Item]:
        path, fields, items = self._truth[kind]
        for rows in self._client.pages(path, fields=fields):
            yield from items(rows)

    def _some(self, kind: Kind, ids: Sequence[str]) -> Iterator[Item]:
        wanted = set(ids)
        return (item for item in self._near(kind, ids) if item.external_id in wanted)

    def _near(self, kind: Kind, ids: Sequence[str]) -> Iterable[Item]:
        """Yield the records of ids, and maybe others."""
        if kind == "shipment":  # the API gives them only with their orders
            return self._all(kind)
        if kind == "product":
            variants = self._client.by_ids("product-variants", ids, gather.VARIANT)
            return self._gatherer.products_of(variants)
        path, fields, items = self._truth[kind]
        return items(list(self._client.by_ids(path, ids, fields)))


def _parcels(rows: Iterable[Json]) -> Iterator[Item]:
    for row in rows:
        yield from parse_shipments(row)


def open_source(settings: Any, tools: Tools) -> MedusaSource:
    """Return the source for settings of a TOML table; does not talk to the shop."""
    return MedusaSource(settings, tools)
