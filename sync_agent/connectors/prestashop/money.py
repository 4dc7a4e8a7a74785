"""Amounts of PrestaShop: text with six places, rounded as each order says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
)

from sync_agent.port import Json
from sync_agent.reading.fields import Fields

ZERO = Decimal(0)
_MODES = {
    0: ROUND_CEILING,
    1: ROUND_FLOOR,
    2: ROUND_HALF_UP,
    3: ROUND_HALF_DOWN,
    4: ROUND_HALF_EVEN,
}
_HALF_ODD = 5


def tidy(value: Decimal) -> Decimal:
    """Return an amount without the zeros at its end: 24.000000 is 24."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def amount(fields: Fields, key: str, default: Decimal | None = ZERO) -> Decimal:
    """Return an amount.

    Raises:
        Rejected: no number; or missing, when ``default`` is ``None``.
    """
    return tidy(fields.number(key, default))


def parts(net: Decimal, total: Decimal) -> Json:
    """Return net, tax and total."""
    return {"net": net, "tax": total - net, "total": total}


def total_of(given: Iterable[Json], key: str = "total") -> Decimal:
    """Return the sum of amounts."""
    return sum((each[key] for each in given), ZERO)


def both(fields: Fields, name: str) -> Json:
    """Return the parts of an amount that stands there without and with tax."""
    return parts(amount(fields, f"{name}_tax_excl"), amount(fields, f"{name}_tax_incl"))


@dataclass(frozen=True, slots=True)
class Rounding:
    """How an order was rounded.

    Attributes:
        unit: smallest amount of its currency.
        mode: of PrestaShop (``round_mode``, 0 to 5).
    """

    unit: Decimal
    mode: int

    def of(self, value: Decimal) -> Decimal:
        """Return an amount rounded."""
        if self.mode == _HALF_ODD:
            down = value.quantize(self.unit, ROUND_HALF_DOWN)
            up = value.quantize(self.unit, ROUND_HALF_UP)
            return up if int(up / self.unit) % 2 else down
        return value.quantize(self.unit, _MODES.get(self.mode, ROUND_HALF_UP))

    def adds(
        self, goods: Decimal, stated: Decimal, rest: Decimal, total: Decimal
    ) -> Decimal | None:
        """Return what rounding alone added to the parts of an order.

        The sum of the goods may have been rounded, and the sum of all.

        Args:
            goods: sum of the lines.
            stated: what the shop made of it.
            rest: sum of all other parts.
            total: of the order.

        Returns:
            The difference; ``None`` when rounding does not explain it.
        """
        if stated not in (goods, self.of(goods)):
            return None
        whole = stated + rest
        if total not in (whole, self.of(whole)):
            return None
        return total - goods - rest
