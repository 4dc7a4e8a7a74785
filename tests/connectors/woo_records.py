"""What the WooCommerce tests ask of pages, cursors and the fake shop."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sync_agent.port import Json
from sync_agent.records import BadRecord, Order
from sync_agent.records.fields import format_time

from .adapters import items_of
from .shops.woocommerce import WooAdapter


def orders_of(pages: list[Any]) -> dict[str, Order]:
    """Return the orders of pages by id."""
    found = {}
    for item in items_of(pages):
        assert not isinstance(item, BadRecord), item.reason
        if isinstance(item.data, Order):
            found[item.external_id] = item.data
    return found


def aged(cursor: Json, minutes: float = 10) -> Json:
    """Return a resting cursor as if it was made later, past the overlap."""
    mark = datetime.fromisoformat(cursor["mark"]) + timedelta(minutes=minutes)
    return {**cursor, "mark": format_time(mark)}


def completed(woo: WooAdapter) -> int:
    """Return the id of a completed order without refunds."""
    return next(
        r["id"]
        for r in woo.store.orders.values()
        if r["status"] == "completed" and not woo.store.refunds_of(r["id"])
    )
