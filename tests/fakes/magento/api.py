"""Answers of REST V1: searches with Magento's traps, amounts as floats."""

from __future__ import annotations

import math
import random
import re
from decimal import Decimal
from typing import Any

from .store import BY_ID, Row, Store

LISTS = {
    "orders": ("orders", "Magento_Sales::actions_view"),
    "creditmemos": ("creditmemos", "Magento_Sales::sales_creditmemo"),
    "shipments": ("shipments", "Magento_Sales::shipment"),
    "customers/search": ("customers", "Magento_Customer::customer"),
    "products": ("products", "Magento_Catalog::products"),
    "categories/list": ("categories", "Magento_Catalog::categories"),
    "carts/search": ("carts", "Magento_Cart::manage"),
}
_FILTER = re.compile(
    r"searchCriteria\[filter_groups\]\[(\d+)\]\[filters\]\[(\d+)\]\[(\w+)\]"
)
_WORD = re.compile(r"[\w]+|[\[\],]")


class BadSearch(Exception):
    """A search that Magento cannot run."""


class Api:
    """Answers searches from a store.

    Attributes:
        repeats_last_page: a page past the end gives the last one again (before 2.4).
        count_is_off_by: added to ``total_count`` (magento2#17295).
        ignores: fields whose filters a module drops.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.repeats_last_page = True
        self.count_is_off_by = 0
        self.ignores: set[str] = set()
        self._random = random.Random(1)

    def search(self, table: str, params: dict[str, str]) -> Row:
        """Return the answer of a list."""
        if not any(name.startswith("searchCriteria") for name in params):
            raise BadSearch('"%fieldName" is required. Enter and try again.')
        with self.store.lock:
            rows = [
                row
                for row in self.store.tables[table].values()
                if all(
                    any(self._holds(table, row, each) for each in group.values())
                    for group in _groups(params).values()
                )
            ]
            found = self._page(self._ordered(table, rows, params), params)
            total = len(rows) + self.count_is_off_by
            body = {"items": found, "total_count": total}
            return _only(_wire(body), params.get("fields", ""))

    def _holds(self, table: str, row: Row, one: dict[str, str]) -> bool:
        field, wanted = one["field"], one["value"]
        if field in self.ignores:
            return True
        value = row.get(_column(table, field))
        condition = one.get("condition_type", "eq")
        if condition == "in":
            return str(value) in wanted.split(",")
        if value is None:
            return False
        mine, theirs = _comparable(value, wanted)
        if condition not in ("eq", "gt", "gteq", "lt", "lteq", "neq"):
            raise BadSearch(f"unknown condition {condition}")
        return bool(
            {
                "eq": mine == theirs,
                "neq": mine != theirs,
                "gt": mine > theirs,
                "gteq": mine >= theirs,
                "lt": mine < theirs,
                "lteq": mine <= theirs,
            }[condition]
        )

    def _ordered(
        self, table: str, rows: list[Row], params: dict[str, str]
    ) -> list[Row]:
        place = "searchCriteria[sortOrders][0]"
        field = _column(table, params.get(f"{place}[field]", "entity_id"))
        # ties come in another order each time: pages by date lose rows
        self._random.shuffle(rows)
        down = params.get(f"{place}[direction]", "DESC") == "DESC"
        return sorted(rows, key=lambda row: row.get(field) or 0, reverse=down)

    def _page(self, rows: list[Row], params: dict[str, str]) -> list[Row]:
        size = int(params.get("searchCriteria[pageSize]") or len(rows) or 1)
        page = int(params.get("searchCriteria[currentPage]") or 1)
        if self.repeats_last_page:
            page = min(page, max(1, math.ceil(len(rows) / size)))
        return rows[(page - 1) * size : page * size]


def _groups(params: dict[str, str]) -> dict[str, dict[str, dict[str, str]]]:
    groups: dict[str, dict[str, dict[str, str]]] = {}
    for name, value in params.items():
        if match := _FILTER.fullmatch(name):
            group, place, key = match.groups()
            groups.setdefault(group, {}).setdefault(place, {})[key] = value
    return groups


def _column(table: str, field: str) -> str:
    return "id" if field == "entity_id" and table in BY_ID else field


def _comparable(value: Any, wanted: str) -> tuple[Any, Any]:
    if isinstance(value, str):
        return value, wanted
    if not re.fullmatch(r"-?\d+(\.\d+)?", wanted):
        raise BadSearch(f"no number: {wanted}")
    return Decimal(value), Decimal(wanted)


def _wire(value: Any) -> Any:
    """Return JSON; amounts are floats with noise at their end."""
    if isinstance(value, Decimal):
        number = float(value)
        return int(value) if value == int(value) else math.nextafter(number, math.inf)
    if isinstance(value, dict):
        return {key: _wire(each) for key, each in value.items()}
    return [_wire(each) for each in value] if isinstance(value, list) else value


def _only(body: Row, fields: str) -> Row:
    """Cut an answer down to ``items[id,name[…]],total_count``."""
    if not fields:
        return body
    words = _WORD.findall(fields)
    cut: Row = _cut(body, _tree(words))
    return cut


def _tree(words: list[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    name = ""
    while words:
        word = words.pop(0)
        if word == "[":
            tree[name] = _tree(words)
        elif word == "]":
            return tree
        elif word != ",":
            name = word
            tree[name] = None
    return tree


def _cut(value: Any, tree: dict[str, Any] | None) -> Any:
    if tree is None:
        return value
    if isinstance(value, list):
        return [_cut(each, tree) for each in value]
    return {name: _cut(value[name], sub) for name, sub in tree.items() if name in value}
