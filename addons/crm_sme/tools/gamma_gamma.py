"""Gamma-Gamma: what an order of a customer is worth on average.

Order values of one customer scatter round an own mean; the means scatter over the
customers. Parameters p, q, v; v in the unit of money of the data. Independent of how
often someone orders: ``correlation`` of a fit says how true that is.

Needs numpy and scipy: import it lazily where they may be missing.

Sources: Fader, Hardie, Lee (2005), "RFM and CLV", Journal of Marketing Research 42(4),
415-430; Fader, Hardie (2013), note 025.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammaln

from .likelihood import (
    BLOCK,
    FEW_CUSTOMERS,
    Doubt,
    FloatArray,
    as_orders,
    as_weights,
    check_positive,
    dot,
    maximise,
    reject,
)

# p, q - 1, v (in mean order values): a population mean of 1 mean order value.
PRIOR_CENTRE = (4.0, 3.0, 0.75)


@dataclass(frozen=True)
class GammaGammaParams:
    """Parameters of the model; p, v > 0, and q > 1 or the mean would not exist."""

    p: float
    q: float
    v: float

    def __post_init__(self) -> None:
        check_positive(p=self.p, q=self.q, v=self.v)
        if not self.q > 1:
            raise ValueError(f"q is {self.q!r}, but must be > 1 for a mean to exist")

    @property
    def population_mean(self) -> float:
        """Mean order value over all customers, in the unit of money of the data."""
        return self.p * self.v / (self.q - 1)


@dataclass(frozen=True)
class GammaGammaFit:
    """What the data say, and how far to trust it.

    Attributes:
        params: hand these to ``expected_order_value``.
        log_likelihood: of the customers used, the prior left out; 0 when none could be.
        converged: the search ended at a maximum.
        customers: sum of the weights of the customers used.
        excluded: sum of the weights of those left out: no repeat order, or a mean value
            that is not positive (refunded).
        correlation: of repeat orders and mean value over the customers used; far from 0
            the model does not fit. None when either is the same for all.
        doubts: reasons not to lean on the figures; empty when there are none.
    """

    params: GammaGammaParams
    log_likelihood: float
    converged: bool
    customers: float
    excluded: float
    correlation: float | None
    doubts: frozenset[Doubt]


def fit_gamma_gamma(
    x: ArrayLike,
    mean_value: ArrayLike,
    weights: ArrayLike | None = None,
    prior: bool = True,
) -> GammaGammaFit:
    """Find the parameters under which the order values seen are most likely.

    Args:
        x: repeat orders, the first order not counted, shape (n,).
        mean_value: mean value of the repeat orders (of the only order where x is 0),
            shape (n,), one currency.
        weights: customers a row stands for; 1 each when left out.
        prior: hold the parameters of a small base near plausible values.
    Returns:
        The fit. Without any usable repeat order only the level of the prior is taken
        from the data, with a doubt that says so.
    Raises:
        ValueError: the columns do not fit together, there is no customer, or no order
            has a positive value.
    """
    orders = as_orders(x)
    values = _as_values(mean_value, orders)
    shares = as_weights(weights, orders)
    positive = (values > 0) & (shares > 0)
    if not positive.any():
        raise ValueError("mean_value holds no positive value: nothing to learn from")
    used = positive & (orders > 0)
    level = used if used.any() else positive
    scale = float(np.average(values[level], weights=shares[level]))
    customers = float(shares[used].sum())
    evidence = _Evidence(orders[used], values[used], shares[used], scale)
    # No customer used: the prior alone, whatever was asked for.
    best = maximise(
        evidence.log_likelihood, PRIOR_CENTRE, customers or 1.0, prior or not customers
    )
    p, above_one, v = (float(each) for each in best.parameters)
    found = {
        Doubt.FEW_CUSTOMERS: customers < FEW_CUSTOMERS,
        Doubt.NO_REPEAT_ORDERS: not customers,
        Doubt.DEGENERATE: best.on_bound,
        Doubt.NOT_CONVERGED: not best.converged,
    }
    return GammaGammaFit(
        params=GammaGammaParams(p, 1 + above_one, v * scale),
        log_likelihood=best.log_likelihood,
        converged=best.converged,
        customers=customers,
        excluded=float(shares.sum()) - customers,
        correlation=_correlation(orders[used], values[used], shares[used]),
        doubts=frozenset(doubt for doubt, is_so in found.items() if is_so),
    )


def expected_order_value(
    params: GammaGammaParams, x: ArrayLike, mean_value: ArrayLike
) -> FloatArray:
    """Expected mean order value: the own mean, drawn to that of all customers.

    Args:
        params: of a fit, in the same currency.
        x: repeat orders, shape (n,).
        mean_value: mean value of the repeat orders, shape (n,); not looked at where x
            is 0 (population mean), counted as 0 where negative (refunded).
    Returns:
        Float array, shape (n,), > 0.
    Raises:
        ValueError: the columns do not fit together.
    """
    orders = as_orders(x)
    spent = orders * np.maximum(_as_values(mean_value, orders), 0)
    base = params.p * orders + params.q - 1
    return np.asarray(params.p * (params.v + spent) / base)


class _Evidence:
    """The data with special functions to be taken once for each different x."""

    def __init__(
        self, x: FloatArray, value: FloatArray, weights: FloatArray, scale: float
    ) -> None:
        self.x, self.row_x = np.unique(x, return_inverse=True)
        self.x_weight = np.bincount(self.row_x, weights, minlength=self.x.size)
        self.total = float(weights.sum())
        self.row_weight = weights
        self.row_spent = x * value / scale
        log_spent, log_value = np.log(self.row_spent), np.log(value)
        self.spent_logs = dot(weights * x, log_spent)
        # Density by the caller's unit of money, and z^(px-1) rather than z^(px).
        self.constant = -dot(weights, log_value)

    def log_likelihood(self, point: FloatArray) -> tuple[float, FloatArray]:
        """Value and slope by ln p, ln (q - 1), ln v."""
        p, above_one, v = (float(each) for each in np.exp(point))
        q, x, weight = 1 + above_one, self.x, self.x_weight
        exponents = p * x + q
        sum_log, sum_inverse = self._mixing(exponents, v)
        value = dot(weight, gammaln(exponents) - gammaln(p * x))
        value += self.total * (q * math.log(v) - gammaln(q))
        value += p * self.spent_logs - dot(exponents, sum_log) + self.constant
        shared = weight * digamma(exponents) - sum_log
        by_p = dot(x, shared - weight * digamma(p * x)) + self.spent_logs
        by_q = shared.sum() + self.total * (math.log(v) - digamma(q))
        by_v = self.total * q / v - sum_inverse
        return float(value), np.array([by_p * p, by_q * above_one, by_v * v])

    def _mixing(self, exponents: FloatArray, v: float) -> tuple[FloatArray, float]:
        """Sum of ln(v + spent) for each different x, and slope of all by v."""
        sum_log, sum_inverse = np.zeros_like(self.x), 0.0
        for start in range(0, self.row_spent.size, BLOCK):
            rows = slice(start, start + BLOCK)
            index, weight = self.row_x[rows], self.row_weight[rows]
            level = v + self.row_spent[rows]
            sum_log += np.bincount(index, weight * np.log(level), minlength=self.x.size)
            sum_inverse += dot(weight / level, exponents[index])
        return sum_log, sum_inverse


def _as_values(mean_value: ArrayLike, x: FloatArray) -> FloatArray:
    values: NDArray[np.float64] = np.asarray(mean_value, dtype=np.float64)
    if values.shape != x.shape:
        raise ValueError(f"mean_value has shape {values.shape} where x has {x.shape}")
    wrong = (x > 0) & ~np.isfinite(values)
    reject("mean_value", values, wrong, "a finite number where x > 0")
    return np.where(np.isfinite(values), values, 0.0)


def _correlation(x: FloatArray, value: FloatArray, weights: FloatArray) -> float | None:
    if not weights.sum():
        return None
    off_x = x - np.average(x, weights=weights)
    off_value = value - np.average(value, weights=weights)
    spread = math.sqrt(dot(weights, off_x**2) * dot(weights, off_value**2))
    return dot(weights, off_x * off_value) / spread if spread else None
