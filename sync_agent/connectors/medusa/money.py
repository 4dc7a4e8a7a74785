"""Amounts of Medusa: major units that nobody rounded.

An order of 3 x 9.99 with 19 % tax totals 35.6643: what the buyer pays is rounded when
it is paid. Each amount stands twice, as a JSON number and exactly in ``raw_<name>``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sync_agent.port import Json
from sync_agent.reading.currencies import unit_of
from sync_agent.reading.fields import Fields

ZERO = Decimal(0)
_MOST = Decimal(10) ** 15


def amount(fields: Fields, key: str, default: Decimal | None = ZERO) -> Decimal:
    """Return an amount, exactly.

    Raises:
        Rejected: no number, or none where ``default`` is ``None``.
    """
    raw = fields.get(f"raw_{key}")
    if isinstance(raw, dict) and raw.get("value") is not None:
        return fields.sub(f"raw_{key}").number("value")
    return fields.number(key, default)


@dataclass(frozen=True, slots=True)
class Exact:
    """Part of an order before it is rounded: ``net = total - tax``."""

    tax: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Cutter:
    """Rounds the amounts of a currency to its smallest one, half up."""

    unit: Decimal

    @classmethod
    def of_currency(cls, currency: str) -> Cutter:
        """Return what rounds the amounts of a currency."""
        return cls(unit_of(currency))

    def cut(self, value: Decimal) -> Decimal:
        """Return an amount, rounded."""
        if abs(value) >= _MOST:  # the record refuses it
            return value
        return value.quantize(self.unit, ROUND_HALF_UP)

    def part(self, exact: Exact) -> Json:
        """Return net, tax and total, rounded, that add up."""
        total, tax = self.cut(exact.total), self.cut(exact.tax)
        return {"net": total - tax, "tax": tax, "total": total}

    def is_none(self, difference: Decimal) -> bool:
        """Tell whether a difference is less than half of the smallest amount."""
        return abs(difference) * 2 < self.unit

    def rounding(self, given: Iterable[Json], exact: Exact) -> list[Json]:
        """Return a charge for what the rounding of parts left, if it left anything.

        Args:
            given: the parts, rounded.
            exact: their sum before.
        """
        given = list(given)
        left = self.cut(exact.total) - sum(part["total"] for part in given)
        if not left:
            return []
        tax = self.cut(exact.tax) - sum(part["tax"] for part in given)
        tax = left if tax == left else ZERO
        return [{"kind": "rounding", "net": left - tax, "tax": tax, "total": left}]
