"""The forecast of a company: one fit, and what it says of each customer.

The slow, plain form of what ``metrics/forecast_score.py`` does in SQL; both give the
same figures. Days in, weeks inside. Needs numpy and scipy: import it lazily.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from . import clv
from .likelihood import FloatArray

HORIZON_DAYS = 90
MONTHS = 12
MONTH_WEEKS = 365.25 / MONTHS / clv.WEEK_DAYS
# A silence is seen in steps of an eighth of the expected gap, at least a day, at most a
# week: so that few figures move from one day to the next. It moves the probability of
# being alive by 0.016 at most.
STEPS_A_GAP = 8
LONGEST_STEP = 7


@dataclass(frozen=True)
class CompanyFit:
    """When the customers of a company order, and what an order is worth."""

    timing: clv.BgNbdFit
    spend: clv.GammaGammaFit


@dataclass(frozen=True)
class Scores:
    """What is foreseen of each customer; arrays of shape (n,).

    Attributes:
        p_alive: not a number for who bought once: nothing can be said of him.
        p_order: probability of an order within 90 days.
        orders: expected within 12 months.
        revenue: expected within 12 months.
        value: margin of the expected orders, discounted month by month.
        at_risk: expected revenue times the probability of having left.
    """

    p_alive: FloatArray
    p_order: FloatArray
    orders: FloatArray
    revenue: FloatArray
    value: FloatArray
    at_risk: FloatArray


def fit_company(
    timing: Sequence[tuple[float, ...]], spend: Sequence[tuple[float, ...]]
) -> CompanyFit:
    """Fit both models, with their weak priors.

    Args:
        timing: rows of repeat orders, weeks to the last order, weeks to today,
            customers.
        spend: rows of repeat orders, mean value of an order, customers.
    Raises:
        ValueError: no customer, or no order of a positive value.
    """
    x, t_x, age, weights = np.array(timing, dtype=np.float64).reshape(-1, 4).T
    orders, value, shares = np.array(spend, dtype=np.float64).reshape(-1, 3).T
    return CompanyFit(
        timing=clv.fit_bg_nbd(x, t_x, age, weights),
        spend=clv.fit_gamma_gamma(orders, value, shares),
    )


def seen_age(
    params: clv.BgNbdParams, x: ArrayLike, t_x: ArrayLike, age: ArrayLike
) -> FloatArray:
    """Days from the first order to today, the silence in steps; see ``STEPS_A_GAP``.

    Args:
        params: of a fit, alpha in weeks.
        x: repeat orders, shape (n,).
        t_x: whole days from the first to the last order, shape (n,).
        age: whole days from the first order to today, shape (n,).
    Returns:
        Float array of whole days, shape (n,), never below ``t_x``.
    """
    orders, last, ages = (np.asarray(each, dtype=np.float64) for each in (x, t_x, age))
    gap = (params.alpha * clv.WEEK_DAYS + last) / (params.r + orders)
    step = np.clip(np.floor(gap / STEPS_A_GAP), 1, LONGEST_STEP)
    return np.asarray(last + step * np.floor((ages - last) / step + 0.5))


def monthly_discount(discount: float) -> float:
    """Interest for a month from that for a year, e.g. 0.1."""
    return float((1 + discount) ** (1 / MONTHS) - 1)


def orders_ahead(
    params: clv.BgNbdParams, pairs: Sequence[tuple[int, int]], discount: float
) -> list[tuple[float, float]]:
    """Orders of the next 12 months of customers still there: as they are, discounted.

    Args:
        params: of a fit, alpha in weeks.
        pairs: repeat orders and days from the first order to today.
        discount: interest for a year, e.g. 0.1.
    Returns:
        Two numbers for each pair.
    """
    x, days = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    age = days / clv.WEEK_DAYS
    plain = clv.orders_if_alive(params, x, age, period=MONTHS * MONTH_WEEKS)
    discounted = clv.orders_if_alive(
        params,
        *(x, age),
        period=MONTH_WEEKS,
        periods=MONTHS,
        discount=monthly_discount(discount),
    )
    return list(zip(plain.tolist(), discounted.tolist(), strict=True))


def orders_within(
    params: clv.BgNbdParams, pairs: Sequence[tuple[int, int]], days: int
) -> list[float]:
    """Orders within some days of customers still there.

    Args:
        params: of a fit, alpha in weeks.
        pairs: repeat orders and days from the first order to today.
        days: how far ahead.
    Returns:
        One number for each pair.
    """
    x, ages = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    weeks = days / clv.WEEK_DAYS
    orders = clv.orders_if_alive(params, x, ages / clv.WEEK_DAYS, period=weeks)
    return [float(each) for each in orders]


def score(
    params: clv.BgNbdParams,
    spend: clv.GammaGammaParams,
    x: ArrayLike,
    t_x: ArrayLike,
    age: ArrayLike,
    *,
    mean_value: ArrayLike,
    discount: float,
    margin: float,
) -> Scores:
    """Foresee each customer, not rounded.

    Args:
        params: of a fit, alpha in weeks.
        spend: of a fit, in the company's currency.
        x: repeat orders, shape (n,).
        t_x: whole days from the first to the last order, shape (n,).
        age: whole days from the first order to today, shape (n,).
        mean_value: mean value of the repeat orders, shape (n,).
        discount: interest for a year, e.g. 0.1.
        margin: part of the revenue that is margin.
    """
    orders = np.asarray(x, dtype=np.float64)
    last = np.asarray(t_x, dtype=np.float64) / clv.WEEK_DAYS
    today = seen_age(params, x, t_x, age) / clv.WEEK_DAYS
    alive = clv.probability_alive(params, orders, last, today)
    horizon = HORIZON_DAYS / clv.WEEK_DAYS
    year = MONTHS * MONTH_WEEKS
    expected = clv.expected_orders(params, orders, last, today, year)
    revenue = expected * clv.expected_order_value(spend, orders, mean_value)
    value = clv.customer_lifetime_value(
        *(params, spend, orders, last, today),
        mean_value=mean_value,
        period=MONTH_WEEKS,
        periods=MONTHS,
        discount=monthly_discount(discount),
        margin=margin,
    )
    return Scores(
        p_alive=np.where(orders > 0, alive, np.nan),
        p_order=clv.probability_of_order(params, orders, last, today, horizon),
        orders=expected,
        revenue=revenue,
        value=value,
        at_risk=(1 - alive) * revenue,
    )
