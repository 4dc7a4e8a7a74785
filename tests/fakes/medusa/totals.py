"""How Medusa reckons: exactly, never rounding; less when goods came back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

Row = dict[str, Any]
ZERO = Decimal(0)
_HUNDRED = Decimal(100)


def item_totals(item: Row) -> Row:
    """Return the amounts of an item with the quantity that was not given back."""
    quantity, back = Decimal(item["quantity"]), ZERO
    if "detail" in item:
        back = Decimal(item["detail"]["return_received_quantity"])
    off = sum((each["amount"] for each in item["adjustments"]), ZERO)
    each = _amounts(item, Decimal(1), off / quantity if quantity else ZERO)
    now = {name: value * (quantity - back) for name, value in each.items()}
    return {
        **now,
        "return_received_total": each["total"] * back,
        "return_dismissed_total": ZERO,
    }


def _amounts(item: Row, quantity: Decimal, off: Decimal) -> Row:
    rate = sum((each["rate"] for each in item["tax_lines"]), ZERO) / _HUNDRED
    price = item["unit_price"] * quantity
    subtotal = price / (1 + rate) if item["is_tax_inclusive"] else price
    taxable = subtotal - off
    return {
        "subtotal": subtotal,
        "discount_subtotal": off,
        "tax_total": taxable * rate,
        "total": taxable + taxable * rate,
    }


def order_totals(order: Row) -> Row:
    """Return the amounts of an order: credit lines, made for refunds, lower it."""
    parts = [item_totals(each) for each in order["items"]]
    parts += [method_totals(each) for each in order["shipping_methods"]]
    credit = sum((each["amount"] for each in order["credit_lines"]), ZERO)
    return {
        "total": sum((part["total"] for part in parts), ZERO) - credit,
        "tax_total": sum((part["tax_total"] for part in parts), ZERO),
        "credit_line_total": credit,
    }


def method_totals(method: Row) -> Row:
    """Return the amounts of a way of shipping."""
    item = {**method, "unit_price": method["amount"], "quantity": 1}
    return _amounts(item, Decimal(1), ZERO)


def shown(order: Row) -> Row:
    """Return an order as the API gives it, amounts twice: a number and exactly."""
    items = [_exactly({**each, **item_totals(each)}) for each in order["items"]]
    methods = [
        _exactly({**each, **method_totals(each)}) for each in order["shipping_methods"]
    ]
    both = {"items": items, "shipping_methods": methods}
    return {**order, **order_totals(order), **both}


def _exactly(row: Row) -> Row:
    raw = {
        f"raw_{name}": {"value": f"{value.normalize():f}", "precision": 20}
        for name, value in row.items()
        if isinstance(value, Decimal)
    }
    return {**row, **raw}
