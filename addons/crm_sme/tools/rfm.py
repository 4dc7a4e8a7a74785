"""Recency, frequency and monetary value: five classes each, 5 is best.

The slow, plain form of what ``metrics/`` does in SQL; both give the same scores.

Ties: a score is 1 + the number of limits strictly *below* the value. Counting limits
that are equal as well (what ``width_bucket`` does) leaves nobody in the lowest class
of frequency as soon as one-time buyers exceed a fifth of the customers, and ranking
(``ntile``) gives equal customers different scores.

``thresholds`` and ``score`` do the same for whole arrays and need numpy; the rest is
plain Python.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

PERCENTILES = (0.2, 0.4, 0.6, 0.8)
MINIMUM_BASE = 5
MINIMUM_CLASSES = 2

Number = TypeVar("Number", int, float, Decimal)


def thresholds(values: ArrayLike, n: int = 5) -> NDArray[np.float64]:
    """Limits that part values into ``n`` classes of the same size, ties apart.

    Args:
        values: one number a customer, shape (m,), in any order. Of recency give the
            negated days, so that more is better.
        n: number of classes, 2 or more.
    Returns:
        Rising values that occur, shape (n - 1,): discrete percentiles, as
        ``percentile_disc`` of SQL. Empty when there are fewer values than classes.
    Raises:
        ValueError: ``values`` is no flat array of finite numbers, or ``n`` below 2.
    """
    import numpy as np  # noqa: PLC0415  Odoo may lack it; the rest works without

    if n < MINIMUM_CLASSES:
        raise ValueError(f"n is {n}; ask for {MINIMUM_CLASSES} classes or more.")
    ordered = np.sort(_as_column(values))
    if ordered.size < n:
        return np.empty(0)
    parts = np.arange(1, n) / n
    picked: NDArray[np.float64] = ordered[
        np.ceil(parts * ordered.size).astype(np.int64) - 1
    ]
    return picked


def score(values: ArrayLike, thresholds: ArrayLike) -> NDArray[np.int64]:
    """Class of each value: 1 + the number of thresholds strictly below it.

    Args:
        values: one number a customer, shape (m,).
        thresholds: rising limits, shape (n - 1,), as from :func:`thresholds`.
    Returns:
        Classes from 1 (lowest) to n (best), shape (m,); all 1 without thresholds.
    Raises:
        ValueError: an argument is no flat array of finite numbers, or the
            thresholds fall.
    """
    import numpy as np  # noqa: PLC0415  Odoo may lack it; the rest works without

    limits = _as_column(thresholds)
    if (np.diff(limits) < 0).any():
        raise ValueError("Thresholds must rise; sort them.")
    return 1 + np.searchsorted(limits, _as_column(values), side="left").astype(np.int64)


def _as_column(values: ArrayLike) -> NDArray[np.float64]:
    import numpy as np  # noqa: PLC0415  Odoo may lack it; the rest works without

    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise ValueError(f"Expected a flat array, not {column.ndim} dimensions.")
    if not np.isfinite(column).all():
        raise ValueError("Every value must be a finite number; leave out the others.")
    return column


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


def score_one(value: Number, limits: Sequence[Number]) -> int | None:
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
    recency = score_one(-behaviour.days_since, limits.recency) or 1
    frequency = score_one(behaviour.orders, limits.frequency) or 1
    monetary = score_one(behaviour.net, limits.monetary) or 1
    return (recency, frequency, monetary if behaviour.net > 0 else 1)


def rfm_code(scores: tuple[int, int, int] | None) -> str | None:
    """Three digits, e.g. ``545``; None without scores."""
    return "".join(map(str, scores)) if scores else None


def score_all(behaviours: Mapping[int, Behaviour]) -> dict[int, str | None]:
    """Codes of all customers by their key."""
    limits = find_limits(list(behaviours.values()))
    return {key: rfm_code(rfm_scores(each, limits)) for key, each in behaviours.items()}
