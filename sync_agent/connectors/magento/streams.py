"""What of a shop is read with cursors of its own.

Each list is asked for what changed since the mark, by the order of ids. Credit memos,
shipments and tracking numbers do not move the date of what they belong to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sync_agent.port import Item, Json
from sync_agent.reading.cursor import Reading
from sync_agent.reading.fields import utc_time
from sync_agent.reading.parts import Part, PartStream, by_key
from sync_agent.records.envelope import Kind
from sync_agent.transport.walk import Slice

from .carts import is_left, parse_cart
from .client import Group, MagentoClient, entity_id, row_id
from .gather import Gatherer
from .orders import stamps
from .parcels import parse_shipments, tracks_of
from .people import parse_customer
from .settings import MagentoSettings


def dated(since: datetime | None, *names: str) -> list[Group]:
    """Return the search for rows one of whose dates is not before a time (UTC)."""
    if since is None:
        return []
    text = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return [[(name, "gteq", text) for name in names]]


def moved(row: Json, since: datetime) -> bool:
    """Tell whether one of a row's dates is not before a time."""
    at = since.replace(microsecond=0)
    times = [utc_time(each) for each in stamps(row)]
    return any(time is not None and time >= at for time in times)


class MagentoStream(PartStream[MagentoClient, MagentoSettings]):
    """What all streams of a shop share."""

    def __init__(
        self, client: MagentoClient, settings: MagentoSettings, gatherer: Gatherer
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer

    def _listed(
        self,
        path: str,
        key: Callable[[Json], int],
        groups: Sequence[Group],
        items: Callable[[Sequence[Json]], Sequence[Item]],
        *,
        fields: str = "",
    ) -> Part:
        """Return the part of a list.

        Args:
            path: of the API.
            key: id of a row.
            groups: the search; must be the same when the walk goes on later.
            items: turns rows into items.
            fields: of the rows that are needed; empty: all.
        """

        def rows(after: int | None) -> Slice[Json]:
            return self._client.slice(path, groups, after=after, fields=fields)

        # what the shop tells as its total is what is left, and may be wrong
        return Part(by_key(rows, key), items, counts=False)


class Orders(MagentoStream):
    """Orders with their refunds."""

    name = "orders"
    kinds: tuple[Kind, ...] = ("order",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        changed = dated(reading.since, "updated_at")
        return self._listed("orders", entity_id, changed, self._gatherer.orders)


class Refunds(MagentoStream):
    """Orders that got a credit memo, which does not move the order's date."""

    name = "creditmemos"
    kinds: tuple[Kind, ...] = ("order",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        changed = dated(reading.since, "updated_at", "created_at")
        return self._listed(
            "creditmemos",
            entity_id,
            changed,
            self._refunded,
            fields="entity_id,order_id",
        )

    def _refunded(self, rows: Sequence[Json]) -> list[Item]:
        ids = {int(row["order_id"]) for row in rows if row.get("order_id")}
        return list(self._gatherer.orders_by_id(map(str, sorted(ids))))


class Shipments(MagentoStream):
    """Parcels. Part 1: recent ones that got a tracking number later."""

    name = "shipments"
    kinds: tuple[Kind, ...] = ("shipment",)

    def _part(self, reading: Reading) -> Part | None:
        since = reading.since
        if reading.part == 0:
            changed = dated(since, "updated_at", "created_at")
            return self._listed("shipments", entity_id, changed, parcels)
        if reading.part == 1 and since is not None:
            oldest = since - timedelta(days=self._settings.open_days)

            def late(rows: Sequence[Json]) -> list[Item]:
                return parcels(
                    row
                    for row in rows
                    if not moved(row, since)
                    and any(moved(each, since) for each in tracks_of(row))
                )

            recent = dated(oldest, "created_at")
            return self._listed("shipments", entity_id, recent, late)
        return None


class Products(MagentoStream):
    """Products and variants."""

    name = "products"
    kinds: tuple[Kind, ...] = ("product",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        changed = dated(reading.since, "updated_at")
        return self._listed("products", row_id, changed, self._gatherer.products)


class Customers(MagentoStream):
    """Accounts. Part 1: those of orders that changed.

    A new address does not move the account's date (magento2#2982).
    """

    name = "customers"
    kinds: tuple[Kind, ...] = ("customer",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part == 0:
            changed = dated(reading.since, "updated_at")
            return self._listed("customers/search", row_id, changed, accounts)
        if reading.part == 1 and reading.since is not None:
            changed = dated(reading.since, "updated_at")
            return self._listed(
                "orders",
                entity_id,
                changed,
                self._buyers,
                fields="entity_id,customer_id",
            )
        return None

    def _buyers(self, rows: Sequence[Json]) -> list[Item]:
        ids = {int(row["customer_id"]) for row in rows if row.get("customer_id")}
        return list(self._gatherer.customers_by_id(map(str, sorted(ids))))


class Carts(MagentoStream):
    """Carts that were left; a new one may have no date of change."""

    name = "carts"
    kinds: tuple[Kind, ...] = ("cart",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        changed = dated(reading.since, "updated_at", "created_at")
        return self._listed("carts/search", row_id, changed, carts)


def accounts(rows: Iterable[Json]) -> list[Item]:
    """Return the customers of a page."""
    return [parse_customer(row) for row in rows]


def parcels(rows: Iterable[Json]) -> list[Item]:
    """Return the parcels of a page of shipments."""
    return [item for row in rows for item in parse_shipments(row)]


def carts(rows: Iterable[Json]) -> list[Item]:
    """Return the carts of a page that hold goods."""
    return [parse_cart(row) for row in rows if is_left(row)]
