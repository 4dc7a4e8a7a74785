"""What of a shop is read with cursors of its own.

Each list is asked for what changed since the mark, by the order of ids. Credit slips,
addresses, tracking numbers and combinations do not move the date of what they belong
to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sync_agent.port import Item, Json
from sync_agent.reading.cursor import Reading
from sync_agent.reading.parts import Part, PartStream, by_key
from sync_agent.reading.whole import is_due, read_whole, whole_at
from sync_agent.records.envelope import Kind
from sync_agent.transport.walk import Slice

from .client import PrestaShopClient, row_id
from .facts import Facts
from .gather import Gatherer
from .settings import PrestaShopSettings

_END = 9


class PrestaShopStream(PartStream[PrestaShopClient, PrestaShopSettings]):
    """What all streams of a shop share."""

    def __init__(
        self,
        client: PrestaShopClient,
        settings: PrestaShopSettings,
        gatherer: Gatherer,
        facts: Facts,
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer
        self._facts = facts

    def _since(self, since: datetime | None, column: str) -> dict[str, str]:
        """Return the filter for rows whose date is not before a time."""
        if since is None:
            return {}
        return {column: f">[{self._facts.times().before(since)}]"}

    def _listed(
        self,
        resource: str,
        filters: Mapping[str, str],
        items: Callable[[Sequence[Json]], Sequence[Item]],
        *,
        display: str = "full",
    ) -> Part:
        """Return the part of a list.

        Args:
            resource: of the webservice.
            filters: must be the same when the walk goes on later.
            items: turns rows into items.
            display: columns that are needed.
        """

        def rows(after: int | None) -> Slice[Json]:
            return self._client.slice(resource, filters, after=after, display=display)

        return Part(by_key(rows, row_id), items, counts=False)

    def _changed(
        self,
        resource: str,
        reading: Reading,
        items: Callable[[Sequence[Json]], Sequence[Item]],
        *,
        display: str = "full",
    ) -> Part:
        """Return the part of what changed in a list since the mark."""
        filters = self._since(reading.since, "date_upd")
        return self._listed(resource, filters, items, display=display)


class Orders(PrestaShopStream):
    """Orders with their refunds."""

    name = "orders"
    kinds: tuple[Kind, ...] = ("order",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        return self._changed("orders", reading, self._gatherer.orders)


class Refunds(PrestaShopStream):
    """Orders that got a credit slip, which need not move the order's date."""

    name = "order_slips"
    kinds: tuple[Kind, ...] = ("order",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        return self._changed(
            "order_slip", reading, self._refunded, display="[id,id_order]"
        )

    def _refunded(self, rows: Sequence[Json]) -> list[Item]:
        return self._gatherer.orders_by_id({row.get("id_order") or 0 for row in rows})


class Shipments(PrestaShopStream):
    """Parcels: new ones, those of orders that changed, and at a cadence recent ones.

    A tracking number that comes later leaves no date at all.
    """

    name = "shipments"
    kinds: tuple[Kind, ...] = ("shipment",)
    _NEW, _MOVED, _RECENT = 0, 1, 2

    def _part(self, reading: Reading) -> Part | None:
        since = reading.since
        if reading.part == self._NEW:
            filters = self._since(since, "date_add")
            return self._listed("order_carriers", filters, self._gatherer.parcels)
        if reading.part == self._MOVED:
            return self._changed("orders", reading, self._of_orders, display="[id]")
        if reading.part == self._RECENT and since is not None:
            oldest = since - timedelta(days=self._settings.open_days)
            filters = self._since(oldest, "date_add")
            return self._listed("order_carriers", filters, self._gatherer.parcels)
        return None

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == self._RECENT or reading.since is None:
            return replace(read_whole(reading).next_part(), part=_END)
        reading = reading.next_part()
        is_skipped = reading.part == self._RECENT and not is_due(
            reading, self._settings
        )
        return reading.next_part() if is_skipped else reading

    def _of_orders(self, rows: Sequence[Json]) -> list[Item]:
        return self._gatherer.parcels_of([row["id"] for row in rows])


class Products(PrestaShopStream):
    """Products with their combinations. Part 1: all combinations, at a cadence.

    A combination has no date, and its change does not always move its product's.
    """

    name = "products"
    kinds: tuple[Kind, ...] = ("product",)

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when all combinations were read: later changes may be unknown."""
        return whole_at(cursor)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part == 0:
            return self._changed("products", reading, self._gatherer.products)
        if reading.part == 1 and reading.since is not None:
            return self._listed("combinations", {}, self._gatherer.combinations)
        return None

    def _finished(self, reading: Reading) -> Reading:
        is_whole = reading.part == 1 or reading.since is None
        if is_whole or not is_due(reading, self._settings):
            reading = read_whole(reading) if is_whole else reading
            return replace(reading.next_part(), part=_END)
        return reading.next_part()


class Customers(PrestaShopStream):
    """Accounts. Part 1: those of addresses that changed."""

    name = "customers"
    kinds: tuple[Kind, ...] = ("customer",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part == 0:
            return self._changed("customers", reading, self._gatherer.customers)
        if reading.part == 1 and reading.since is not None:
            return self._changed(
                "addresses", reading, self._owners, display="[id,id_customer]"
            )
        return None

    def _owners(self, rows: Sequence[Json]) -> list[Item]:
        ids = {row.get("id_customer") or 0 for row in rows}
        return self._gatherer.customers_by_id(ids)
