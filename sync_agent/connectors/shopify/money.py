"""Amounts of Shopify: a bag holds the shop's currency and the one that was paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.reading.currencies import unit_of
from sync_agent.reading.fields import Fields

Side = Literal["shop", "presentment"]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bags:
    """Reads one side of the bags of an order.

    Attributes:
        side: which of the two.
        currency: its currency.
        with_tax: the order's prices hold the tax already.
    """

    side: Side
    currency: str
    with_tax: bool

    def of(self, fields: Fields, key: str, default: Decimal | None = ZERO) -> Decimal:
        """Return the amount of a bag; ``default``, or refused if ``None``, if absent.

        Raises:
            Rejected: no number, or none where one is needed.
        """
        if fields.get(key) is None:
            if default is None:
                raise fields.bad(key, _("a number is missing"))
            return default
        return fields.sub(key).sub(f"{self.side}Money").number("amount", None)

    def taxes(self, fields: Fields, key: str = "taxLines") -> Decimal:
        """Return the sum of tax lines."""
        return sum((self.of(each, "priceSet") for each in fields.each(key)), ZERO)

    def parts(self, price: Decimal, tax: Decimal) -> Json:
        """Return net, tax and total of a price as the shop writes prices."""
        if self.with_tax:
            return {"net": price - tax, "tax": tax, "total": price}
        return {"net": price, "tax": tax, "total": price + tax}

    @property
    def unit(self) -> Decimal:
        """The smallest amount of the currency."""
        return unit_of(self.currency)


def bags_of(order: Fields, side: Side) -> Bags:
    """Return the reader for an order or checkout."""
    key = "currencyCode" if side == "shop" else "presentmentCurrencyCode"
    return Bags(side, order.text(key) or "", bool(order.get("taxesIncluded")))


def total_of(parts: Iterable[Json], key: str = "total") -> Decimal:
    """Return the sum of an amount of parts."""
    return sum((part[key] for part in parts), ZERO)


def number_of(gid: str | None) -> str | None:
    """Return the number of an id: ``gid://shopify/Order/123?x=1`` -> ``123``."""
    if not gid:
        return None
    return gid.rpartition("/")[2].partition("?")[0]


def gid_of(kind: str, number: str) -> str:
    """Return the whole id of a number."""
    return f"gid://shopify/{kind}/{number}"
