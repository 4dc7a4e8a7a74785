"""Answers of the REST API v3, as strict and as silent as the real one was."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .store import SHOP_OFFSET, Row, Store

Params = dict[str, str]
ROUTES = "orders, refunds, customers, products, products/reviews, products/categories"
NOT_FOUND = {
    "orders": ("woocommerce_rest_shop_order_invalid_id", "Invalid ID."),
    "products": ("woocommerce_rest_product_invalid_id", "Invalid ID."),
    "customers": ("wc_user_invalid_id", "Invalid user ID."),
    "products/reviews": ("woocommerce_rest_review_invalid_id", "Invalid review ID."),
}


@dataclass(slots=True)
class Reply:
    """An answer before it is written to the wire."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def error(status: int, code: str, message: str, **data: Any) -> Reply:
    """Return an error as WordPress writes it."""
    return Reply(
        status, {"code": code, "message": message, "data": {"status": status, **data}}
    )


class BadParam(Exception):
    """A parameter that WordPress refuses with 400."""


class Api:
    """Answers GET requests from a store.

    Args:
        refund_list: whether ``/refunds`` exists (WooCommerce 9.0).
        refunds_embedded: whether orders name their refunds (woocommerce#65488).
        ignores_include: a shop whose plugin drops the filter by ids.
    """

    def __init__(
        self,
        store: Store,
        *,
        refund_list: bool = True,
        refunds_embedded: bool = True,
        ignores_include: bool = False,
    ) -> None:
        self.store = store
        self.refund_list = refund_list
        self.refunds_embedded = refunds_embedded
        self.ignores_include = ignores_include
        self._random = random.Random(1)

    def get(self, path: str, params: Params) -> Reply:
        """Return the answer for a path below ``/wp-json/wc/v3/``."""
        with self.store.lock:
            try:
                return self._get(path.strip("/"), params)
            except BadParam as bad:
                name, reason = bad.args
                return error(
                    400,
                    "rest_invalid_param",
                    f"Invalid parameter(s): {name}",
                    params={name: reason},
                )

    def _get(self, path: str, params: Params) -> Reply:
        lists: dict[str, Callable[[Params], Reply]] = {
            "orders": self._orders,
            "refunds": self._refunds,
            "customers": self._customers,
            "products": self._products,
            "products/reviews": self._reviews,
            "products/categories": self._categories,
        }
        if path in lists and not (path == "refunds" and not self.refund_list):
            return lists[path](params)
        if path == "data/currencies/current":
            return Reply(
                200, {"code": "CNY", "name": "Chinese yuan", "symbol": "&yen;"}
            )
        parent, _, last = path.rpartition("/")
        if parent in NOT_FOUND and last.isdigit():
            return self._one(parent, int(last), params)
        parts = path.split("/")
        if len(parts) == 3 and parts[1].isdigit():
            if parts[0] == "orders" and parts[2] == "refunds":
                rows = self.store.refunds_of(int(parts[1]))
                return self._page(rows, params)
            if parts[0] == "products" and parts[2] == "variations":
                return self._variations(int(parts[1]), params)
        return error(404, "rest_no_route", "No route was found matching the URL.")

    def _one(self, kind: str, row_id: int, params: Params) -> Reply:
        tables = {
            "orders": self.store.orders,
            "products": {**self.store.products, **self.store.variations},
            "customers": self.store.customers,
            "products/reviews": self.store.reviews,
        }
        row = tables[kind].get(row_id)
        if row is None:
            return error(404, *NOT_FOUND[kind])
        if kind == "orders":
            row = self._order(row)
        if kind == "products" and row["type"] == "variation":
            parent = self.store.products.get(row["parent_id"], {"name": "?"})
            row = {**row, "name": f"{parent['name']} - {row['name']}"}
        return Reply(200, _only(row, params))

    def _order(self, row: Row) -> Row:
        return self.store.order_json(row, with_refunds=self.refunds_embedded)

    def _orders(self, params: Params) -> Reply:
        wanted = params.get("status", "any")
        rows = [r for r in self.store.orders.values() if _has_status(r, wanted)]
        rows = list(_dated(rows, params, ("created", "modified")))
        reply = self._page(rows, params)
        reply.body = [_only(self._order(row), params) for row in reply.body]
        return reply

    def _refunds(self, params: Params) -> Reply:
        rows = list(self.store.refunds.values())
        return self._page(list(_dated(rows, params, ("created",))), params)

    def _customers(self, params: Params) -> Reply:
        role = params.get("role", "customer")
        # modified_after is ignored without an error
        rows = [
            row for row in self.store.customers.values() if role in ("all", row["role"])
        ]
        return self._page(rows, params, default="name")

    def _products(self, params: Params) -> Reply:
        wanted, kind = params.get("status", "any"), params.get("type")
        rows = [
            row
            for row in self.store.products.values()
            if _has_status(row, wanted) and kind in (None, row["type"])
        ]
        return self._page(list(_dated(rows, params, ("created", "modified"))), params)

    def _variations(self, product_id: int, params: Params) -> Reply:
        if product_id not in self.store.products:
            return error(404, *NOT_FOUND["products"])
        rows = [
            v for v in self.store.variations.values() if v["parent_id"] == product_id
        ]
        return self._page(rows, params)

    def _reviews(self, params: Params) -> Reply:
        wanted = params.get("status", "approved")
        shown = ("approved", "hold") if wanted == "all" else (wanted,)
        rows = [r for r in self.store.reviews.values() if r["status"] in shown]
        return self._page(list(_dated(rows, params, ("created",))), params)

    def _categories(self, params: Params) -> Reply:
        return self._page(list(self.store.categories.values()), params)

    def _page(self, rows: list[Row], params: Params, default: str = "date") -> Reply:
        include = params.get("include")
        if include and not self.ignores_include:
            ids = {int(each) for each in include.split(",")}
            rows = [row for row in rows if row["id"] in ids]
        per_page = _number(params, "per_page", 10)
        if not 1 <= per_page <= 100:
            raise BadParam(
                "per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)"
            )
        page = _number(params, "page", 1)
        first = _number(params, "offset", (page - 1) * per_page)
        rows = self._ordered(rows, params, default)
        pages = -(-len(rows) // per_page)
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
        shown = [_only(row, params) for row in rows[first : first + per_page]]
        return Reply(200, shown, headers)

    def _ordered(self, rows: list[Row], params: Params, default: str) -> list[Row]:
        by = params.get("orderby", default)
        descending = (
            params.get("order", "asc" if default == "name" else "desc") == "desc"
        )
        if by == "modified":
            # ties come in another order each time: pages lose rows
            self._random.shuffle(rows)
            return sorted(
                rows, key=lambda r: r["date_modified_gmt"] or "", reverse=descending
            )
        keys: dict[str, Callable[[Row], Any]] = {
            "id": lambda r: r["id"],
            "date": lambda r: (r.get("date_created_gmt") or "", r["id"]),
            "name": lambda r: (r.get("username") or r.get("name") or "", r["id"]),
            "registered_date": lambda r: (r["date_created_gmt"], r["id"]),
            "include": lambda r: r["id"],
        }
        if by not in keys:
            raise BadParam(
                "orderby", "orderby is not one of date, id, include, modified."
            )
        return sorted(rows, key=keys[by], reverse=descending)


def _has_status(row: Row, wanted: str) -> bool:
    if wanted == "any":  # hides the bin, holds checkout-draft
        return row["status"] != "trash"
    return row["status"] in wanted.split(",")


def _dated(
    rows: Iterable[Row], params: Params, names: tuple[str, ...]
) -> Iterable[Row]:
    """Filter by date: strict, whole seconds, shop time unless told otherwise."""
    gmt = params.get("dates_are_gmt") in ("true", "1")
    suffix = "_gmt" if gmt else ""
    prefixes = {"created": "", "modified": "modified_"}
    for name in names:
        for side in ("after", "before"):
            text = params.get(f"{prefixes[name]}{side}")
            if text is None:
                continue
            limit = _date_param(f"{prefixes[name]}{side}", text)
            key = f"date_{name}{suffix}"
            if side == "after":
                rows = [r for r in rows if r[key] and r[key] > limit]
            else:
                rows = [r for r in rows if r[key] and r[key] < limit]
    return rows


def _date_param(name: str, text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadParam(name, "Invalid date.") from None
    if "T" not in text:  # a bare date
        raise BadParam(name, "Invalid date.")
    if at.tzinfo is not None:  # becomes shop time, whatever the flag says
        at = at.astimezone(UTC).replace(tzinfo=None) + SHOP_OFFSET
    return at.replace(microsecond=0).isoformat()


def _number(params: Params, name: str, default: int) -> int:
    text = params.get(name)
    if text is None:
        return default
    if not text.isdigit():
        raise BadParam(name, f"{name} is not of type integer.")
    return int(text)


def _only(row: Row, params: Params) -> Row:
    wanted = params.get("_fields")
    if not wanted:
        return row
    names = wanted.split(",")
    return {name: row[name] for name in names if name in row}
