"""Completes net, tax and total where a file has only some of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from sync_agent.connectors.file.binding import Values
from sync_agent.i18n import _

ZERO = Decimal(0)
_NO_MINOR_UNIT = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"),
        *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
_THREE_PLACES = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
NEGATIVE = frozenset({"discount", "gift_card"})
"""Charges that take away; files write them with either sign."""


class NoAmountError(ValueError):
    """A line without any amount."""


def quantum(currency: str) -> Decimal:
    """Return the minor unit of a currency (ISO 4217)."""
    if currency in _NO_MINOR_UNIT:
        return Decimal(1)
    return Decimal("0.001") if currency in _THREE_PLACES else Decimal("0.01")


def complete(values: Values, unit: Decimal, *, gross: bool = True) -> Values:
    """Return ``values`` with ``net``, ``tax`` and ``total``, of which two were missing.

    Args:
        values: may hold net, tax, total, quantity, unit_price, discount, tax_percent.
        unit: minor unit that computed amounts are rounded to.
        gross: whether the unit price holds the tax.

    Raises:
        NoAmountError: nothing to compute them from.
    """
    percent = values.pop("tax_percent", None)
    net, tax, total = values.get("net"), values.get("tax"), values.get("total")
    if net is None and total is None:
        base = _base(values, unit)
        net, total = (None, base) if gross else (base, None)
        if gross and percent is not None and "discount" in values:
            values["discount"] = _without_tax(values["discount"], percent, unit)
    if total is None and net is not None:
        if tax is None:
            tax = _round(net * (percent or ZERO) / 100, unit)
        total = net + tax
    elif net is None and total is not None:
        net = total - tax if tax is not None else _without_tax(total, percent, unit)
        tax = total - net
    elif tax is None and total is not None and net is not None:
        tax = total - net
    return {**values, "net": net, "tax": tax, "total": total}


def spread_tax(
    parts: Sequence[Values], tax: Decimal, total: Decimal, unit: Decimal
) -> None:
    """Share the tax of an order out to its parts, by their amounts, to the last cent.

    Where the parts without it are less than the total by just the tax, it comes on top
    of them; otherwise they hold it already.

    Args:
        parts: lines and charges with ``net``, ``tax`` (0) and ``total``; changed.
        tax: of the whole order.
        total: of the whole order.
        unit: smallest amount of the currency.
    """
    whole = sum((part["total"] for part in parts), ZERO)
    on_top = abs(whole + tax - total) < unit
    left, left_of = tax, whole
    for part in parts:
        amount = part["total"]
        share = _round(left * amount / left_of, unit) if left_of else ZERO
        left, left_of = left - share, left_of - amount
        part["tax"] = share
        if on_top:
            part["total"] = amount + share
        else:
            part["net"] = amount - share


def signed(values: Values, kind: str) -> Values:
    """Return the amounts of a charge with the sign that its kind has."""
    if kind not in NEGATIVE:
        return values
    return values | {key: -abs(values[key]) for key in ("net", "tax", "total")}


def _base(values: Values, unit: Decimal) -> Decimal:
    price = values.get("unit_price")
    if price is None:
        raise NoAmountError(
            _("no amount: map a column to net, total or unit_price of the line")
        )
    base: Decimal = values.get("quantity", Decimal(1)) * price
    return _round(base - abs(values.get("discount", ZERO)), unit)


def _without_tax(total: Decimal, percent: Decimal | None, unit: Decimal) -> Decimal:
    return _round(total * 100 / (100 + (percent or ZERO)), unit)


def _round(value: Decimal, unit: Decimal) -> Decimal:
    return value.quantize(unit, ROUND_HALF_UP)
