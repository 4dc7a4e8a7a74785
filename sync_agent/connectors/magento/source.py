"""A Magento shop as a source: its streams, its check, its whole truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from sync_agent.i18n import _
from sync_agent.port import CheckResult, Item, Json, Tools
from sync_agent.reading.checks import clock_result, rights_result
from sync_agent.reading.server import ServerSource
from sync_agent.records.envelope import Kind

from .client import MagentoClient, entity_id, row_id
from .gather import Gatherer
from .settings import MagentoSettings
from .streams import (
    Carts,
    Customers,
    MagentoStream,
    Orders,
    Products,
    Refunds,
    Shipments,
    accounts,
    carts,
    parcels,
)

_LISTS = {
    "orders": "orders",
    "refunds": "creditmemos",
    "shipments": "shipments",
    "customers": "customers/search",
    "products": "products",
    "categories": "categories/list",
}
_CARTS = {"carts": "carts/search"}


class MagentoSource(ServerSource):
    """An open connection to a shop."""

    def __init__(self, settings: MagentoSettings, tools: Tools) -> None:
        self._settings = settings
        self._clock = tools.clock
        self._client = MagentoClient(settings, tools)
        super().__init__(self._client)
        self._gatherer = Gatherer(self._client, settings.money)
        # path, id of a row, rows -> items
        self._truth: dict[
            Kind,
            tuple[
                str, Callable[[Json], int], Callable[[Sequence[Json]], Iterable[Item]]
            ],
        ] = {
            "customer": ("customers/search", row_id, accounts),
            "product": ("products", row_id, self._gatherer.products),
            "order": ("orders", entity_id, self._gatherer.orders),
            "shipment": ("shipments", entity_id, parcels),
        }
        if settings.carts:
            self._truth["cart"] = ("carts/search", row_id, carts)
        self.kinds = tuple(self._truth)

    @property
    def platform(self) -> str:
        """Name of the platform; the API does not tell its version."""
        return "Magento 2"

    def streams(self) -> Sequence[MagentoStream]:
        """See :meth:`sync_agent.port.Source.streams`."""
        kinds: list[type[MagentoStream]] = [
            Orders,
            Refunds,
            Shipments,
            Products,
            Customers,
        ]
        if self._settings.carts:
            kinds.append(Carts)
        return [kind(self._client, self._settings, self._gatherer) for kind in kinds]

    def check(self) -> Iterator[CheckResult]:
        """See :meth:`sync_agent.port.Source.check`."""
        self._client.ask("directory/currency")
        yield CheckResult(
            "shop", "ok", _("{platform} answers.", platform=self.platform)
        )
        yield clock_result(self._client.served_at, self._clock.now())
        for name, path in {**_LISTS, **self._optional()}.items():
            yield rights_result(name, partial(self._total, path))

    def _optional(self) -> dict[str, str]:
        return _CARTS if self._settings.carts else {}

    def _total(self, path: str) -> int | None:
        return self._client.slice(path, limit=1).total

    def _all(self, kind: Kind) -> Iterator[Item]:
        path, key, items = self._truth[kind]
        for rows in self._client.pages(path, key):
            yield from items(rows)

    def _some(self, kind: Kind, ids: Sequence[str]) -> Iterator[Item]:
        path, key, items = self._truth[kind]
        wanted = set(ids)
        # a parcel's id begins with that of its shipment
        roots = {each.partition(":")[0] for each in wanted}
        numbers = sorted(each for each in roots if each.isascii() and each.isdigit())
        rows = list(self._client.by_ids(path, key, numbers))
        return (item for item in items(rows) if item.external_id in wanted)


def open_source(settings: Any, tools: Tools) -> MagentoSource:
    """Return the source for settings of a TOML table; does not talk to the shop."""
    return MagentoSource(settings, tools)
