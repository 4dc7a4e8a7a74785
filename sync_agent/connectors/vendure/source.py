"""A Vendure shop as a source: its streams, its check, its whole truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from sync_agent.errors import ExitCode, Fatal
from sync_agent.i18n import _
from sync_agent.port import CheckResult, Item, Json, Tools
from sync_agent.reading.checks import clock_result, rights_result
from sync_agent.reading.server import ServerSource
from sync_agent.records.envelope import Kind
from sync_agent.transport.walk import Slice, walk

from . import gather, queries
from .client import VendureClient
from .settings import VendureSettings
from .states import SELLER_ORDER
from .streams import PLACED, Customers, Filter, Orders, Products, VendureStream


class VendureSource(ServerSource):
    """An open connection to a shop.

    Orders are never deleted in Vendure; customers, products and variants are, and are
    then no longer listed.
    """

    kinds: tuple[Kind, ...] = ("customer", "product", "order", "shipment")

    def __init__(self, settings: VendureSettings, tools: Tools) -> None:
        self._clock = tools.clock
        self._settings = settings
        self._client = VendureClient(settings, tools)
        super().__init__(self._client)
        self._single: dict[Kind, Callable[[Sequence[str]], Iterator[Item]]] = {
            "customer": lambda ids: gather.customers(self._client, ids),
            "product": lambda ids: gather.variants(self._client, ids),
            "order": lambda ids: gather.orders_only(self._client, ids),
            "shipment": self._parcels,
        }
        self._whole: dict[Kind, Callable[[], Iterator[Item]]] = {
            "customer": lambda: self._listed(
                queries.CUSTOMERS_LOOK, "customers", gather.customers
            ),
            "product": lambda: self._listed(
                queries.VARIANTS_LOOK, "productVariants", gather.variants
            ),
            "order": lambda: self._listed(
                queries.ORDERS_LOOK, "orders", gather.orders_only, PLACED
            ),
            "shipment": lambda: self._listed(
                queries.ORDERS_LOOK,
                "orders",
                gather.parcels_only,
                PLACED,
                lambda row: bool(row.get("fulfillments")),
            ),
        }

    @property
    def platform(self) -> str:
        """Name of the platform; Vendure does not tell its version."""
        return "Vendure"

    def streams(self) -> Sequence[VendureStream]:
        """See :meth:`sync_agent.port.Source.streams`."""
        common = (self._client, self._settings)
        return (Orders(*common), Products(*common), Customers(*common))

    def check(self) -> Iterator[CheckResult]:
        """See :meth:`sync_agent.port.Source.check`."""
        channel = self._client.ask(queries.CHANNEL).get("activeChannel") or {}
        yield CheckResult("shop", "ok", _("The admin API answers."))
        yield self._channel_result(channel)
        yield clock_result(self._client.served_at, self._clock.now())
        for name, query in queries.COUNTS.items():
            yield rights_result(name, partial(self._total, query))
        yield self._money_result()

    def _channel_result(self, channel: Json) -> CheckResult:
        code = str(channel.get("code") or "?")
        wanted = self._settings.channel_token
        if wanted is not None and channel.get("token") != wanted.get_secret_value():
            # Vendure then answers for the default channel without a word
            return CheckResult(
                "channel",
                "failed",
                _(
                    "The shop does not know the channel token and answers for {code}.",
                    code=code,
                ),
                _("Copy the token from Settings > Channels, or leave it out."),
                ExitCode.CONFIG,
            )
        return CheckResult("channel", "ok", _("Channel {code}.", code=code))

    def _total(self, query: str) -> int:
        data = self._client.ask(query)
        return int(next(iter(data.values()))["totalItems"])

    def _money_result(self) -> CheckResult:
        try:
            sample = self._client.cut(100000, "JPY")
        except (Fatal, KeyError) as error:
            return CheckResult(
                "amounts",
                "failed",
                _("The shop does not tell how it writes amounts: {error}", error=error),
                _(
                    'Set minor_units = "currency", or give the role the right '
                    "to read the settings."
                ),
                ExitCode.CONFIG,
            )
        return CheckResult(
            "amounts",
            "ok",
            _("100000 in yen is read as ¥{sample}.", sample=f"{sample:f}"),
        )

    def _all(self, kind: Kind) -> Iterator[Item]:
        # whole records: dates of some columns are cut to seconds, so that two changes
        # can share a version, and collections leave no date at all
        return self._whole[kind]()

    def _some(self, kind: Kind, ids: Sequence[str]) -> Iterator[Item]:
        return self._single[kind](ids)

    def _listed(
        self,
        query: str,
        root: str,
        fetch: gather.Fetch,
        filters: Filter | None = None,
        wanted: Callable[[Json], bool] = lambda row: row.get("type") != SELLER_ORDER,
    ) -> Iterator[Item]:
        def pages(offset: int, limit: int) -> Slice[Json]:
            return self._client.slice(query, root, offset, limit, filters)

        for step in walk(pages, gather.row_key, self._client.page_size):
            ids = [str(row["id"]) for row in step.rows if wanted(row)]
            yield from fetch(self._client, ids)

    def _parcels(self, ids: Sequence[str]) -> Iterator[Item]:
        """Yield fulfilments by id: the API gives them only with their orders."""
        wanted = set(ids)

        def holds_one(row: Json) -> bool:
            return any(str(p["id"]) in wanted for p in row.get("fulfillments") or ())

        for item in self._listed(
            queries.ORDERS_LOOK, "orders", gather.parcels_only, PLACED, holds_one
        ):
            if item.external_id in wanted:
                yield item


def open_source(settings: Any, tools: Tools) -> VendureSource:
    """Return the source for settings of a TOML table; does not talk to the shop."""
    return VendureSource(settings, tools)
