"""What of a shop is read with cursors of its own: paging, filters, cadences.

Lists are walked by id, never by date: ordered by date, WooCommerce's pages lose rows
whose stamps tie. ``modified_after`` is strict, in whole seconds, and in the shop's own
time unless ``dates_are_gmt`` says otherwise; on lists that do not know it (customers,
reviews) it is ignored without a word, so there it is never sent.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sync_agent.port import Item, Json, Page
from sync_agent.reading.cursor import Reading, parse_mark, watermark_of
from sync_agent.records.envelope import Kind
from sync_agent.records.fields import format_time
from sync_agent.transport.walk import Slice, Step, walk

from .client import WooClient
from .gather import (
    OrderGatherer,
    ProductGatherer,
    customer_items,
    fetch_customers,
    row_id,
)
from .orders import ORDER_FIELDS
from .people import parse_review
from .settings import WooCommerceSettings

_SECOND = timedelta(seconds=1)
_FEW_VARIABLE_PRODUCTS = 50
_VARIABLE_AT_ONCE = 10


def changed_after(since: datetime | None) -> dict[str, str]:
    """Return the filter for rows changed from ``since`` on, which is whole seconds."""
    return _after("modified_after", since)


def _after(name: str, since: datetime | None) -> dict[str, str]:
    if since is None:
        return {}
    strict = since.replace(microsecond=0, tzinfo=None) - _SECOND
    # the flag or a "Z", not both: together they shift the time twice
    return {name: strict.isoformat(), "dates_are_gmt": "true"}


def _whole_at(cursor: Json | None) -> datetime | None:
    mark = watermark_of(cursor)
    whole = parse_mark(((cursor or {}).get("kept") or {}).get("whole_at"))
    return min(mark, whole) if mark and whole else None


@dataclass(frozen=True, slots=True)
class Part:
    """One list of a reading.

    Attributes:
        path: of the API.
        params: filters; must be the same when the walk goes on later.
        items: turns rows into items.
        limit: rows at once; ``None``: a whole page.
        counts: whether a row of the list is a record of the reading.
    """

    path: str
    params: dict[str, str]
    items: Callable[[Sequence[Json]], list[Item]]
    limit: int | None = None
    counts: bool = True


class WooStream(ABC):
    """Walks the parts of a reading one after the other."""

    name = ""
    kinds: tuple[Kind, ...] = ()

    def __init__(self, client: WooClient, settings: WooCommerceSettings) -> None:
        self._client = client
        self._settings = settings

    def watermark(self, cursor: Json | None) -> datetime | None:
        """See :meth:`sync_agent.port.Stream.watermark`."""
        return watermark_of(cursor)

    def read(
        self, cursor: Json | None, *, full: bool, started: datetime
    ) -> Iterator[Page]:
        """See :meth:`sync_agent.port.Stream.read`."""
        reading = self._begin(Reading.begin(cursor, full=full, started=started))
        while (part := self._part(reading)) is not None:
            for step in walk(
                self._fetch(part),
                row_id,
                part.limit or self._client.page_size,
                after=reading.after,
                offset=reading.offset,
            ):
                reading = reading.seen(self._client.served_at)
                reading, items = self._items(part, reading, step)
                reading = self._note(reading.at(step.after, step.offset))
                expected = step.total if part.counts else None
                yield Page(items, reading.cursor(), expected)
            reading = self._finished(reading.seen(self._client.served_at))
        yield Page((), reading.rest())

    def _fetch(self, part: Part) -> Callable[[int, int], Slice[Json]]:
        def fetch(offset: int, limit: int) -> Slice[Json]:
            return self._client.slice(part.path, offset, limit, **part.params)

        return fetch

    def _begin(self, reading: Reading) -> Reading:
        """Return where the reading starts."""
        return reading

    def _items(
        self, part: Part, reading: Reading, step: Step[Json]
    ) -> tuple[Reading, list[Item]]:
        """Return the items of a page, and what is to be remembered of it."""
        return reading, part.items(step.rows)

    @abstractmethod
    def _part(self, reading: Reading) -> Part | None:
        """Return the list to walk now; ``None``: finished."""

    def _note(self, reading: Reading) -> Reading:
        """Return the reading after a page."""
        return reading

    def _finished(self, reading: Reading) -> Reading:
        """Return the reading after a part."""
        return reading.next_part()

    def _due(self, reading: Reading) -> bool:
        """Tell whether a long list without dates of change must be read whole."""
        last = parse_mark(reading.kept.get("whole_at"))
        hours = timedelta(hours=self._settings.whole_list_hours)
        return reading.since is None or last is None or reading.until - last >= hours


class Orders(WooStream):
    """Orders with refunds and parcels; first the living, then those in the bin."""

    name = "orders"
    kinds: tuple[Kind, ...] = ("order", "shipment")
    _STATUSES = ("any", "trash")

    def __init__(
        self,
        client: WooClient,
        settings: WooCommerceSettings,
        gatherer: OrderGatherer,
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer

    def _part(self, reading: Reading) -> Part | None:
        if reading.part >= len(self._STATUSES):
            return None
        params = {
            "status": self._STATUSES[reading.part],
            "_fields": ORDER_FIELDS,
            **changed_after(reading.since),
        }
        return Part("orders", params, self._gatherer.items)


class Refunds(WooStream):
    """Orders that got a refund: it does not move the order's date in every release.

    Before WooCommerce 9.0 there is no list of refunds: then orders of the last weeks
    are looked through for refunds with a higher id than any seen.
    """

    name = "refunds"
    kinds: tuple[Kind, ...] = ("order",)

    def __init__(
        self,
        client: WooClient,
        settings: WooCommerceSettings,
        gatherer: OrderGatherer,
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer
        self._known = 0
        self._highest = 0

    def _begin(self, reading: Reading) -> Reading:
        self._known = 0 if reading.mark is None else int(reading.kept.get("known") or 0)
        self._highest = int(reading.kept.get("highest") or 0)
        if reading.part == 0 and not self._gatherer.has_collection():
            return reading.next_part()
        return reading

    def _part(self, reading: Reading) -> Part | None:
        if reading.part == 0:
            params = {"_fields": "id,parent_id", **_after("after", reading.since)}
            return Part("refunds", params, self._refunded, counts=False)
        if reading.part == 1:
            days = timedelta(days=self._settings.refund_days)
            oldest = None if reading.since is None else reading.since - days
            params = {
                "status": "any",
                "_fields": "id,refunds",
                **_after("after", oldest),
            }
            return Part("orders", params, self._newly_refunded, counts=False)
        return None

    def _note(self, reading: Reading) -> Reading:
        return reading.keep(highest=self._highest) if self._highest else reading

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == 1 and self._highest:
            reading = reading.keep(known=max(self._known, self._highest))
        return replace(reading.next_part(), part=2)

    def _refunded(self, rows: Sequence[Json]) -> list[Item]:
        return self._orders({int(row.get("parent_id") or 0) for row in rows} - {0})

    def _newly_refunded(self, rows: Sequence[Json]) -> list[Item]:
        found = set()
        for row in rows:
            newest = max((row_id(each) for each in row.get("refunds") or ()), default=0)
            self._highest = max(self._highest, newest)
            if newest > self._known:
                found.add(row_id(row))
        return self._orders(found)

    def _orders(self, ids: set[int]) -> list[Item]:
        rows = self._gatherer.fetch([str(each) for each in sorted(ids)])
        return self._gatherer.orders(rows)


class WholeOrNew(WooStream):
    """A list without dates of change.

    Short lists are read whole each time; long ones at a cadence, and in between only
    rows with a higher id than any seen. Part 0 is the whole list, part 1 the new rows.
    Of short lists a digest of each page is kept: a page that did not change since it
    was stored is not sent again.
    """

    def _begin(self, reading: Reading) -> Reading:
        if reading.part or reading.after is not None or self._due(reading):
            return reading
        head = self._fetch(self._list())(0, 1)
        if head.total is None or head.total <= self._settings.whole_list_rows:
            return reading
        top = reading.kept.get("top")
        offset = int(reading.kept.get("offset") or 0)
        return reading.next_part().at(top, offset)

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when the whole list was read: changes since then may be unknown."""
        return _whole_at(cursor)

    def _part(self, reading: Reading) -> Part | None:
        return self._list() if reading.part <= 1 else None

    @abstractmethod
    def _list(self) -> Part:
        """Return the list."""

    def _items(
        self, part: Part, reading: Reading, step: Step[Json]
    ) -> tuple[Reading, list[Item]]:
        is_short = (step.total or 0) <= self._settings.whole_list_rows
        if reading.part or not is_short:
            return reading, part.items(step.rows)
        known = reading.kept.get("pages") or {}
        place, digest = str(step.after), _digest(step.rows)
        if known.get(place) == digest and not reading.full:
            return reading, []
        return reading.keep(pages={**known, place: digest}), part.items(step.rows)

    def _note(self, reading: Reading) -> Reading:
        if reading.part > 1:
            return reading
        return reading.keep(top=reading.after, offset=reading.offset)

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == 0:
            reading = reading.keep(whole_at=format_time(reading.until))
            reading = reading.next_part()
        return reading.next_part()


def _digest(rows: Sequence[Json]) -> str:
    text = json.dumps(rows, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Customers(WholeOrNew):
    """Accounts. Part 2: the accounts of orders that changed (a new address…)."""

    name = "customers"
    kinds: tuple[Kind, ...] = ("customer",)
    _BUYERS = 2

    def _list(self) -> Part:
        # without "all" only the role "customer" comes
        return Part("customers", {"role": "all"}, customer_items)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part == self._BUYERS:
            params = {
                "status": "any",
                "_fields": "id,customer_id",
                **changed_after(reading.since),
            }
            return Part("orders", params, self._buyers, counts=False)
        return super()._part(reading)

    def _finished(self, reading: Reading) -> Reading:
        was_whole = reading.part == 0
        reading = super()._finished(reading)
        # the whole list has them all
        return reading.next_part() if was_whole else reading

    def _buyers(self, rows: Sequence[Json]) -> list[Item]:
        ids = sorted(
            {int(row["customer_id"]) for row in rows if row.get("customer_id")}
        )
        return list(fetch_customers(self._client, [str(each) for each in ids]))


class Reviews(WholeOrNew):
    """Reviews of products, also those that wait for approval."""

    name = "reviews"
    kinds: tuple[Kind, ...] = ("review",)

    def _list(self) -> Part:
        # without "all" only approved ones come
        return Part("products/reviews", {"status": "all"}, _review_items)


def _review_items(rows: Sequence[Json]) -> list[Item]:
    return [parse_review(row) for row in rows]


class Products(WooStream):
    """Products, those in the bin, and variations.

    A variation's change does not move its product's date, and stock is written past
    all dates: the variations of all variable products are read when these are few,
    else at a cadence, and in between only those of products that changed.
    """

    name = "products"
    kinds: tuple[Kind, ...] = ("product",)
    _ALL_VARIATIONS, _SOME_VARIATIONS = 2, 3

    def __init__(
        self,
        client: WooClient,
        settings: WooCommerceSettings,
        gatherer: ProductGatherer,
    ) -> None:
        super().__init__(client, settings)
        self._gatherer = gatherer

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when all variations were read: their changes may be unknown since."""
        return _whole_at(cursor)

    def _part(self, reading: Reading) -> Part | None:
        changed = changed_after(reading.since)
        if reading.part in (0, 1):
            status = ("any", "trash")[reading.part]
            return Part("products", {"status": status, **changed}, self._gatherer.items)
        if reading.part in (self._ALL_VARIATIONS, self._SOME_VARIATIONS):
            params = {"type": "variable", "status": "any"}
            if reading.part == self._SOME_VARIATIONS:
                params |= changed
            return Part(
                "products", params, self._variations, _VARIABLE_AT_ONCE, counts=False
            )
        return None

    def _finished(self, reading: Reading) -> Reading:
        if reading.part == self._ALL_VARIATIONS:
            reading = reading.keep(whole_at=format_time(reading.until)).next_part()
        reading = reading.next_part()
        if reading.part == self._ALL_VARIATIONS and not self._due(reading):
            head = self._client.slice(
                "products", 0, 1, type="variable", status="any", _fields="id"
            )
            if head.total is None or head.total > _FEW_VARIABLE_PRODUCTS:
                reading = reading.next_part()
        return reading

    def _variations(self, rows: Sequence[Json]) -> list[Item]:
        return [item for items in self._gatherer.variations(rows) for item in items]
