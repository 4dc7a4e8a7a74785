"""A Youzan shop as a source: its streams, its check, its whole truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sync_agent.i18n import _
from sync_agent.port import CheckResult, Item, Json, Key, Tools
from sync_agent.reading.checks import clock_result, rights_result
from sync_agent.reading.server import ServerSource
from sync_agent.records.envelope import Kind

from .client import YouzanClient
from .gather import Gatherer
from .lists import FIRST_DAY, IN_STOCK, ON_SALE, Lists
from .orders import order_id, order_version
from .settings import YouzanSettings
from .streams import (
    Customers,
    Orders,
    Products,
    Refunds,
    Waiting,
    YouzanStream,
    customers,
    first_second,
    ids_of,
)
from .windows import Spans

_AHEAD = timedelta(minutes=5)


class YouzanSource(ServerSource):
    """An open connection to a shop."""

    def __init__(self, settings: YouzanSettings, tools: Tools) -> None:
        self._settings = settings
        self._clock = tools.clock
        self._client = YouzanClient(settings, tools)
        super().__init__(self._client)
        self._gatherer = Gatherer(self._client)
        self._lists = Lists(self._client)
        # parcels are not compared: each order would be a call that is billed
        kinds: tuple[Kind, ...] = ("product", "order")
        self.kinds = ("customer", *kinds) if settings.customers else kinds

    @property
    def platform(self) -> str:
        """Name of the platform; the API does not tell its version."""
        return "Youzan"

    def streams(self) -> Sequence[YouzanStream]:
        """See :meth:`sync_agent.port.Source.streams`."""
        kinds: list[type[YouzanStream]] = [Orders, Refunds, Waiting, Products]
        if self._settings.customers:
            kinds.append(Customers)
        common = (self._client, self._settings, self._gatherer, self._lists)
        return [kind(*common) for kind in kinds]

    def check(self) -> Iterator[CheckResult]:
        """See :meth:`sync_agent.port.Source.check`."""
        self._client.tokens.get()
        yield CheckResult("shop", "ok", _("Youzan gives a token for the shop."))
        orders = rights_result("orders", partial(self._count, self._recent_orders()))
        yield clock_result(self._client.served_at, self._clock.now())
        yield orders
        yield rights_result("refunds", partial(self._count, self._lists.refunds()))
        for name, api in (("products", ON_SALE), ("stock", IN_STOCK)):
            count = partial(self._count, self._lists.items(api))
            yield rights_result(name, count)
        if self._settings.customers:
            yield rights_result("customers", self._lists.count_customers)

    def keys(self, kind: Kind) -> Iterator[Key]:
        """See :meth:`sync_agent.port.Source.keys`.

        Orders are listed with their version only: a look at each would be billed.
        """
        return self._order_keys() if kind == "order" else super().keys(kind)

    def _order_keys(self) -> Iterator[Key]:
        begin = first_second(self._settings)
        refunded: dict[str, list[object]] = {}
        for row in self._rows(self._lists.refunds(), begin):
            refunded.setdefault(str(row.get("tid")), []).append(row.get("modified"))
        for row in self._rows(self._lists.orders("created"), begin):
            own = order_id(row)
            yield Key(own, order_version(row, refunded.get(own, ())))

    def _all(self, kind: Kind) -> Iterator[Item]:
        if kind == "customer":
            for row in self._rows(self._lists.customers(), FIRST_DAY):
                yield from customers([row])
            return
        # on sale once more: what went on sale meanwhile was in neither list
        for api in (ON_SALE, IN_STOCK, ON_SALE):
            rows = self._rows(self._lists.items(api), FIRST_DAY)
            yield from self._gatherer.products(ids_of(list(rows)))

    def _some(self, kind: Kind, ids: Sequence[str]) -> Iterable[Item]:
        if kind == "customer":
            return self._gatherer.customers(ids)
        wanted = set(ids)
        roots = sorted({each.partition(":")[0] for each in ids})
        if kind == "product":
            numbers = [each for each in roots if each.isascii() and each.isdigit()]
            items = self._gatherer.products(numbers)
            return (item for item in items if _is_wanted(item, wanted))
        items = self._gatherer.orders(roots)
        return (i for i in items if i.kind == kind and _is_wanted(i, wanted))

    def _rows(self, spans: Spans, begin: int) -> Iterator[Json]:
        end = int((self._clock.now() + _AHEAD).timestamp())
        for step in spans.walk(begin, end):
            yield from step.rows

    def _recent_orders(self) -> Spans:
        return self._lists.orders("created")

    def _count(self, spans: Spans) -> int:
        """Return the number of rows of the last days."""
        end = int(self._clock.now().timestamp())
        days = timedelta(days=self._settings.open_days)
        return spans.fetch(end - int(days.total_seconds()), end, 1)[1]


def _is_wanted(item: Item, wanted: set[str]) -> bool:
    """Tell whether an item was asked for, or what it belongs to."""
    return item.external_id in wanted or item.external_id.partition(":")[0] in wanted


def open_source(settings: Any, tools: Tools) -> YouzanSource:
    """Return the source for settings of a TOML table; does not talk to the shop."""
    return YouzanSource(settings, tools)
