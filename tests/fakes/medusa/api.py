"""Answers of the admin API: filters, fields and pages, with Medusa's traps."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from .store import Row, Store
from .totals import shown

LISTS = {
    "orders": "orders",
    "customers": "customers",
    "products": "products",
    "product-categories": "product_categories",
    "product-variants": "variants",
    "payments": "payments",
    "stores": "stores",
}
_ORDER = "id,display_id,custom_display_id,status,version,total,metadata,*items,"
DEFAULTS = {
    "orders": _ORDER + "created_at,updated_at,payment_status,fulfillment_status",
    "customers": "*",
    "products": "*,*variants,*variants.prices",
    "stores": "*,*supported_currencies",
}
_ALWAYS = {"orders": "id,status,version,*items"}
"""Comes even when other fields are asked for by name."""
_SIGNS = {"$gte", "$gt", "$lte", "$lt"}
_PAGE = 15


class BadQuery(Exception):
    """A question that Medusa refuses."""


class Api:
    """Answers questions from a store.

    Attributes:
        ignores: columns that a release does not know as filters: no word is said.
        change: what a module makes of an order before it is given.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.ignores: set[str] = set()
        self.change: Callable[[Row], Row] = lambda row: row
        self._random = random.Random(1)

    def search(self, path: str, params: list[tuple[str, str]]) -> Row:
        """Return the answer of a list."""
        single = dict(params)
        with self.store.lock:
            rows = [row for row in self._rows(path) if self._holds(row, params)]
            # in no order, unless one is asked for
            self._random.shuffle(rows)
            key = single.get("order", "")
            if key:
                rows.sort(key=lambda r: r[key.lstrip("-")], reverse=key[0] == "-")
            offset, limit = (
                _number(single, name, default)
                for name, default in (("offset", 0), ("limit", _PAGE))
            )
            found = [
                wire(chosen(row, path, single.get("fields", "")))
                for row in rows[offset : offset + limit]
            ]
        head = {"count": len(rows), "offset": offset, "limit": limit}
        return {LISTS[path]: found, **head}

    def _rows(self, path: str) -> list[Row]:
        if path == "payments":
            return list(self.store.payments())
        if path == "product-variants":
            return list(self.store.variants())
        rows = self.store.tables[path].values()
        if path == "orders":
            return [self.change(shown(row)) for row in rows if row["status"] != "draft"]
        return list(rows)

    def _holds(self, row: Row, params: list[tuple[str, str]]) -> bool:
        ids = {value for name, value in params if name == "id[]"}
        if ids and "id" not in self.ignores and row["id"] not in ids:
            return False
        for name, value in params:
            column, _bracket, sign = name.removesuffix("]").partition("[")
            if sign not in _SIGNS or column in self.ignores:
                continue
            mine, theirs = (datetime.fromisoformat(e) for e in (row[column], value))
            if not {
                "$gte": mine >= theirs,
                "$gt": mine > theirs,
                "$lte": mine <= theirs,
                "$lt": mine < theirs,
            }[sign]:
                return False
        return True


def _number(params: dict[str, str], name: str, default: int) -> int:
    text = params.get(name)
    if text is None:
        return default
    if not text.isdigit():
        raise BadQuery(
            f"Invalid request: Expected type: 'number' for field '{name}', got: "
            f"'{text}'"
        )
    return int(text)


def chosen(row: Row, path: str, fields: str) -> Row:
    """Cut a row down to its fields: ``+x`` and ``*x`` add to what comes by itself.

    A bare name drops that.
    """
    words = [word for word in fields.split(",") if word]
    is_bare = any(word[0] not in "+*-" for word in words)
    base = _ALWAYS.get(path, "id") if is_bare else DEFAULTS.get(path, "*")
    tree: dict[str, Any] = {}
    for word in [*base.split(","), *words]:
        steps = word.lstrip("+*").split(".")
        node = tree
        for step in filter(None, steps):
            node = node.setdefault(step, {})
        if word.startswith("*"):
            node["*"] = {}
    cut: Row = _cut(row, tree)
    return cut


def _cut(value: Any, tree: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_cut(each, tree) for each in value]
    if not isinstance(value, dict) or not tree:
        return value
    found = {"id": value["id"]} if "id" in value else {}
    if "*" in tree:
        found |= {name: each for name, each in value.items() if not _is_relation(each)}
    for name, below in tree.items():
        if name in value:
            found[name] = _cut(value[name], below)
    return found


def _is_relation(value: Any) -> bool:
    if isinstance(value, dict):
        return "id" in value or "return_received_quantity" in value
    return isinstance(value, list)


def wire(value: Any) -> Any:
    """Return JSON; amounts are numbers of JavaScript."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {key: wire(each) for key, each in value.items()}
    return [wire(each) for each in value] if isinstance(value, list) else value
