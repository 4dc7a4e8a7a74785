"""What one customer likes: the slow, plain form of ``metrics/preferences.py``.

A tie between two favourites goes to the one chosen last, then to the lower number or
the earlier name.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from .rhythm import local_day

PRICE_UNIT = Decimal("0.0001")
MINIMUM_BASE = 3


@dataclass(frozen=True)
class Visit:
    """An order that counts, by when and where it was given.

    Attributes:
        at: naive UTC moment.
        channel: empty if nobody knows.
    """

    at: datetime
    channel: str = ""


@dataclass(frozen=True)
class Piece:
    """A line of goods of an order or, with negative sums, of a refund.

    Attributes:
        at: naive UTC moment.
        category: number of the category; None if unknown.
        net: without tax, in the company's currency.
        quantity: of pieces.
        is_refund: line of a refund.
    """

    at: datetime
    category: int | None
    net: Decimal
    quantity: Decimal
    is_refund: bool = False


def favourite_weekday(visits: Iterable[Visit], timezone: str) -> int | None:
    """Day of the week with most orders, 0 is Monday; None without orders."""
    days = [local_day(visit.at, timezone) for visit in visits]
    times: dict[int, tuple[int, date]] = {}
    for day in days:
        count, last = times.get(day.weekday(), (0, day))
        times[day.weekday()] = (count + 1, max(last, day))
    return max(times, key=lambda weekday: times[weekday]) if times else None


def favourite_channel(visits: Iterable[Visit], timezone: str) -> str | None:
    """Channel with most orders; None if none is known."""
    times: dict[str, tuple[int, date]] = {}
    for visit in visits:
        if visit.channel:
            day = local_day(visit.at, timezone)
            count, last = times.get(visit.channel, (0, day))
            times[visit.channel] = (count + 1, max(last, day))
    # By name first: the first of equals is kept.
    return max(sorted(times), key=lambda name: times[name]) if times else None


def favourite_category(pieces: Iterable[Piece]) -> int | None:
    """Category with most revenue; None without any above zero."""
    net: dict[int, Decimal] = defaultdict(Decimal)
    last: dict[int, datetime] = {}
    for piece in pieces:
        if piece.category is None:
            continue
        net[piece.category] += piece.net
        if not piece.is_refund:
            last[piece.category] = max(last.get(piece.category, piece.at), piece.at)
    bought = sorted(key for key, amount in net.items() if amount > 0)
    if not bought:
        return None
    return max(bought, key=lambda key: (net[key], last.get(key, datetime.min)))


def mean_price(pieces: Iterable[Piece]) -> Decimal | None:
    """Mean price of a piece, refunds left out; None if nothing was paid for."""
    sold = [
        piece
        for piece in pieces
        if not piece.is_refund and piece.net > 0 and piece.quantity > 0
    ]
    if not sold:
        return None
    net = sum((piece.net for piece in sold), Decimal(0))
    quantity = sum((piece.quantity for piece in sold), Decimal(0))
    return (net / quantity).quantize(PRICE_UNIT, rounding=ROUND_HALF_UP)


def thirds(prices: Sequence[Decimal]) -> list[Decimal]:
    """Prices that end the lowest and the middle third; empty below three customers."""
    if len(prices) < MINIMUM_BASE:
        return []
    ordered = sorted(prices)
    return [ordered[math.ceil(len(ordered) * part / 3) - 1] for part in (1, 2)]


def price_band(price: Decimal | None, limits: Sequence[Decimal]) -> str | None:
    """Band of a price: ``low``, ``middle`` or ``high``; None without limits.

    Where both limits are one price, that price is the middle.
    """
    if price is None or not limits:
        return None
    low, high = limits
    if price > high:
        return "high"
    if price > low or (low == high and price == low):
        return "middle"
    return "low"
