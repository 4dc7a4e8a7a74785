"""Answers of the webservice: filters, order and pages, with PrestaShop's traps."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from typing import Any

from .store import Row, Store

LISTS = {
    *("orders", "order_details", "order_slip", "order_carriers", "order_states"),
    *("customers", "addresses", "products", "combinations", "currencies"),
    *("order_histories", "order_cart_rules", "carriers", "countries", "states"),
    *("categories", "product_option_values", "languages", "configurations"),
}
_PLURAL = {"order_slip": "order_slips"}
_FILTER = re.compile(r"filter\[(\w+)\]")
_VALUE = re.compile(r"([<>!]?)\[(.*)\]")
_DATES = ("date_add", "date_upd")


class BadQuestion(Exception):
    """A question that the webservice refuses.

    Args:
        code: of PrestaShop.
        message: its words.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Api:
    """Answers questions from a store.

    Attributes:
        ignores: columns whose filters a module drops.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.ignores: set[str] = set()
        self._random = random.Random(1)

    def search(self, resource: str, params: dict[str, str]) -> Any:
        """Return the answer of a list; an empty one is ``[]``."""
        with self.store.lock:
            rows = [
                row
                for row in self.store.tables[resource].values()
                if all(
                    self._holds(row, match[1], value, params)
                    for name, value in params.items()
                    if (match := _FILTER.fullmatch(name))
                )
            ]
            rows = _cut(self._ordered(rows, params.get("sort", "")), params)
            shown = params.get("display", "[id]")
            found = [_wire(_shown(row, shown)) for row in rows]
        return {_PLURAL.get(resource, resource): found} if found else []

    def _holds(self, row: Row, column: str, value: str, params: dict[str, str]) -> bool:
        if column in self.ignores:
            return True
        if column in _DATES and params.get("date") != "1":
            raise BadQuestion(32, "This filter does not exist")
        if column not in row:
            raise BadQuestion(32, f'This filter does not exist. "{column}"')
        match = _VALUE.fullmatch(value)
        if match is None:
            raise BadQuestion(31, f"Unable to read the filter {value}")
        sign, wanted = match.groups()
        mine = row[column]
        if not sign and "," in wanted and column in _DATES:
            first, last = wanted.split(",")  # the end does not belong to it
            return bool(first <= mine < last)
        if not sign:
            return str(mine) in wanted.split("|")
        theirs: Any = wanted if isinstance(mine, str) else Decimal(wanted)
        return bool(mine > theirs if sign == ">" else mine < theirs)

    def _ordered(self, rows: list[Row], sort: str) -> list[Row]:
        match = re.fullmatch(r"\[(\w+)_(ASC|DESC)\]", sort)
        if match is None:
            raise BadQuestion(38, "The sort value has to be formed as this example")
        # ties come in another order each time: pages by date lose rows
        self._random.shuffle(rows)
        return sorted(rows, key=lambda r: r[match[1]], reverse=match[2] == "DESC")


def _cut(rows: list[Row], params: dict[str, str]) -> list[Row]:
    start, _comma, count = params.get("limit", "0,100000").rpartition(",")
    offset = int(start or 0)
    return rows[offset : offset + int(count)]


def _shown(row: Row, display: str) -> Row:
    if display == "full":
        return row
    wanted = display.strip("[]").split(",")
    if unknown := set(wanted) - set(row):
        raise BadQuestion(35, f"Unable to display this field {sorted(unknown)}.")
    return {name: row[name] for name in wanted}


def _wire(value: Any, key: str = "") -> Any:
    """Return JSON: text with six places, numbers as text except the row's own id."""
    if isinstance(value, Decimal):
        return f"{value:.6f}"
    if isinstance(value, int):
        return value if key == "id" else str(value)
    if isinstance(value, dict):
        return {name: _wire(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_wire(each, "row") for each in value]
    return "" if value is None else value
