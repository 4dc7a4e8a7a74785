"""Amounts of Vendure: whole numbers -> exact decimals.

Vendure keeps amounts as integers with as many places as the shop's ``MoneyStrategy``
says, two by default, **in every currency**: ¥1,000 is stored as 100000 (its own
Stripe plugin divides yen by 100 for that reason). Shops whose storefront writes the
currency's own minor unit instead choose ``minor_units = "currency"``.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sync_agent.reading.currencies import places_of

Cut = Callable[[int, str], Decimal]
"""Turns (amount, currency code) into a decimal."""


def cut_by_shop(places: int) -> Cut:
    """Return the cut of a shop whose amounts all have so many places."""
    return lambda amount, _currency: Decimal(amount).scaleb(-places)


def cut_by_currency(amount: int, currency: str) -> Decimal:
    """Return an amount in the currency's own minor unit as a decimal."""
    return Decimal(amount).scaleb(-places_of(currency))
