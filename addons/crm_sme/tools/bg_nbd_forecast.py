"""What BG/NBD foresees for each customer, given fitted parameters.

Needs numpy and scipy: import it lazily where they may be missing.

Sources: Fader, Hardie, Lee (2005), Marketing Science 24(2), 275-284. The probability of
an order, the median gap and the surprise of a silence follow from the rate of a
customer still there, gamma distributed with r + x and alpha + age.
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh_tridiagonal
from scipy.special import expit, hyp2f1

from .bg_nbd import BgNbdParams, as_history
from .likelihood import FloatArray, IndexArray, as_column, as_orders, distinct

NEAR_ONE = 1e-6
NODES = 64


def probability_alive(
    params: BgNbdParams, x: ArrayLike, t_x: ArrayLike, age: ArrayLike
) -> FloatArray:
    """Probability that a customer has not dropped out.

    It is 1 for everybody without a repeat order, because the model lets a customer drop
    out only after one: never show that figure, show ``probability_of_order``.

    Args:
        params: of a fit, in the same unit of time.
        x: repeat orders, shape (n,).
        t_x: time from the first to the last order, shape (n,).
        age: time from the first order to today, shape (n,).
    Returns:
        Float array, shape (n,), 0 to 1.
    Raises:
        ValueError: the columns do not fit together.
    """
    return _alive(params, *as_history(x, t_x, age))


def probability_of_order(
    params: BgNbdParams, x: ArrayLike, t_x: ArrayLike, age: ArrayLike, horizon: float
) -> FloatArray:
    """Probability of at least one order within ``horizon`` from today.

    Arguments, errors: as ``expected_orders``.

    Returns:
        Float array, shape (n,), 0 to 1.
    """
    orders, last, ages = as_history(x, t_x, age)
    growth = np.log1p(_as_horizon(horizon) / (params.alpha + ages))
    alive = _alive(params, orders, last, ages)
    return np.asarray(alive * -np.expm1(-(params.r + orders) * growth))


def next_order_gap(params: BgNbdParams, x: ArrayLike, age: ArrayLike) -> FloatArray:
    """Median time from today to the next order of a customer who is still there.

    Args:
        params: of a fit, in the same unit of time.
        x: repeat orders, shape (n,).
        age: time from the first order to today, shape (n,).
    Returns:
        Float array, shape (n,), > 0; infinite where it is beyond any number.
    Raises:
        ValueError: the columns do not fit together.
    """
    orders = as_orders(x)
    ages = as_column("age", age, orders)
    with np.errstate(over="ignore"):
        doubling = np.expm1(math.log(2) / (params.r + orders))
        return np.asarray((params.alpha + ages) * doubling)


def surprise_of_silence(
    params: BgNbdParams, x: ArrayLike, t_x: ArrayLike, age: ArrayLike
) -> FloatArray:
    """Probability of a silence as long as the present one, were he still there.

    Arguments, errors: as ``probability_alive``.

    Returns:
        Float array, shape (n,), 0 to 1; small means surprising.
    """
    orders, last, ages = as_history(x, t_x, age)
    return np.asarray(np.exp(-(params.r + orders) * _log_silence(params, last, ages)))


def expected_orders(
    params: BgNbdParams, x: ArrayLike, t_x: ArrayLike, age: ArrayLike, horizon: float
) -> FloatArray:
    """Expected number of orders within ``horizon`` from today.

    Args:
        params: of a fit, in the same unit of time.
        x: repeat orders, shape (n,).
        t_x: time from the first to the last order, shape (n,).
        age: time from the first order to today, shape (n,); 0 <= t_x <= age.
        horizon: length of the time ahead, >= 0.
    Returns:
        Float array, shape (n,), never negative.
    Raises:
        ValueError: the columns do not fit together, or a negative horizon.

    Source: Fader, Hardie, Lee (2005), eq. 10, in Euler's form of the hypergeometric
    function, which stays finite for thousands of orders.
    """
    return discounted_orders(params, x, t_x, age, period=horizon)


def discounted_orders(
    params: BgNbdParams,
    x: ArrayLike,
    t_x: ArrayLike,
    age: ArrayLike,
    *,
    period: float,
    periods: int = 1,
    discount: float = 0.0,
) -> FloatArray:
    """Expected orders of coming periods, those far away counting less.

    Arguments, errors: as ``expected_orders``, with ``periods`` >= 1 of the length
    ``period``; the orders of period k are divided by (1 + discount)^k.

    Returns:
        Float array, shape (n,), never negative.
    """
    orders, last, ages = as_history(x, t_x, age)
    total = orders_if_alive(
        params, orders, ages, period=period, periods=periods, discount=discount
    )
    return total * _alive(params, orders, last, ages)


def orders_if_alive(
    params: BgNbdParams,
    x: ArrayLike,
    age: ArrayLike,
    *,
    period: float,
    periods: int = 1,
    discount: float = 0.0,
) -> FloatArray:
    """Expected orders of coming periods of customers who are still there.

    The part of ``discounted_orders`` that needs a hypergeometric function. It does not
    depend on the last order, so that one answer serves many customers.

    Arguments, errors: as ``discounted_orders``.

    Returns:
        Float array, shape (n,), never negative.
    """
    orders = as_orders(x)
    ages = as_column("age", age, orders)
    _as_horizon(period)
    if periods < 1 or discount <= -1:
        raise ValueError(
            f"periods is {periods} and discount {discount}: at least one period and a "
            "discount above -1 are needed"
        )
    some_orders, some_ages, row = _different_pairs(orders, ages)
    total = np.zeros_like(some_orders)
    before = np.zeros_like(some_orders)
    for k in range(1, periods + 1):
        reached = _orders_if_alive(params, some_orders, some_ages, period * k)
        total += np.maximum(reached - before, 0) / (1 + discount) ** k
        before = reached
    return total[row]


def _as_horizon(horizon: float) -> float:
    if not 0 <= horizon < math.inf:
        raise ValueError(f"horizon is {horizon!r}, but must be a finite number >= 0")
    return horizon


def _log_silence(params: BgNbdParams, t_x: FloatArray, age: FloatArray) -> FloatArray:
    return np.asarray(np.log1p((age - t_x) / (params.alpha + t_x)))


def _alive(
    params: BgNbdParams, x: FloatArray, t_x: FloatArray, age: FloatArray
) -> FloatArray:
    odds = np.log(params.a / (params.b + np.maximum(x, 1) - 1))
    odds += (params.r + x) * _log_silence(params, t_x, age)
    return np.where(x > 0, expit(-odds), 1.0)


def _different_pairs(
    x: FloatArray, age: FloatArray
) -> tuple[FloatArray, FloatArray, IndexArray]:
    """Different pairs of two columns, and which of them each row is.

    A million customers have some ten thousand, which spares the costly function.
    """
    values_x, row_x = np.unique(x, return_inverse=True)
    values_age, row_age = np.unique(age, return_inverse=True)
    width = values_age.size
    different, row = distinct(row_x * width + row_age)
    return values_x[different // width], values_age[different % width], row


def _orders_if_alive(
    params: BgNbdParams, x: FloatArray, age: FloatArray, horizon: float
) -> FloatArray:
    """Expected orders within ``horizon`` of a customer who is still there."""
    r, b = params.r, params.b
    a = params.a if abs(params.a - 1) >= NEAR_ONE else 1 + NEAR_ONE
    reach = horizon / (params.alpha + age)
    z = horizon / (params.alpha + age + horizon)
    with np.errstate(all="ignore"):
        power = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, z)
        expected = (a + b + x - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * power)
    for row in np.flatnonzero(~np.isfinite(expected)):
        expected[row] = _orders_by_quadrature(params, float(x[row]), float(reach[row]))
    # Nobody orders more than one who never drops out; also tames rounding near 0.
    return np.clip(expected, 0, (r + x) * reach)


def _orders_by_quadrature(params: BgNbdParams, x: float, reach: float) -> float:
    """Same, by a Gauss-Jacobi rule: for parameters at which the series overflows.

    The mean of (1 - (1 + p reach)^-(r + x)) / p over p ~ Beta(a, b + x).
    """
    low, high = params.b + x - 1, params.a - 1
    k = np.arange(NODES, dtype=np.float64)
    width = 2 * k + low + high
    middle = (high - low) * (high + low) / (width * (width + 2))
    middle[0] = (high - low) / (low + high + 2)
    n, w = k[1:], width[1:]
    side = 4 * n * (n + low) * (n + high) / (w**2 * (w + 1))
    # (n + low + high) / (w - 1) is 1 for n = 1, also where both are 0.
    side[1:] *= (n[1:] + low + high) / (w[1:] - 1)
    places, vectors = eigh_tridiagonal(middle, np.sqrt(side))
    p = (1 + places) / 2
    orders = -np.expm1(-(params.r + x) * np.log1p(p * reach)) / p
    return float(vectors[0] ** 2 @ orders)
