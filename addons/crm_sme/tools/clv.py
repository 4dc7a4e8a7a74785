"""Customer lifetime value: how often a customer will order, and what that is worth.

The door to the forecast, without Odoo: numpy arrays in, numpy arrays out. Needs numpy
and scipy: import it lazily where they may be missing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .bg_nbd import BgNbdFit, BgNbdParams, as_history, fit_bg_nbd
from .bg_nbd_forecast import (
    discounted_orders,
    expected_orders,
    next_order_gap,
    orders_if_alive,
    probability_alive,
    probability_of_order,
    surprise_of_silence,
)
from .gamma_gamma import (
    GammaGammaFit,
    GammaGammaParams,
    expected_order_value,
    fit_gamma_gamma,
)
from .likelihood import Doubt, FloatArray, distinct

__all__ = [
    "BgNbdFit",
    "BgNbdParams",
    "Buckets",
    "Doubt",
    "GammaGammaFit",
    "GammaGammaParams",
    "customer_lifetime_value",
    "discounted_orders",
    "expected_order_value",
    "expected_orders",
    "fit_bg_nbd",
    "fit_gamma_gamma",
    "next_order_gap",
    "orders_if_alive",
    "probability_alive",
    "probability_of_order",
    "surprise_of_silence",
    "week_buckets",
]

WEEK_DAYS = 7


@dataclass(frozen=True)
class Buckets:
    """Customers with the same orders and the same whole weeks, as one row each.

    Hand the columns to ``fit_bg_nbd``.

    Attributes:
        x: repeat orders.
        t_x: mean time from the first to the last order, weeks.
        age: mean time from the first order to today, weeks.
        weights: customers in the row.
    """

    x: FloatArray
    t_x: FloatArray
    age: FloatArray
    weights: FloatArray


def week_buckets(x: ArrayLike, t_x_days: ArrayLike, age_days: ArrayLike) -> Buckets:
    """Group customers by repeat orders and whole weeks, halves rounded up.

    The slow form of the same grouping in SQL. A million customers become some 100,000
    rows; the parameters move by a quarter of a per cent. Each row carries the mean days
    of its group, not the whole week: that halves the error, and a second order two days
    after the first keeps its distance, without which the likelihood has no maximum.

    Args:
        x: repeat orders, shape (n,).
        t_x_days: days from the first to the last order, shape (n,).
        age_days: days from the first order to today, shape (n,).
    Returns:
        The groups, sorted by x, age, t_x.
    Raises:
        ValueError: the columns do not fit together.
    """
    orders, last, ages = as_history(x, t_x_days, age_days)
    if not orders.size:
        return Buckets(orders, last, ages, orders)
    last_weeks, age_weeks = _whole_weeks(last), _whole_weeks(ages)
    width, depth = int(last_weeks.max()) + 1, int(age_weeks.max()) + 1
    codes = (orders.astype(np.int64) * depth + age_weeks) * width + last_weeks
    _different, row = distinct(codes)
    weights = np.bincount(row).astype(np.float64)
    return Buckets(
        x=np.bincount(row, orders) / weights,
        t_x=np.bincount(row, last) / weights / WEEK_DAYS,
        age=np.bincount(row, ages) / weights / WEEK_DAYS,
        weights=weights,
    )


def _whole_weeks(days: FloatArray) -> NDArray[np.int64]:
    return np.floor(days / WEEK_DAYS + 0.5).astype(np.int64)


def customer_lifetime_value(
    params: BgNbdParams,
    spend: GammaGammaParams,
    x: ArrayLike,
    t_x: ArrayLike,
    age: ArrayLike,
    *,
    mean_value: ArrayLike,
    period: float,
    periods: int = 12,
    discount: float = 0.0,
    margin: float = 1.0,
) -> FloatArray:
    """Worth today of the orders expected in the coming periods.

    margin x expected order value x expected orders, those of period k divided by
    (1 + discount)^k; the cost of serving the customer is not taken off.

    Args:
        params: of ``fit_bg_nbd``, in the same unit of time.
        spend: of ``fit_gamma_gamma``, in the same currency.
        x: repeat orders, shape (n,).
        t_x: time from the first to the last order, shape (n,).
        age: time from the first order to today, shape (n,).
        mean_value: mean value of the repeat orders, shape (n,).
        period: length of a period in the unit of time, e.g. 365.25 / 12 / 7 weeks.
        periods: how many periods ahead, >= 1.
        discount: interest for one period, e.g. 0.01.
        margin: part of the order value that is profit.
    Returns:
        Float array, shape (n,), never negative for a margin >= 0.
    Raises:
        ValueError: the columns do not fit together, or a period makes no sense.
    """
    orders = discounted_orders(
        params, x, t_x, age, period=period, periods=periods, discount=discount
    )
    return margin * expected_order_value(spend, x, mean_value) * orders
