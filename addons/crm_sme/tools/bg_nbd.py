"""BG/NBD: when customers order again and when they silently drop out.

Each customer orders at an own steady rate, gamma distributed (r, alpha), and after each
order drops out for good with an own probability, beta distributed (a, b).

Any unit of time will do, the same everywhere; weeks are usual. Orders of one day count
once. Needs numpy and scipy: import it lazily where they may be missing.

Sources: Fader, Hardie, Lee (2005), "Counting Your Customers the Easy Way", Marketing
Science 24(2), 275-284; Fader, Hardie (2013), note 027 (overflow).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from .likelihood import (
    BLOCK,
    FEW_CUSTOMERS,
    Doubt,
    FloatArray,
    IndexArray,
    Maximum,
    as_column,
    as_orders,
    as_weights,
    check_positive,
    dot,
    maximise,
    reject,
)

# r, alpha (in mean ages), a, b: a shop in which half order again within its history.
PRIOR_CENTRE = (0.5, 0.5, 0.8, 2.5)
NO_DROP_OUT = 1e-3
# Akaike: two more parameters must gain more than 2 in log-likelihood.
DROP_OUT_GAIN = 2.0


@dataclass(frozen=True)
class BgNbdParams:
    """Parameters of the model, all > 0; alpha in the unit of time of the data."""

    r: float
    alpha: float
    a: float
    b: float

    def __post_init__(self) -> None:
        check_positive(r=self.r, alpha=self.alpha, a=self.a, b=self.b)


@dataclass(frozen=True)
class BgNbdFit:
    """What the data say, and how far to trust it.

    Attributes:
        params: hand these to the functions below.
        log_likelihood: of the data, the prior left out.
        converged: the search ended at a maximum.
        customers: sum of the weights.
        doubts: reasons not to lean on the figures; empty when there are none.
    """

    params: BgNbdParams
    log_likelihood: float
    converged: bool
    customers: float
    doubts: frozenset[Doubt]


def fit_bg_nbd(
    x: ArrayLike,
    t_x: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
    prior: bool = True,
) -> BgNbdFit:
    """Find the parameters under which the orders seen are most likely.

    Args:
        x: repeat orders, the first order not counted, shape (n,).
        t_x: time from the first to the last order, shape (n,); > 0 where x > 0, else 0.
        age: time from the first order to today, shape (n,); 0 <= t_x <= age.
        weights: customers a row stands for; 1 each when left out.
        prior: hold the parameters of a small base near plausible values. Without it a
            shop of a few customers has no finite answer.
    Returns:
        The fit; doubts instead of errors, from one customer on.
    Raises:
        ValueError: the columns do not fit together, or there is no customer.
    """
    orders, last, ages = as_history(x, t_x, age)
    # A repeat order after no time at all would make the likelihood rise for ever.
    need = "above 0 where x > 0 (orders of one day count once)"
    reject("t_x", last, (orders > 0) & (last == 0), need)
    evidence = _Evidence(orders, last, ages, as_weights(weights, orders))
    total = evidence.customers
    best = maximise(evidence.log_likelihood, PRIOR_CENTRE, total, prior)
    plain = maximise(evidence.without_drop_out, PRIOR_CENTRE[:2], total, prior=False)
    r, alpha, a, b = (float(each) for each in best.parameters)
    return BgNbdFit(
        params=BgNbdParams(r, alpha * evidence.scale, a, b),
        log_likelihood=best.log_likelihood,
        converged=best.converged,
        customers=total,
        doubts=_doubts(evidence, best, best.log_likelihood - plain.log_likelihood),
    )


def _doubts(evidence: "_Evidence", best: Maximum, gain: float) -> frozenset[Doubt]:
    _r, _alpha, a, b = best.parameters
    degenerate = best.on_bound or a / (a + b) < NO_DROP_OUT
    found = {
        Doubt.FEW_CUSTOMERS: evidence.customers < FEW_CUSTOMERS,
        Doubt.NO_REPEAT_ORDERS: evidence.total_orders == 0,
        Doubt.DROP_OUT_NOT_IDENTIFIABLE: degenerate or gain < DROP_OUT_GAIN,
        Doubt.DEGENERATE: degenerate,
        Doubt.NOT_CONVERGED: not best.converged,
    }
    return frozenset(doubt for doubt, is_so in found.items() if is_so)


class _Evidence:
    """The data, boiled down so that a look at them costs little.

    Special functions depend on x alone and are taken once for each different x, the
    term of everybody's age once for each different age; only the chance of having
    dropped out is left to each row with a repeat order.
    """

    def __init__(
        self, x: FloatArray, t_x: FloatArray, age: FloatArray, weights: FloatArray
    ) -> None:
        self.customers = float(weights.sum())
        # Mean age 1, so that start, prior and bounds mean the same in every unit.
        self.scale = dot(age, weights) / self.customers or 1.0
        self.x, row_x = np.unique(x, return_inverse=True)
        self.x_weight = np.bincount(row_x, weights)
        self.total_orders = dot(self.x, self.x_weight)
        ages, row_age = np.unique(age, return_inverse=True)
        self.ages = ages / self.scale
        self.age_weight = np.bincount(row_age, weights)
        self.age_orders = np.bincount(row_age, weights * x)
        repeat = (x > 0) & (weights > 0)
        self.row_x: IndexArray = row_x[repeat]
        self.row_last = t_x[repeat] / self.scale
        self.row_gap = (age[repeat] - t_x[repeat]) / self.scale
        self.row_weight = weights[repeat]

    def log_likelihood(self, point: FloatArray) -> tuple[float, FloatArray]:
        """Value and slope of the whole model by ln r, ln alpha, ln a, ln b."""
        r, alpha, a, b = (float(each) for each in np.exp(point))
        value, slope = self._ordering(r, alpha)
        x, weight = self.x, self.x_weight
        staying = gammaln(b + x) - gammaln(b) - gammaln(a + b + x) + gammaln(a + b)
        value += dot(weight, staying)
        shared = digamma(a + b) - digamma(a + b + x)
        by_a = dot(weight, shared)
        by_b = dot(weight, digamma(b + x) - digamma(b) + shared)
        gone, by_gone = self._dropping_out(r, alpha, a, b)
        by_params = np.array([*slope, by_a, by_b]) + by_gone
        return value + gone, by_params * (r, alpha, a, b)

    def without_drop_out(self, point: FloatArray) -> tuple[float, FloatArray]:
        """Value and slope when nobody ever drops out, by ln r and ln alpha."""
        r, alpha = (float(each) for each in np.exp(point))
        value, slope = self._ordering(r, alpha)
        return value, np.array(slope) * (r, alpha)

    def _ordering(self, r: float, alpha: float) -> tuple[float, tuple[float, float]]:
        """Part of the ordering rate: value and slope by r and by alpha."""
        x, weight = self.x, self.x_weight
        log_alpha, log_age = math.log(alpha), np.log(alpha + self.ages)
        exponent = r * self.age_weight + self.age_orders
        value = dot(weight, gammaln(r + x) - gammaln(r)) - dot(exponent, log_age)
        # The unit of time counts once for each order; back to that of the caller.
        value += self.customers * r * log_alpha
        value -= self.total_orders * math.log(self.scale)
        by_r = dot(weight, digamma(r + x) - digamma(r)) + self.customers * log_alpha
        by_r -= dot(self.age_weight, log_age)
        by_alpha = self.customers * r / alpha - dot(exponent, 1 / (alpha + self.ages))
        return value, (by_r, by_alpha)

    def _dropping_out(
        self, r: float, alpha: float, a: float, b: float
    ) -> tuple[float, FloatArray]:
        """Part of those who may have dropped out: value and slope by all four."""
        log_odds = math.log(a) - np.log(b + np.maximum(self.x, 1) - 1)
        inverse = 1 / (b + np.maximum(self.x, 1) - 1)
        exponents = r + self.x
        value, slope = 0.0, np.zeros(4)
        for start in range(0, self.row_x.size, BLOCK):
            rows = slice(start, start + BLOCK)
            index, weight = self.row_x[rows], self.row_weight[rows]
            last, exponent = alpha + self.row_last[rows], exponents[index]
            silence = self.row_gap[rows] / last
            log_ratio = np.log1p(silence)
            odds = log_odds[index] + exponent * log_ratio
            tail = np.exp(-np.abs(odds))
            value += dot(weight, np.maximum(odds, 0) + np.log1p(tail))
            chance = weight * np.where(odds > 0, 1.0, tail) / (1 + tail)
            slope[0] += dot(chance, log_ratio)
            by_alpha = exponent * silence / (last * (1 + silence))
            slope[1] -= dot(chance, by_alpha)
            slope[2] += chance.sum() / a
            slope[3] -= dot(chance, inverse[index])
        return value, slope


def as_history(
    x: ArrayLike, t_x: ArrayLike, age: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Turn the three columns of a history into arrays that fit together.

    Raises:
        ValueError: they do not, or t_x is above age, or above 0 where x is 0.
    """
    orders = as_orders(x)
    last, ages = as_column("t_x", t_x, orders), as_column("age", age, orders)
    reject("t_x", last, last > ages, "at most age (the last order is not after today)")
    reject("t_x", last, (orders == 0) & (last > 0), "0 where x is 0 (one order only)")
    return orders, last, ages
