"""Decimal places of currencies (ISO 4217)."""

from __future__ import annotations

from decimal import Decimal

_NO_PLACES = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"),
        *("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
_THREE_PLACES = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_MANY_PLACES = {"CLF": 4, "UYW": 4}


def places_of(currency: str) -> int:
    """Return the number of decimal places of a currency."""
    if currency in _NO_PLACES:
        return 0
    if currency in _THREE_PLACES:
        return 3
    return _MANY_PLACES.get(currency, 2)


def unit_of(currency: str) -> Decimal:
    """Return the smallest amount of a currency: 0.01, 1 or 0.001."""
    return Decimal(1).scaleb(-places_of(currency))
