"""What to offer a customer, in which order, and what better not; plain arithmetic.

Score = why (lift, or that it is due) x how well the grade fits x what was asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Why = Literal["rebuy", "need", "pair", "category", "best"]
WhyNot = Literal["recent", "complaint", "returned"]

RECENT_DAYS = 90
TROUBLE_DAYS = 365
# A pair seen five times may have a huge lift; ten is as good as it gets.
LIFT_CAP = 10.0
# What is due again is the surest offer of all, but for a pair of things never seen
# apart; the longer it is due the better, up to twice the cycle.
REBUY_SCORE = 5.0
REBUY_CAP = 2.0
# Whether this very product goes with what he has is not known, only its category.
CATEGORY_DAMPING = 0.5
# Has it and, as far as is known, does not need it again.
OWNED_FACTOR = 0.5
FITS = (1.5, 1.0, 0.5)


@dataclass(frozen=True)
class Goods:
    """A product as far as it matters here.

    Attributes:
        categories: number of its category and of those above.
        grade: 0 low, 1 middle, 2 high; None suits everybody.
        cycle_days: days until it is bought again; 0 if it is not.
    """

    product: int
    categories: frozenset[int] = frozenset()
    grade: int | None = None
    cycle_days: int = 0


@dataclass(frozen=True)
class Owned:
    """What the customer did with a product.

    Attributes:
        last_bought: None if he never bought it.
        returned: day of the last return, if any.
        complained: day of the last complaint or bad review, if any.
    """

    last_bought: date | None = None
    returned: date | None = None
    complained: date | None = None


@dataclass(frozen=True)
class Wish:
    """Something the customer asked for, by product or by category.

    Attributes:
        key: number of the need.
        strength: 1 to 5.
    """

    key: int
    day: date
    strength: int
    product: int | None = None
    category: int | None = None

    def matches(self, goods: Goods) -> bool:
        """Whether the goods are what is wished for."""
        if self.product is not None:
            return self.product == goods.product
        return self.category in goods.categories


@dataclass(frozen=True)
class Hint:
    """A reason to offer a product, apart from wishes and the cycle.

    Attributes:
        why: ``pair``, ``category`` or ``best``.
        lift: how many times as often as chance; 1 for best sellers.
        joint: orders or customers behind it.
        by: what the customer has that it goes with: a product, a category.
        scope: ``basket`` or ``customer``; empty for best sellers.
    """

    product: int
    why: Why
    lift: float = 1.0
    joint: int = 0
    by: int = 0
    scope: str = ""


@dataclass(frozen=True)
class Offer:
    """One product to offer.

    Attributes:
        why: the main reason.
        hint: the strongest hint, if any.
        wish: the strongest wish that it meets, if any.
        fit: how well the grade fits: 1.5, 1.0 or 0.5; 1.0 if nothing is known.
        days_since: days since it was bought last, if ever.
    """

    goods: Goods
    why: Why
    score: float
    fit: float = 1.0
    hint: Hint | None = None
    wish: Wish | None = None
    days_since: int | None = None


@dataclass(frozen=True)
class LeftOut:
    """One product that is not offered, and why."""

    goods: Goods
    why: WhyNot
    day: date


@dataclass(frozen=True)
class Customer:
    """What is known of the customer.

    Attributes:
        grade: 0 low to 2 high, by tier and price band; None if unknown.
        owned: by product.
        wishes: what is open.
    """

    today: date
    grade: float | None = None
    owned: Mapping[int, Owned] = field(default_factory=dict)
    wishes: Iterable[Wish] = ()


def customer_grade(tier: str | None, band: str | None) -> float | None:
    """Grade of a customer: mean of tier and price band, as far as known.

    Args:
        tier: ``negative``, ``ordinary``, ``most_valuable`` or ``permanent``.
        band: ``low``, ``middle`` or ``high``.
    Returns:
        0 (low) to 2 (high); None if neither is known.
    """
    tiers = {"negative": 0, "ordinary": 1, "most_valuable": 2, "permanent": 2}
    bands = {"low": 0, "middle": 1, "high": 2}
    known = [
        table[key]
        for table, key in ((tiers, tier), (bands, band))
        if key is not None and key in table
    ]
    return sum(known) / len(known) if known else None


def grade_fit(goods: int | None, customer: float | None) -> float:
    """How well goods suit a customer: 1.5 the same grade, 0.5 two grades off.

    Args:
        goods: 0 to 2, None for goods that suit everybody.
        customer: 0 to 2, None if unknown.
    """
    if goods is None or customer is None:
        return 1.0
    return FITS[0] - 0.5 * abs(goods - customer)


def left_out(goods: Goods, owned: Owned, today: date) -> LeftOut | None:
    """Why not to offer a product, if there is a reason.

    A complaint counts for a year, also when the product was bought again; a return
    counts until it is bought again.
    """
    if owned.complained and (today - owned.complained).days <= TROUBLE_DAYS:
        return LeftOut(goods, "complaint", owned.complained)
    last = owned.last_bought
    if (
        owned.returned
        and (today - owned.returned).days <= TROUBLE_DAYS
        and (last is None or last <= owned.returned)
    ):
        return LeftOut(goods, "returned", owned.returned)
    if last and (today - last).days < (goods.cycle_days or RECENT_DAYS):
        return LeftOut(goods, "recent", last)
    return None


def rank(
    customer: Customer, goods: Iterable[Goods], hints: Iterable[Hint], limit: int = 10
) -> tuple[list[Offer], list[LeftOut]]:
    """Rank what to offer.

    Args:
        customer: who he is, what he has, what he asked for.
        goods: all products that come into question, each once.
        hints: reasons; several for one product are allowed, the best counts.
        limit: only so many offers.
    Returns:
        Offers, best first, and what was left out, the latest first.
    """
    best: dict[int, Hint] = {}
    for hint in hints:
        kept = best.get(hint.product)
        if kept is None or _weight(hint) > _weight(kept):
            best[hint.product] = hint
    offers, without = [], []
    for each in goods:
        owned = customer.owned.get(each.product, Owned())
        reason = left_out(each, owned, customer.today)
        if reason:
            without.append(reason)
            continue
        offer = _offer(customer, each, owned, best.get(each.product))
        if offer:
            offers.append(offer)
    offers.sort(key=lambda offer: (-offer.score, -_joint(offer), offer.goods.product))
    without.sort(key=lambda each: (-each.day.toordinal(), each.goods.product))
    return offers[:limit], without


def _offer(
    customer: Customer, goods: Goods, owned: Owned, hint: Hint | None
) -> Offer | None:
    """Score one product; None if nothing speaks for it."""
    wish = max(
        (wish for wish in customer.wishes if wish.matches(goods)),
        key=lambda wish: (wish.strength, wish.day, wish.key),
        default=None,
    )
    since = (customer.today - owned.last_bought).days if owned.last_bought else None
    base = _weight(hint) if hint else 0.0
    why: Why | None = hint.why if hint else None
    if since is not None and goods.cycle_days:
        base, why = REBUY_SCORE * min(since / goods.cycle_days, REBUY_CAP), "rebuy"
    elif since is not None:
        base *= OWNED_FACTOR
    if wish and why != "rebuy":
        base, why = max(base, 1.0), "need"
    if why is None:
        return None
    fit = grade_fit(goods.grade, customer.grade)
    score = base * fit * (1 + wish.strength if wish else 1)
    return Offer(goods, why, round(score, 2), fit, hint, wish, since)


def _weight(hint: Hint) -> float:
    lift = min(hint.lift, LIFT_CAP)
    if hint.why == "category":
        return 1 + (lift - 1) * CATEGORY_DAMPING
    return lift


def _joint(offer: Offer) -> int:
    return offer.hint.joint if offer.hint else 0
