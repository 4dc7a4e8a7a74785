"""What is bought together: the slow, plain form of ``metrics/affinity.py``."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import permutations

# Five common baskets and the 0.1 % point of chi-square: without a floor the lift of two
# things that were bought once, together, has no bounds.
MINIMUM_JOINT = 5
MINIMUM_G2 = 10.83


@dataclass(frozen=True)
class Caps:
    """What keeps the number of pairs in bounds.

    Attributes:
        items: only so many items, those in most baskets.
        basket: only so many items of one basket, those with most money.
        partners: only so many partners of one item, those with the highest G2.
    """

    items: int = 2000
    basket: int = 30
    partners: int = 30


@dataclass(frozen=True)
class Pair:
    """Who took ``item`` also took ``other``.

    Attributes:
        joint: number of baskets with both.
        support: part of all baskets that has both.
        confidence: part of the baskets with the item that has the other, too.
        lift: how many times as often as chance would have it.
        g2: evidence; 10.83 and more is chance once in a thousand times.
    """

    item: int
    other: int
    joint: int
    support: float
    confidence: float
    lift: float
    g2: float


def log_likelihood_ratio(both: int, item: int, other: int, total: int) -> float:
    """Evidence that two things are not independent.

    Args:
        both: baskets with both.
        item: baskets with the one.
        other: baskets with the other.
        total: all baskets.
    Returns:
        G2, never negative but for rounding.
    Source: Dunning (1993), Computational Linguistics 19(1), 61-74.
    """
    cells = (both, item - both, other - both, total - item - other + both)
    margins = (item, total - item, other, total - other)
    gain = sum(map(_entropy, cells)) - sum(map(_entropy, margins)) + _entropy(total)
    return 2 * gain


def _entropy(count: int) -> float:
    return count * math.log(count) if count else 0.0


def bought_together(
    baskets: Mapping[Hashable, Mapping[int, float]], caps: Caps | None = None
) -> list[Pair]:
    """Pairs of items that are taken together more often than chance has it.

    Args:
        baskets: money spent on each item, by basket.
        caps: bounds of the work; the usual ones if left out.
    Returns:
        Each pair in both directions, in the order of item and other.
    """
    caps = caps or Caps()
    kept = _keep(baskets, caps)
    single: Counter[int] = Counter()
    joint: Counter[tuple[int, int]] = Counter()
    for items in kept:
        single.update(items)
        joint.update(permutations(items, 2))
    total = sum(1 for items in baskets.values() if items)
    found: dict[int, list[Pair]] = defaultdict(list)
    for (item, other), both in joint.items():
        pair = _measure(item, other, both, single, total)
        if both >= MINIMUM_JOINT and pair.lift > 1 and pair.g2 >= MINIMUM_G2:
            found[item].append(pair)
    return [
        pair
        for item in sorted(found)
        for pair in sorted(
            sorted(found[item], key=lambda p: (-p.g2, p.other))[: caps.partners],
            key=lambda p: p.other,
        )
    ]


def _keep(
    baskets: Mapping[Hashable, Mapping[int, float]], caps: Caps
) -> list[list[int]]:
    """The items of each basket that take part."""
    often = Counter(item for items in baskets.values() for item in items)
    ranked = sorted(
        (item for item in often if often[item] >= MINIMUM_JOINT),
        key=lambda item: (-often[item], item),
    )
    wanted = set(ranked[: caps.items])
    return [
        sorted(
            (item for item in items if item in wanted),
            key=lambda item: (-items[item], item),
        )[: caps.basket]
        for items in baskets.values()
    ]


def _measure(
    item: int, other: int, both: int, single: Mapping[int, int], total: int
) -> Pair:
    return Pair(
        item=item,
        other=other,
        joint=both,
        support=both / total,
        confidence=both / single[item],
        lift=both * total / (single[item] * single[other]),
        g2=round(log_likelihood_ratio(both, single[item], single[other], total), 2),
    )
