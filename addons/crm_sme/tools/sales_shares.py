"""Share an order's money out to lines: slow form of ``metrics/sales_lines.py``."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


def carrier_last(nets: Sequence[Decimal]) -> list[int]:
    """Order the lines by money, the line that carries the order last.

    Args:
        nets: amount of each line in the order's currency, in the order of their ids.

    Returns:
        Positions of the lines; of equal ones the first line comes last.
    """
    return sorted(range(len(nets)), key=lambda at: (nets[at], -at))


def share_out(
    total: Decimal, amounts: Sequence[Decimal], factor: Decimal, digits: int
) -> list[Decimal]:
    """Turn amounts into the company's currency so that they sum to a total.

    The running sum is rounded, not the single amounts, so no line is more than a unit
    off; the last one takes what is left.

    Args:
        total: what the shares sum to.
        amounts: in the order's currency, the line that takes the rest last.
        factor: the company's currency for one unit of the order's.
        digits: decimals of the company's currency.

    Returns:
        One share for each amount.
    """
    unit = Decimal(1).scaleb(-digits)
    shares, running, given = [], ZERO, ZERO
    for amount in amounts[:-1]:
        running += amount
        until = (running * factor).quantize(unit, rounding=ROUND_HALF_UP)
        shares.append(until - given)
        given = until
    return [*shares, total - given]


def factor_of(revenue: Decimal, untaxed: Decimal, rate: Decimal) -> Decimal:
    """What one unit of the order's currency is worth, as the order itself was turned.

    Args:
        revenue: the order's, in the company's currency.
        untaxed: the order's, in its own.
        rate: units of the order's currency for one of the company's.
    """
    if rate == 1:
        return Decimal(1)
    return revenue / untaxed if untaxed else 1 / rate
