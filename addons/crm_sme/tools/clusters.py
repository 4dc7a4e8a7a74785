"""Groups of customers who are alike: k-means with k chosen by silhouette.

Lloyd's algorithm from k-means++ starts; a seed makes every result repeatable. Needs
numpy: import it lazily where it may be missing.

Sources: Arthur, Vassilvitskii (2007), "k-means++: The Advantages of Careful Seeding",
SODA; Rousseeuw (1987), "Silhouettes", J. Comput. Appl. Math. 20, 53-65.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

STARTS = 10
ROUNDS = 100
SMALLEST_GAIN = 1e-6
FEWEST_GROUPS, MOST_GROUPS = 2, 8
# Silhouettes want all distances: more points cost quadratically and tell no more.
SILHOUETTE_SAMPLE = 1_500
CHOICE_SAMPLE = 5_000
CHOICE_STARTS = 4
BLOCK = 65_536


@dataclass(frozen=True)
class Space:
    """How indicators become comparable: less their mean, by their spread.

    Attributes:
        mean: shape (p,).
        spread: standard deviations, shape (p,); 1 where all customers are equal.
    """

    mean: FloatArray
    spread: FloatArray

    @classmethod
    def fit(cls, indicators: ArrayLike) -> Self:
        """Take mean and spread of indicators, shape (n, p).

        Raises:
            ValueError: no table of finite numbers with a row or more.
        """
        table = as_table(indicators)
        spread = table.std(axis=0)
        return cls(table.mean(axis=0), np.where(spread > 0, spread, 1.0))

    def place(self, indicators: ArrayLike) -> FloatArray:
        """Give the points of indicators, shape (n, p)."""
        placed: FloatArray = (as_table(indicators) - self.mean) / self.spread
        return placed


@dataclass(frozen=True)
class Groups:
    """Groups, the largest first.

    Attributes:
        centres: shape (k, p).
        labels: number of each point's group, shape (n,).
        inertia: sum of the squared distances to the centres.
    """

    centres: FloatArray
    labels: IndexArray
    inertia: float

    @property
    def sizes(self) -> IndexArray:
        """Number of points a group, shape (k,)."""
        return np.bincount(self.labels, minlength=len(self.centres))


def signed_log(values: ArrayLike) -> FloatArray:
    """Logarithm that knows zero and losses: sign(v) ln(1 + |v|), same shape."""
    column = np.asarray(values, dtype=np.float64)
    logged: FloatArray = np.sign(column) * np.log1p(np.abs(column))
    return logged


def as_table(values: ArrayLike) -> FloatArray:
    """Check a table of numbers.

    Raises:
        ValueError: no rows, not two dimensions, or a number that is not finite.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or not table.size:
        raise ValueError(
            "Expected a table with a row a customer, a column an indicator."
        )
    if not np.isfinite(table).all():
        raise ValueError("Every indicator must be a finite number.")
    return table


def assign(points: ArrayLike, centres: ArrayLike) -> IndexArray:
    """Number of the nearest centre of each point; the first of equals.

    Args:
        points: shape (n, p).
        centres: shape (k, p).
    Returns:
        Shape (n,), 0 to k - 1.
    Raises:
        ValueError: the columns differ, or a number is not finite.
    """
    table, places = as_table(points), as_table(centres)
    if table.shape[1] != places.shape[1]:
        raise ValueError("Points and centres must have the same indicators.")
    labels = np.empty(len(table), dtype=np.int64)
    # |x - c|2 less |x|2, which is the same for all centres.
    offsets = 0.5 * (places**2).sum(axis=1)
    for start in range(0, len(table), BLOCK):
        block = table[start : start + BLOCK]
        labels[start : start + BLOCK] = (block @ places.T - offsets).argmax(axis=1)
    return labels


def find_groups(
    points: ArrayLike, k: int, seed: int = 0, starts: int = STARTS
) -> Groups:
    """Part points into ``k`` groups, the best of several starts.

    Args:
        points: shape (n, p), comparable columns.
        k: number of groups, 1 to the number of different points.
        seed: the same seed gives the same groups.
        starts: how often to begin anew.
    Raises:
        ValueError: fewer different points than groups, or no table of numbers.
    """
    table = as_table(points)
    different = len(np.unique(table, axis=0))
    if not 1 <= k <= different:
        raise ValueError(f"{different} different points have no {k} groups.")
    rng = np.random.default_rng(seed)
    best: tuple[float, FloatArray] | None = None
    for _ in range(starts):
        centres, inertia = _settle(table, _sow(table, k, rng))
        if best is None or inertia < best[0]:
            best = (inertia, centres)
    if best is None:
        raise ValueError("Ask for one start or more.")
    return _largest_first(table, best[1])


def silhouette(points: ArrayLike, labels: ArrayLike) -> float:
    """Mean silhouette: 1 far apart, 0 touching, below 0 misplaced.

    Args:
        points: shape (n, p); the cost is quadratic in n.
        labels: group of each point, shape (n,), two groups or more.
    Returns:
        Mean over the points; a point alone in its group counts 0.
    Raises:
        ValueError: fewer than two groups, or shapes that differ.
    """
    table = as_table(points)
    groups, numbers = np.unique(np.asarray(labels), return_inverse=True)
    if len(groups) < FEWEST_GROUPS or len(numbers) != len(table):
        raise ValueError("Silhouettes want two groups or more, a label a point.")
    squares = (table**2).sum(axis=1)
    gaps = np.sqrt(
        np.maximum(squares[:, None] + squares[None] - 2 * table @ table.T, 0)
    )
    np.fill_diagonal(gaps, 0)
    member = np.eye(len(groups))[numbers]
    sizes = member.sum(axis=0)
    sums = gaps @ member
    rows = np.arange(len(table))
    own = sums[rows, numbers] / np.maximum(sizes[numbers] - 1, 1)
    means = sums / sizes
    means[rows, numbers] = np.inf
    other = means.min(axis=1)
    top = np.maximum(own, other)
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(top > 0, (other - own) / top, 0.0)
    each[sizes[numbers] == 1] = 0.0
    return float(each.mean())


def choose_k(
    points: ArrayLike,
    seed: int = 0,
    fewest: int = FEWEST_GROUPS,
    most: int = MOST_GROUPS,
) -> tuple[int, dict[int, float]]:
    """Find the number of groups with the best silhouette, on a sample.

    Args:
        points: shape (n, p), comparable columns.
        seed: the same seed gives the same choice.
        fewest: least number of groups to try.
        most: greatest number of groups to try.
    Returns:
        The number, and the silhouette of each number that was tried. The smaller of
        equals.
    Raises:
        ValueError: too few different points for ``fewest`` groups.
    """
    table = as_table(points)
    rng = np.random.default_rng(seed)
    if len(table) > CHOICE_SAMPLE:
        table = table[np.sort(rng.choice(len(table), CHOICE_SAMPLE, replace=False))]
    few = table
    if len(table) > SILHOUETTE_SAMPLE:
        few = table[np.sort(rng.choice(len(table), SILHOUETTE_SAMPLE, replace=False))]
    most = min(most, len(np.unique(few, axis=0)))
    scores: dict[int, float] = {}
    for k in range(fewest, most + 1):
        labels = assign(few, find_groups(table, k, seed, CHOICE_STARTS).centres)
        if len(np.unique(labels)) >= FEWEST_GROUPS:
            scores[k] = silhouette(few, labels)
    if not scores:
        raise ValueError(f"Too few different customers for {fewest} groups.")
    return max(scores, key=lambda k: (round(scores[k], 9), -k)), scores


def _sow(table: FloatArray, k: int, rng: np.random.Generator) -> FloatArray:
    """Start with points far from each other: k-means++."""
    centres = np.empty((k, table.shape[1]))
    centres[0] = table[rng.integers(len(table))]
    nearest = ((table - centres[0]) ** 2).sum(axis=1)
    for number in range(1, k):
        total = nearest.sum()
        share = nearest / total if total > 0 else None
        centres[number] = table[rng.choice(len(table), p=share)]
        gap = ((table - centres[number]) ** 2).sum(axis=1)
        nearest = np.minimum(nearest, gap)
    return centres


def _settle(table: FloatArray, centres: FloatArray) -> tuple[FloatArray, float]:
    """Move centres to the middle of their points until nothing is gained."""
    inertia = np.inf
    for _ in range(ROUNDS):
        labels = assign(table, centres)
        gaps = ((table - centres[labels]) ** 2).sum(axis=1)
        found = float(gaps.sum())
        if found >= inertia - SMALLEST_GAIN * found:
            return centres, found
        inertia = found
        sizes = np.bincount(labels, minlength=len(centres))
        sums = np.column_stack(
            [
                np.bincount(labels, weights=column, minlength=len(centres))
                for column in table.T
            ]
        )
        centres = sums / np.maximum(sizes, 1)[:, None]
        # A group that lost all its points starts anew where the fit is worst.
        for place, number in zip(
            np.argsort(-gaps), np.flatnonzero(sizes == 0), strict=False
        ):
            centres[number] = table[place]
    return centres, inertia


def _largest_first(table: FloatArray, centres: FloatArray) -> Groups:
    sizes = np.bincount(assign(table, centres), minlength=len(centres))
    order = np.lexsort((*centres.T[::-1], -sizes))
    centres = centres[order]
    labels = assign(table, centres)
    inertia = float(((table - centres[labels]) ** 2).sum())
    return Groups(centres, labels, inertia)
