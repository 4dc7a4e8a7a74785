"""Amounts of Youzan: yuan as text in one field, fen as a number in the next."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.reading.fields import Fields

CURRENCY = "CNY"
ZERO = Decimal(0)
_FEN = Decimal("0.01")


def yuan(fields: Fields, key: str, default: Decimal | None = ZERO) -> Decimal:
    """Return an amount that is written in yuan: ``"9.82"``.

    Raises:
        Rejected: no number; or missing, when ``default`` is ``None``.
    """
    return fields.number(key, default)


def fen(fields: Fields, key: str) -> Decimal:
    """Return an amount in yuan that is written in fen: ``982``.

    Raises:
        Rejected: no whole number: then it is not fen.
    """
    number = fields.number(key)
    if number != number.to_integral_value():
        raise fields.bad(key, _("whole fen were expected, not {number}", number=number))
    return number.scaleb(-2)


def taxed(total: Decimal) -> Json:
    """Return an amount as net, tax and total: Youzan does not tell taxes."""
    return {"net": total, "tax": ZERO, "total": total}


def shares(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Return an amount split by weights, to the fen; the largest rests get the fen.

    Args:
        amount: not negative, whole fen.
        weights: none negative, their sum above zero.
    """
    whole = sum(weights, ZERO)
    exact = [amount * weight / whole for weight in weights]
    found = [each.quantize(_FEN, ROUND_FLOOR) for each in exact]
    rest = int((amount - sum(found, ZERO)) / _FEN)
    largest = sorted(range(len(exact)), key=lambda i: found[i] - exact[i])
    for index in largest[:rest]:
        found[index] += _FEN
    return found


def without_postage(
    paid: Sequence[Decimal], postage: Decimal, total: Decimal
) -> list[Decimal]:
    """Return the amounts of lines without the postage that they may hold.

    Youzan spreads the postage of an order over its lines. Whether it did is seen by
    their sum; amounts that add up in neither way are left alone.

    Args:
        paid: amount of each line.
        postage: of the whole.
        total: of the whole.
    """
    goods = sum(paid, ZERO)
    holds_it = goods == total and ZERO < postage <= goods
    if not holds_it or any(each < 0 for each in paid):
        return list(paid)
    return [each - part for each, part in zip(paid, shares(postage, paid), strict=True)]
