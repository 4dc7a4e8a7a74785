"""Amounts of Magento: floats in the shop's currency (base) and in the order's.

A unit price is rounded (2 x 74.70 is not the row's 149.39): rows count. Whether a row
still holds its discount is not said by its name: :func:`add_up` takes the reading by
which an order adds up to its total.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Literal

from sync_agent.port import Json
from sync_agent.reading.currencies import unit_of
from sync_agent.reading.fields import Fields

Side = Literal["base", "order"]
ZERO = Decimal(0)
_KEPT = Decimal("0.0001")
"""Places of amounts in Magento's tables; what comes behind is noise of a float."""
_MOST = Decimal(10) ** 15
_CUT_NAMES = {
    "base_shipping_discount_tax_compensation_amount": (
        "base_shipping_discount_tax_compensation_amnt"
    ),
    "base_weee_tax_applied_row_amount": "base_weee_tax_applied_row_amnt",
}
"""Columns whose names were too long."""


def tidy(value: Decimal) -> Decimal:
    """Return an amount without the noise of a float: 55.199999999999996 is 55.2."""
    if abs(value) >= _MOST:  # the record refuses it
        return value
    value = value.quantize(_KEPT)
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


@dataclass(frozen=True, slots=True)
class Amounts:
    """Reads one side of the amounts.

    Attributes:
        side: which of the two.
        currency: its currency.
    """

    side: Side
    currency: str

    @classmethod
    def of_order(cls, fields: Fields, side: Side) -> Amounts:
        """Return what reads the amounts of an order or credit memo."""
        return cls(side, fields.text(f"{side}_currency_code") or "")

    @property
    def prefix(self) -> str:
        """What stands before the names of amounts."""
        return "base_" if self.side == "base" else ""

    def of(self, fields: Fields, key: str, default: Decimal | None = ZERO) -> Decimal:
        """Return an amount; ``default``, or refused if ``None``, when it is missing.

        Raises:
            Rejected: no number, or none where one is needed.
        """
        name = f"{self.prefix}{key}"
        return tidy(fields.number(_CUT_NAMES.get(name, name), default))

    def fits(self, difference: Decimal) -> bool:
        """Tell whether a difference is none: less than half of the smallest amount."""
        return abs(difference) * 2 < unit_of(self.currency)


@dataclass(frozen=True, slots=True)
class Way:
    """How rows may be meant.

    Attributes:
        goods_done: ``row_total`` is without the discount already.
        shipping_done: ``shipping_amount`` is without its discount already.
        bundles_whole: the row of a bundle counts, not those of what is in it.
    """

    goods_done: bool = False
    shipping_done: bool = False
    bundles_whole: bool = False


WAYS = [
    Way(goods, shipping, whole)
    for goods, shipping, whole in product((False, True), repeat=3)
]
"""All readings, Magento's own first."""


def parts(net: Decimal, tax: Decimal) -> Json:
    """Return net, tax and total."""
    return {"net": net, "tax": tax, "total": net + tax}


def total_of(given: Iterable[Json], key: str = "total") -> Decimal:
    """Return the sum of amounts."""
    return sum((each[key] for each in given), ZERO)


def add_up(
    ways: Sequence[tuple[Way, Sequence[Json]]],
    stated: Sequence[Sequence[Json]],
    total: Decimal,
    tax: Decimal,
    amounts: Amounts,
) -> tuple[Way, list[Json]]:
    """Return the reading that adds up, and the charges that it needs.

    Nothing is evened out: when none adds up, the first is returned as it is, and Odoo
    refuses the order with the difference.

    Args:
        ways: each reading with the parts that it gives.
        stated: charges that the shop states beside its lines, in groups that count or
            do not.
        total: of the order.
        tax: of the order: it may have been rounded on the sum.
        amounts: of the order.
    """
    for may_round in (False, True):
        for charges in _choices(stated):
            for way, given in ways:
                all_parts = [*given, *charges]
                missing = total - total_of(all_parts)
                if amounts.fits(missing):
                    return way, charges
                rounded = tax - total_of(all_parts, "tax")
                most = unit_of(amounts.currency) * len(all_parts)
                if may_round and missing == rounded and abs(missing) <= most:
                    rounding = {"kind": "rounding", **parts(ZERO, missing)}
                    return way, [*charges, rounding]
    return ways[0][0], []


def _choices(groups: Sequence[Sequence[Json]]) -> Iterator[list[Json]]:
    """Yield the charges of any of the groups, those of all first."""
    for chosen in product((True, False), repeat=len(groups)):
        yield [
            charge
            for group, taken in zip(groups, chosen, strict=True)
            if taken
            for charge in group
        ]
