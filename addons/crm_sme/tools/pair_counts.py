"""How often two items are in one basket, counted with a sparse matrix."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Whole = NDArray[np.int64]
# The product is made of so many items at a time, to keep it in memory.
SLICE = 256


def count_pairs(
    baskets: NDArray[np.integer], items: NDArray[np.integer], least: int
) -> tuple[Whole, Whole, Whole]:
    """Count the baskets that have both of two items.

    Args:
        baskets: key of the basket of each row, shape (n,).
        items: what is in it, shape (n,); once in a basket.
        least: only pairs that are in so many baskets.
    Returns:
        Lower item, higher item, number of baskets, in the order of the items.
    """
    rows = np.unique(baskets, return_inverse=True)[1]
    names, columns = np.unique(items, return_inverse=True)
    held = sparse.csr_matrix(
        (np.ones(len(rows), np.int32), (rows, columns)),
        shape=(rows.max(initial=-1) + 1, len(names)),
    )
    found: list[tuple[Whole, Whole, Whole]] = []
    by_item = held.T.tocsr()
    for start in range(0, len(names), SLICE):
        joint = sparse.coo_matrix(by_item[start : start + SLICE] @ held)
        low = joint.row.astype(np.int64) + start
        high = joint.col.astype(np.int64)
        wanted = (high > low) & (joint.data >= least)
        order = np.lexsort((high[wanted], low[wanted]))
        found.append(
            (
                names[low[wanted][order]].astype(np.int64),
                names[high[wanted][order]].astype(np.int64),
                joint.data[wanted][order].astype(np.int64),
            )
        )
    if not found:
        empty = np.zeros(0, np.int64)
        return empty, empty, empty
    lows, highs, counts = zip(*found, strict=True)
    return np.concatenate(lows), np.concatenate(highs), np.concatenate(counts)
