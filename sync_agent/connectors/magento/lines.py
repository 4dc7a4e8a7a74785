"""Rows of goods and of shipping, on orders and credit memos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sync_agent.port import Json
from sync_agent.reading.fields import Fields

from .money import ZERO, Amounts, Way, parts

_MERGED = ("tax_amount", "discount_amount", "discount_tax_compensation_amount")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an order with those that hang on it.

    A configurable item comes twice: as it was chosen, and below it with price 0 the
    variant that is sent.
    """

    fields: Fields
    below: Sequence[Fields]

    @property
    def is_priced_below(self) -> bool:
        """Whether what is in the bundle carries the prices."""
        keys = ("row_total", "base_row_total")
        return any(each.number(key) for each in self.below for key in keys)

    @property
    def product_id(self) -> str | None:
        """The variant, else the product."""
        if self.fields.text("product_type") == "configurable":
            for each in self.below:
                return each.ident("product_id")
        return self.fields.ident("product_id")


def rows_of(order: Fields, way: Way) -> list[Row]:
    """Return the rows of an order that count."""
    items = list(order.each("items"))
    known = {each.ident("item_id") for each in items}
    below: defaultdict[str, list[Fields]] = defaultdict(list)
    tops = []
    for each in items:
        parent = each.ident("parent_item_id")
        if parent in known and parent is not None:
            below[parent].append(each)
        else:
            tops.append(each)
    found = []
    for top in tops:
        row = Row(top, below[top.ident("item_id") or ""])
        if row.is_priced_below and not way.bundles_whole:
            found += [Row(each, ()) for each in row.below]
        else:
            found.append(row)
    return found


def goods(row: Row, amounts: Amounts, way: Way) -> Json:
    """Return net, tax, total and discount of a row."""
    tax, discount, hidden = (_merged(row, key, amounts) for key in _MERGED)
    net = amounts.of(row.fields, "row_total")
    if not way.goods_done:
        # of prices that hold the tax, the discount holds it too: "compensation"
        net += hidden - discount
        discount -= hidden
    return {"discount": discount if discount > 0 else None, **parts(net, tax)}


def _merged(row: Row, key: str, amounts: Amounts) -> Decimal:
    """Return an amount of a row, that of the rows below when it has none."""
    own = amounts.of(row.fields, key)
    return own or sum((amounts.of(each, key) for each in row.below), ZERO)


def shipping(fields: Fields, amounts: Amounts, way: Way) -> list[Json]:
    """Return the charge for shipping of an order or credit memo, if there is one."""
    net = amounts.of(fields, "shipping_amount")
    tax = amounts.of(fields, "shipping_tax_amount")
    if not way.shipping_done:
        net -= amounts.of(fields, "shipping_discount_amount")
        net += amounts.of(fields, "shipping_discount_tax_compensation_amount")
    name = fields.text("shipping_description") or ""
    return [{"kind": "shipping", "name": name, **parts(net, tax)}] if net or tax else []
