"""What treated customers brought more than those who were held out by lot.

Compared are means a customer, everybody counted who entered, whatever reached him
(intention to treat). The interval comes from drawing the lots anew: were there no
effect, any other choice of the held-out would have been as good. So *earned* is said
without ground in 2.5 of 100 cases, however few customers there are and however much a
single one spends. Welch's t and bootstrap intervals fail here, see
docs/decisions/0016-proof-of-care.md.

Source: Neuhaus (1993), Annals of Statistics 21(4); Janssen (1997), Statistics &
Probability Letters 36(1), studentised permutation for unequal variances; Phipson and
Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9(1), the lot drawn counts as one of the
draws.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS = 1999
CONFIDENCE = 0.95
LEAST_IN_GROUP = 2

EARNED, LOST, NOT_PROVEN, TOO_FEW = "earned", "lost", "not_proven", "too_few"

Figures = NDArray[np.float64]


class Group(NamedTuple):
    """Customers of one group and what they brought.

    Attributes:
        size: all customers of the group.
        values: one row for each who brought anything, one column a measure; who is
            missing brought 0 in each; shape (at most size, measures).
    """

    size: int
    values: Figures


class Uplift(NamedTuple):
    """The difference between treated and held-out customers in one measure.

    Attributes:
        treated: mean of the treated, a customer.
        held_out: mean of the held-out, a customer.
        difference: the first less the second.
        low, high: 95 % interval of the difference; None if there are too few.
        verdict: ``earned``, ``lost``, ``not_proven`` (the interval holds zero) or
            ``too_few`` (nothing to compare).
    """

    treated: float
    held_out: float
    difference: float
    low: float | None
    high: float | None
    verdict: str

    @property
    def share(self) -> float | None:
        """The difference as a share of what the held-out brought; None of nothing."""
        return self.difference / self.held_out if self.held_out > 0 else None


def compare(
    treated: Group, held_out: Group, *, draws: int = DRAWS, seed: int = 0
) -> list[Uplift]:
    """Compare two groups in each measure.

    Args:
        treated: customers who were to be cared for.
        held_out: customers of the hold-out.
        draws: how often lots are drawn anew; the interval is finer with more.
        seed: of the draws; the same seed gives the same interval.

    Returns:
        One comparison for each column of the values.

    Raises:
        ValueError: a group has more rows than customers, or the columns differ.
    """
    _check(treated, held_out)
    means = [_means(group) for group in (treated, held_out)]
    difference = means[0] - means[1]
    if min(treated.size, held_out.size) < LEAST_IN_GROUP:
        bounds = None
    else:
        bounds = _bounds(treated, held_out, draws, np.random.default_rng(seed))
    return [
        _uplift(
            float(means[0][column]),
            float(means[1][column]),
            float(difference[column]),
            None if bounds is None else bounds[:, column],
        )
        for column in range(difference.size)
    ]


def _check(treated: Group, held_out: Group) -> None:
    for group in (treated, held_out):
        if group.values.ndim != 2 or len(group.values) > group.size:
            raise ValueError("values must have one row for each customer or fewer")
    if treated.values.shape[1] != held_out.values.shape[1]:
        raise ValueError("both groups must have the same measures")


def _uplift(
    treated: float, held_out: float, difference: float, bounds: Figures | None
) -> Uplift:
    if bounds is None or not np.isfinite(bounds).all():
        return Uplift(treated, held_out, difference, None, None, TOO_FEW)
    # A limit that is zero but for rounding is zero: many lots end level with ours.
    level = 1e-9 * float(np.abs(bounds).max())
    low, high = (0.0 if abs(limit) < level else float(limit) for limit in bounds)
    verdict = EARNED if low > 0 else LOST if high < 0 else NOT_PROVEN
    return Uplift(treated, held_out, difference, low, high, verdict)


def _means(group: Group) -> Figures:
    total: Figures = group.values.sum(axis=0)
    return total / max(group.size, 1)


def _bounds(
    treated: Group, held_out: Group, draws: int, dice: np.random.Generator
) -> Figures:
    """Limits of the differences, shape (2, measures); not a number if nobody bought."""
    rows = np.concatenate([treated.values, held_out.values])
    sizes = (treated.size, held_out.size)
    difference, error = _difference(rows, held_out.values, sizes)
    steps = np.empty((draws + 1, rows.shape[1]))
    buyers = dice.hypergeometric(
        len(rows), sum(sizes) - len(rows), held_out.size, size=draws
    )
    for draw, count in enumerate(buyers):
        drawn = dice.choice(len(rows), count, replace=False, shuffle=False)
        apart, spread = _difference(rows, rows[drawn], sizes)
        steps[draw] = _ratio(apart, spread)
    steps[draws] = _ratio(difference, error)
    tail = (1 - CONFIDENCE) / 2
    below = np.quantile(steps, tail, axis=0, method="lower")
    above = np.quantile(steps, 1 - tail, axis=0, method="higher")
    limits = np.stack([difference - above * error, difference - below * error])
    return np.where(error > 0, limits, np.nan)


def _ratio(difference: Figures, error: Figures) -> Figures:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(error > 0, difference / error, 0.0)


def _difference(
    rows: Figures, out: Figures, sizes: tuple[int, int]
) -> tuple[Figures, Figures]:
    """Difference of the means and its standard error when ``out`` are held out."""
    total_out, squares_out = out.sum(axis=0), (out**2).sum(axis=0)
    total_in = rows.sum(axis=0) - total_out
    squares_in = (rows**2).sum(axis=0) - squares_out
    mean_in, mean_out = total_in / sizes[0], total_out / sizes[1]
    error = _variance(squares_in, mean_in, sizes[0]) / sizes[0]
    error = error + _variance(squares_out, mean_out, sizes[1]) / sizes[1]
    return mean_in - mean_out, np.sqrt(error)


def _variance(squares: Figures, mean: Figures, size: int) -> Figures:
    variance: Figures = np.maximum(squares - size * mean**2, 0) / (size - 1)
    # What is left of equal numbers after rounding is no spread.
    return np.where(
        variance > 1e-12 * np.maximum(squares / size, 1e-300), variance, 0.0
    )
