"""Ids -> whole records: Youzan gives them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import structlog

from sync_agent.errors import NeedsCredentials
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields

from .client import YouzanClient
from .goods import parse_products
from .orders import info_of, order_id, parse_order
from .parcels import parse_parcels
from .people import number_of, parse_customer
from .states import STILL_OPEN
from .times import time_of

log = structlog.get_logger(__name__)


class Gatherer:
    """Fetches whole records of a shop.

    Args:
        client: asks.
    """

    def __init__(self, client: YouzanClient) -> None:
        self._client = client

    def orders_of(self, rows: Iterable[Json]) -> Iterator[Item]:
        """Yield the orders of a list's page, and their parcels."""
        for row in rows:
            yield from self._items(self._whole(order_id(row), row))

    def orders(self, ids: Iterable[str]) -> Iterator[Item]:
        """Yield orders by their number, and their parcels."""
        for each in ids:
            yield from self._items(self._whole(each, None))

    def products(self, ids: Iterable[str]) -> Iterator[Item]:
        """Yield products by id, and their variants."""
        for each in ids:
            asked = {"item_id": int(each)}
            row = self._client.one("youzan.item.detail.get", "1.0.1", asked)
            if row and row.get("item_id"):
                yield from parse_products(row)

    def customers(self, ids: Iterable[str]) -> Iterator[Item]:
        """Yield customers by their ``yz_open_id``."""
        for each in ids:
            asked = {
                "yz_open_id": each,
                "account_info": {"account_type": 5, "account_id": each},
                "fields": "user_base",
                "is_do_ext_point": False,
            }
            row = self._client.one("youzan.scrm.customer.detail.get", "1.0.1", asked)
            if row:
                yield parse_customer({**row, "yz_open_id": each})

    @cached_property
    def carriers(self) -> dict[str, str]:
        """Names of carriers by their id; none when the app may not ask."""
        try:
            found = self._client.call("youzan.logistics.express.get", "3.0.0", {})
        except NeedsCredentials as error:
            log.warning("carriers_not_named", reason=error.message)
            return {}
        rows = found.get("allExpress") or ()
        return {str(row.get("id")): str(row.get("name") or "") for row in rows}

    def _whole(self, own: str, listed: Json | None) -> Json | None:
        """Return an order with all that hangs on it.

        The single answer may lag behind the list: then the list's row counts.
        """
        row = self._client.one("youzan.trade.get", "4.0.2", {"tid": own})
        if row is None or not info_of(row).get("tid"):
            return listed
        if listed is not None and _age(listed) > _age(row):
            return {**row, "full_order_info": listed["full_order_info"]}
        return row

    def _items(self, row: Json | None) -> Iterator[Item]:
        if row is None:
            return
        yield parse_order(row, self._refunds(row))
        has_parcels = any(row.get("delivery_order") or ())
        yield from parse_parcels(row, self.carriers if has_parcels else {})

    def _refunds(self, row: Json) -> list[Json]:
        found = []
        for each in row.get("refund_order") or ():
            own = each.get("refund_id")
            if not own or number_of(Fields(each), "refund_state") in STILL_OPEN:
                continue
            asked = {"refund_id": str(own)}
            whole = self._client.one("youzan.trade.refund.get", "3.0.1", asked)
            if whole is not None:
                found.append(whole)
        return found


def _age(row: Json) -> float:
    at = time_of(info_of(row).get("update_time"))
    return at.timestamp() if at else 0.0
