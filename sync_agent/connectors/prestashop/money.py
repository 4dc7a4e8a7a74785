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
_MOST = Decimal(10) ** 15


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
    return {"net": net, "tax": tidy(total - net), "total": total}


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
        if abs(value) >= _MOST:  # the record refuses it
            return value
        if self.mode == _HALF_ODD:
            down = value.quantize(self.unit, ROUND_HALF_DOWN)
            up = value.quantize(self.unit, ROUND_HALF_UP)
            return up if int(up / self.unit) % 2 else down
        return value.quantize(self.unit, _MODES.get(self.mode, ROUND_HALF_UP))

    def part(self, given: Json) -> Json:
        """Return a line or charge with its amounts rounded."""
        net, total = (tidy(self.of(given[key])) for key in ("net", "total"))
        return {**given, **parts(net, total)}

    def explains(
        self, goods: Decimal, stated: Decimal, rest: Decimal, total: Decimal
    ) -> bool:
        """Tell whether an order adds up, but for the rounding of its sums.

        The sum of the goods may have been rounded, and the sum of all.

        Args:
            goods: sum of the lines.
            stated: what the shop made of it.
            rest: sum of all other parts.
            total: of the order.
        """
        if stated not in (goods, self.of(goods)):
            return False
        whole = stated + rest
        return total in (whole, self.of(whole))


def cents(given: Iterable[Json], net: Decimal, total: Decimal) -> list[Json]:
    """Return the charge for what rounded parts miss of their sum, if they do.

    Args:
        given: lines and charges, rounded.
        net: their true sum without tax.
        total: and with tax.
    """
    given = list(given)
    missing = total - total_of(given)
    if not missing:
        return []
    missing_net = net - total_of(given, "net")
    return [{"kind": "rounding", **parts(tidy(missing_net), tidy(missing))}]
