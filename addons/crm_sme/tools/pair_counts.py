"""How often two items are in one basket, counted with a sparse matrix.

The fast form of what ``tools/affinity.py`` counts the plain way.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .affinity import MINIMUM_JOINT, Caps

Whole = NDArray[np.int64]
# The product is made of so many items at a time, to keep it in memory.
SLICE = 256


@dataclass(frozen=True)
class PairCounts:
    """What the figures of pairs are made of.

    Attributes:
        total: baskets with anything in them.
        items, times: each item that takes part, and in how many baskets it does.
        low, high, joint: two items, and how many baskets have both.
    """

    total: int
    items: Whole
    times: Whole
    low: Whole
    high: Whole
    joint: Whole


def count_pairs(baskets: Whole, items: Whole, money: Whole, caps: Caps) -> PairCounts:
    """Count baskets, items and pairs; an item may be in several rows of a basket.

    Args:
        baskets: key of the basket of each row, shape (n,).
        items: what was bought, shape (n,).
        money: spent on it, whole numbers, shape (n,).
        caps: bounds of the work.
    Returns:
        The counts; pairs in the order of the items, those below the floor left out.
    """
    names, columns = np.unique(items, return_inverse=True)
    keys, rows = np.unique(baskets, return_inverse=True)
    rows, columns, money = _hold(rows, columns, money, len(names))
    kept = _keep(rows, columns, money, caps)
    rows, columns = rows[kept], columns[kept]
    times = np.bincount(columns, minlength=len(names))
    held = sparse.csr_matrix(
        (np.ones(len(rows), np.int32), (rows, columns)), shape=(len(keys), len(names))
    )
    low, high, joint = _joint(held)
    used = np.flatnonzero(times)
    return PairCounts(
        total=len(keys),
        items=names[used],
        times=times[used],
        low=names[low],
        high=names[high],
        joint=joint,
    )


def _hold(
    rows: Whole, columns: Whole, money: Whole, width: int
) -> tuple[Whole, Whole, Whole]:
    """Sum up to one row a basket and item."""
    if not len(rows):
        return rows, columns, money
    keys = rows * width + columns
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return (
        keys[starts] // width,
        keys[starts] % width,
        np.add.reduceat(money[order], starts),
    )


def _keep(rows: Whole, columns: Whole, money: Whole, caps: Caps) -> Whole:
    """Places of the rows that take part: common items, of a big basket the dearest."""
    often = np.bincount(columns) if len(columns) else np.zeros(0, np.int64)
    ranked = np.lexsort((np.arange(len(often)), -often))
    ranked = ranked[often[ranked] >= MINIMUM_JOINT][: caps.items]
    common = np.zeros(len(often), bool)
    common[ranked] = True
    places = np.flatnonzero(common[columns])
    order = np.lexsort((columns[places], -money[places], rows[places]))
    places = places[order]
    first = np.searchsorted(rows[places], rows[places], side="left")
    kept: Whole = places[np.arange(len(places)) - first < caps.basket]
    return kept


def _joint(held: sparse.csr_matrix) -> tuple[Whole, Whole, Whole]:
    """Pairs above the floor: column, higher column, number of rows with both."""
    found = []
    by_item = held.T.tocsr()
    for start in range(0, held.shape[1], SLICE):
        part = sparse.coo_matrix(by_item[start : start + SLICE] @ held)
        low = part.row.astype(np.int64) + start
        high = part.col.astype(np.int64)
        wanted = np.flatnonzero((high > low) & (part.data >= MINIMUM_JOINT))
        wanted = wanted[np.lexsort((high[wanted], low[wanted]))]
        counts = part.data[wanted].astype(np.int64)
        found.append(np.stack([low[wanted], high[wanted], counts]))
    low, high, joint = np.concatenate([np.zeros((3, 0), np.int64), *found], axis=1)
    return low, high, joint
