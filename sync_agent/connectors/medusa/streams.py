"""What of a shop is read with cursors of its own.

Each list is asked for what changed since the mark, by the order of ids. A capture, a
refund of what an edit left over, a new address and a price of a variant do not move the
date of what they belong to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sync_agent.port import Item, Json
from sync_agent.reading.cursor import OVERLAP, Reading
from sync_agent.reading.fields import utc_time
from sync_agent.reading.parts import Part, PartStream, by_offset
from sync_agent.reading.whole import (
    is_due,
    is_short,
    last_whole,
    read_whole,
    whole_at,
)
from sync_agent.records.envelope import Kind
from sync_agent.records.fields import version_of
from sync_agent.transport.walk import Slice

from . import gather
from .client import MedusaClient, row_id, since_filter
from .gather import Gatherer, order_of
from .people import customer_version, parse_customer
from .settings import MedusaSettings


class MedusaStream(PartStream[MedusaClient, MedusaSettings]):
    """What all streams of a shop share."""

    def __init__(
        self, client: MedusaClient, settings: MedusaSettings, gatherer: Gatherer
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer

    def _listed(
        self,
        path: str,
        filters: Json,
        items: Callable[[Sequence[Json]], Sequence[Item]],
        fields: str,
    ) -> Part:
        """Return the part of a list.

        Args:
            path: of the API.
            filters: must be the same when the walk goes on later.
            items: turns rows into items.
            fields: of the rows.
        """

        def rows(offset: int, limit: int) -> Slice[Json]:
            return self._client.slice(path, offset, limit, filters, fields)

        # orders come with their parcels, products as their variants
        return Part(
            by_offset(rows, row_id, self._client.page_size),
            items,
            counts=path == "customers",
        )


class Orders(MedusaStream):
    """Orders with their parcels and refunds."""

    name = "orders"
    kinds: tuple[Kind, ...] = ("order", "shipment")

    def _part(self, reading: Reading) -> Part | None:
        if reading.part:
            return None
        changed = since_filter("updated_at", reading.since)
        return self._listed("orders", changed, gather.orders, gather.ORDER)


class Payments(MedusaStream):
    """Orders that were paid or paid back, which may not move their date.

    Part 0: payments that were captured. Part 1: recent ones whose collection changed:
    a refund does not even move the date of its payment.
    """

    name = "payments"
    kinds: tuple[Kind, ...] = ("order", "shipment")

    def _part(self, reading: Reading) -> Part | None:
        since = reading.since
        if since is None:  # all orders are read anyway
            return None
        if reading.part == 0:
            changed = since_filter("updated_at", since)
            return self._listed("payments", changed, self._orders, gather.PAYMENT)
        if reading.part == 1:
            oldest = since - timedelta(days=self._settings.open_days)

            def moved(rows: Sequence[Json]) -> list[Item]:
                return self._orders([r for r in rows if _is_paid_back(r, since)])

            recent = since_filter("created_at", oldest)
            return self._listed("payments", recent, moved, gather.PAYMENT)
        return None

    def _orders(self, rows: Sequence[Json]) -> list[Item]:
        ids = {order for row in rows if (order := order_of(row))}
        return list(self._gatherer.orders_by_id(ids))


def _is_paid_back(row: Json, since: datetime) -> bool:
    """Tell whether a payment's collection changed, and the payment did not."""
    collection = row.get("payment_collection")
    stamp = collection.get("updated_at") if isinstance(collection, dict) else None
    return _moved(stamp, since) and not _moved(row.get("updated_at"), since)


def _moved(stamp: object, since: datetime) -> bool:
    at = utc_time(stamp)
    return at is not None and at >= since.replace(microsecond=0)


class Products(MedusaStream):
    """Variants; part 1: of products whose variants changed, which do not move them."""

    name = "products"
    kinds: tuple[Kind, ...] = ("product",)

    def _part(self, reading: Reading) -> Part | None:
        changed = since_filter("updated_at", reading.since)
        if reading.part == 0:
            return self._listed(
                "products", changed, self._gatherer.products, gather.PRODUCT
            )
        if reading.part == 1 and reading.since is not None:
            return self._listed(
                "product-variants", changed, self._gatherer.products_of, gather.VARIANT
            )
        return None


class Customers(MedusaStream):
    """Customers and guests; part 1: those whose addresses changed.

    A new address does not move the customer's date: the whole list is looked through, a
    short one each time, a long one at a cadence.
    """

    name = "customers"
    kinds: tuple[Kind, ...] = ("customer",)

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when the whole list was looked through."""
        return whole_at(cursor)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part == 0:
            changed = since_filter("updated_at", reading.since)
            return self._listed("customers", changed, _customers, gather.CUSTOMER)
        if reading.part > 1 or reading.since is None or not self._is_wanted(reading):
            return None
        since, last = reading.since, last_whole(reading)
        least = version_of(last - OVERLAP if last else None)

        def moved(rows: Sequence[Json]) -> list[Item]:
            return _customers(
                [
                    row
                    for row in rows
                    if customer_version(row) >= least
                    and not _moved(row.get("updated_at"), since)
                ]
            )

        return self._listed("customers", {}, moved, gather.CUSTOMER)

    def _is_wanted(self, reading: Reading) -> bool:
        if reading.after is not None or is_due(reading, self._settings):
            return True
        head = self._client.slice("customers", 0, 1, fields="id")
        return is_short(head.total, self._settings)

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == 1 or reading.since is None:
            reading = read_whole(reading)
        return reading.next_part()


def _customers(rows: Sequence[Json]) -> list[Item]:
    return [parse_customer(row) for row in rows]
