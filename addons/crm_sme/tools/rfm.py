"""Recency, frequency and monetary value: five classes each, 5 is best.

The slow, plain form of what ``metrics/`` does in SQL; both give the same scores.

Ties: a score is 1 + the number of limits strictly *below* the value. Counting limits
that are equal as well (what ``width_bucket`` does) leaves nobody in the lowest class
of frequency as soon as one-time buyers exceed a fifth of the customers, and ranking
(``ntile``) gives equal customers different scores.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

PERCENTILES = (0.2, 0.4, 0.6, 0.8)
MINIMUM_BASE = 5

Number = TypeVar("Number", int, float, Decimal)


@dataclass(frozen=True)
class Behaviour:
    """What a customer did inside the window.

    Attributes:
        days_since: days between the last order and today, never negative.
        orders: number of orders, at least 1.
        net: sum without tax, refunds taken off; may be negative.
    """

    days_since: int
    orders: int
    net: Decimal


@dataclass(frozen=True)
class Limits:
    """Four rising limits a measure; empty when there are too few customers.

    ``recency`` holds negated days, so that more is better for all three.
    """

    recency: Sequence[int] = ()
    frequency: Sequence[int] = ()
    monetary: Sequence[Decimal] = ()


def quintile_limits(values: Sequence[Number]) -> list[Number]:
    """Values at 20, 40, 60 and 80 % of the sorted sequence.

    Args:
        values: one number a customer, in any order.
    Returns:
        Four values that occur, rising; empty below five customers, where fifths
        would say nothing. Discrete percentiles, as ``percentile_disc`` of SQL.
    """
    if len(values) < MINIMUM_BASE:
        return []
    ordered = sorted(values)
    return [ordered[math.ceil(part * len(ordered)) - 1] for part in PERCENTILES]


def score(value: Number, limits: Sequence[Number]) -> int | None:
    """Class of a value: 1 + the number of limits strictly below; None without any."""
    if not limits:
        return None
    return 1 + sum(limit < value for limit in limits)


def find_limits(behaviours: Sequence[Behaviour]) -> Limits:
    """Limits of all three measures over the customers who bought in the window."""
    return Limits(
        recency=quintile_limits([-each.days_since for each in behaviours]),
        frequency=quintile_limits([each.orders for each in behaviours]),
        monetary=quintile_limits([each.net for each in behaviours]),
    )


def rfm_scores(
    behaviour: Behaviour | None, limits: Limits
) -> tuple[int, int, int] | None:
    """Scores (R, F, M) of one customer.

    Args:
        behaviour: None for somebody who bought, but before the window: 1, 1, 1.
        limits: of all customers.
    Returns:
        None while there are too few customers for limits. A net sum of zero or less
        has M = 1 whatever the limits are.
    """
    if not limits.frequency:
        return None
    if behaviour is None:
        return (1, 1, 1)
    recency = score(-behaviour.days_since, limits.recency) or 1
    frequency = score(behaviour.orders, limits.frequency) or 1
    monetary = score(behaviour.net, limits.monetary) or 1
    return (recency, frequency, monetary if behaviour.net > 0 else 1)


def rfm_code(scores: tuple[int, int, int] | None) -> str | None:
    """Three digits, e.g. ``545``; None without scores."""
    return "".join(map(str, scores)) if scores else None


def score_all(behaviours: Mapping[int, Behaviour]) -> dict[int, str | None]:
    """Codes of all customers by their key."""
    limits = find_limits(list(behaviours.values()))
    return {key: rfm_code(rfm_scores(each, limits)) for key, each in behaviours.items()}
