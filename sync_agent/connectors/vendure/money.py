"""Amounts of Vendure: whole numbers -> exact decimals.

Vendure keeps amounts as integers with as many places as the shop's ``MoneyStrategy``
says, two by default, **in every currency**: ¥1,000 is stored as 100000 (its own
Stripe plugin divides yen by 100 for that reason). Shops whose storefront writes the
currency's own minor unit instead choose ``minor_units = "currency"``.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

Cut = Callable[[int, str], Decimal]
"""Turns (amount, currency code) into a decimal."""

_NO_PLACES = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"),
        *("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
_THREE_PLACES = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_MANY_PLACES = {"CLF": 4, "UYW": 4}


def places_of(currency: str) -> int:
    """Return the number of decimal places of a currency (ISO 4217)."""
    if currency in _NO_PLACES:
        return 0
    if currency in _THREE_PLACES:
        return 3
    return _MANY_PLACES.get(currency, 2)


def cut_by_shop(places: int) -> Cut:
    """Return the cut of a shop whose amounts all have so many places."""
    return lambda amount, _currency: Decimal(amount).scaleb(-places)


def cut_by_currency(amount: int, currency: str) -> Decimal:
    """Return an amount in the currency's own minor unit as a decimal."""
    return Decimal(amount).scaleb(-places_of(currency))
