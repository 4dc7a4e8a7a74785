"""What the two models of the forecast share: checks, weak prior, maximisation.

Needs numpy and scipy: import it lazily where they may be missing.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]
LogLikelihood = Callable[[FloatArray], tuple[float, FloatArray]]

PRIOR_SPREAD = 1.5
# exp(12) is 160,000: a parameter that far from its scale says "as far as it goes".
BOUND = 12.0
FEW_CUSTOMERS = 100.0
TOLERANCE = 1e-5
# In this order, until one ends where it is flat. Not L-BFGS-B: in scipy 1.17 it calls
# BLAS, whose threads spin (see ``dot``).
METHODS: tuple[Literal["SLSQP", "TNC"], ...] = ("SLSQP", "TNC", "SLSQP", "TNC")
# Rows handled at once: the working arrays of a block stay in the processor's cache.
BLOCK = 1 << 14
# Up to so many possible codes a row, marking them is cheaper than sorting.
DENSE = 8


class Doubt(StrEnum):
    """A reason not to lean on a fit; stored and shown beside the figures.

    Attributes:
        FEW_CUSTOMERS: below a hundred, so the prior weighs as much as the data.
        NO_REPEAT_ORDERS: nobody has ordered twice.
        DROP_OUT_NOT_IDENTIFIABLE: a model in which nobody drops out explains the data
            about as well (by Akaike), so the probability of being alive only ranks.
        DEGENERATE: a parameter on its bound, or next to no drop-out.
        NOT_CONVERGED: the search ended before the maximum.
    """

    FEW_CUSTOMERS = "few_customers"
    NO_REPEAT_ORDERS = "no_repeat_orders"
    DROP_OUT_NOT_IDENTIFIABLE = "drop_out_not_identifiable"
    DEGENERATE = "degenerate"
    NOT_CONVERGED = "not_converged"


@dataclass(frozen=True)
class Maximum:
    """Where a log-likelihood is highest.

    Attributes:
        parameters: the parameters themselves, not their logarithms.
        log_likelihood: at the maximum, the prior left out.
        converged: the slope there is flat.
        on_bound: a parameter ran as far as it may.
    """

    parameters: FloatArray
    log_likelihood: float
    converged: bool
    on_bound: bool


def maximise(
    log_likelihood: LogLikelihood,
    centre: Sequence[float],
    total_weight: float,
    prior: bool,
) -> Maximum:
    """Find the parameters under which the data are most likely.

    Args:
        log_likelihood: takes the logarithms of the parameters, gives the value and the
            slope by each logarithm.
        centre: middle of the prior and start of the search, parameters > 0.
        total_weight: number of customers, > 0.
        prior: add a log-normal prior round ``centre`` with a spread of 1.5, which a few
            dozen customers outweigh.
    Returns:
        The maximum; never an error: see ``converged`` and ``on_bound``.
    """
    middle = np.log(np.asarray(centre, dtype=np.float64))
    strength = 1.0 / PRIOR_SPREAD**2 if prior else 0.0

    def loss(point: FloatArray) -> tuple[float, FloatArray]:
        value, slope = log_likelihood(point)
        away = point - middle
        penalty = 0.5 * strength * float(away @ away)
        return (
            (penalty - value) / total_weight,
            (strength * away - slope) / total_weight,
        )

    point, converged = middle, False
    for method in METHODS:
        point = _descend(loss, point, method)
        converged = _is_flat(loss, point)
        if converged:
            break
    return Maximum(
        parameters=np.exp(point),
        log_likelihood=log_likelihood(point)[0],
        converged=converged,
        on_bound=bool(np.any(np.abs(point) >= BOUND - 1e-6)),
    )


def _descend(
    loss: LogLikelihood, start: FloatArray, method: Literal["SLSQP", "TNC"]
) -> FloatArray:
    bounds = [(-BOUND, BOUND)] * len(start)
    answer = minimize(loss, start, jac=True, method=method, bounds=bounds, tol=1e-14)
    return np.clip(np.asarray(answer.x, dtype=np.float64), -BOUND, BOUND)


def _is_flat(loss: LogLikelihood, point: FloatArray) -> bool:
    value, slope = loss(point)
    # On a bound only the slope that leads back inside counts.
    step = np.clip(point - slope, -BOUND, BOUND) - point
    return bool(np.max(np.abs(step)) <= TOLERANCE * max(1.0, abs(value)))


def as_column(
    name: str, values: ArrayLike, like: FloatArray | None = None
) -> FloatArray:
    """Turn into one column of finite, non-negative numbers, or say what is wrong.

    Args:
        name: what the values are called in the message.
        values: any array-like of numbers.
        like: a column that must have the same length.
    Returns:
        Float array, shape (n,).
    Raises:
        ValueError: not one-dimensional, another length, not finite or negative.
    """
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise ValueError(f"{name} must be one column, but has shape {column.shape}")
    if like is not None and column.shape != like.shape:
        raise ValueError(f"{name} has {column.size} rows where x has {like.size}")
    reject(name, column, ~((column >= 0) & (column < np.inf)), "a finite number >= 0")
    return column


def as_orders(values: ArrayLike) -> FloatArray:
    """Turn repeat orders into one column of whole numbers; see ``as_column``."""
    x = as_column("x", values)
    reject("x", x, np.floor(x) != x, "a whole number of repeat orders")
    return x


def as_weights(values: ArrayLike | None, like: FloatArray) -> FloatArray:
    """Turn weights into one column, 1 for each row when there are none.

    Raises:
        ValueError: as ``as_column``, or when all weights together are 0 (no customer).
    """
    weights = (
        np.ones_like(like) if values is None else as_column("weights", values, like)
    )
    if not weights.sum() > 0:
        raise ValueError("no customer to learn from: x is empty or every weight is 0")
    return weights


def reject(name: str, column: FloatArray, wrong: NDArray[np.bool_], need: str) -> None:
    """Raise ValueError that names the first wrong row, if there is one."""
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(f"{name}[{row}] is {column[row]:g}, but must be {need}")


def check_positive(**numbers: float) -> None:
    """Raise ValueError that names the first number which is not finite and > 0."""
    for name, number in numbers.items():
        if not (math.isfinite(number) and number > 0):
            raise ValueError(f"{name} is {number!r}, but must be a finite number > 0")


def dot(left: NDArray[np.number], right: NDArray[np.number]) -> float:
    """Sum of products without BLAS.

    Its threads gain nothing here, and on a busy server they spin: fifty times the
    processor time was measured.
    """
    return float(np.einsum("i,i->", left, right))


def distinct(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], IndexArray]:
    """Different codes, rising, and which of them each row is.

    Args:
        codes: whole numbers >= 0, shape (n,).
    Returns:
        As ``numpy.unique`` with its inverse, without sorting where codes lie dense.
    """
    top = int(codes.max(initial=0)) + 1
    if top > DENSE * codes.size:
        return np.unique(codes, return_inverse=True)
    is_there = np.zeros(top, dtype=bool)
    is_there[codes] = True
    place = np.cumsum(is_there) - 1
    return np.flatnonzero(is_there), place[codes]
