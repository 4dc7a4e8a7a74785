"""The seven kinds of loyalty: the slow, plain form of ``metrics/loyalty.py``."""

from dataclasses import dataclass
from decimal import Decimal

KEEPING_UP = ("steady", "watch")
PREMIUM_ORDERS = 3
"""Orders in 12 months that make a customer a frequent one."""
REPEAT_ORDERS = 2
DISCOUNT_SHARE = Decimal("0.5")
"""Part of the orders of 12 months with a discount from which price holds him."""
GOOD_RATING = Decimal(4)
BAD_RATING = Decimal(3)


@dataclass(frozen=True)
class Bond:
    """What ties a customer to us.

    Attributes:
        order_count: of all time; ``order_count_12m`` of the last 12 months.
        discount_count: orders of 12 months with a discount.
        fade_state: see ``tools/rhythm.py``.
        rating: mean stars of his reviews, None without one.
        delivered: delivered value, None if he was not asked.
        complaints: of 12 months.
        sole_supply: he can only buy from us.
        relation: personally related to us.
        manual: set by hand, None if not.
    """

    order_count: int = 0
    order_count_12m: int = 0
    discount_count: int = 0
    fade_state: str = "none"
    rating: Decimal | None = None
    delivered: Decimal | None = None
    complaints: int = 0
    sole_supply: bool = False
    relation: bool = False
    manual: str | None = None


def is_satisfied(bond: Bond) -> bool:
    """Something speaks for it, by stars or by survey, and nothing against it."""
    speaks_for = (bond.rating is not None and bond.rating >= GOOD_RATING) or (
        bond.delivered is not None and bond.delivered > 0
    )
    speaks_against = (
        (bond.rating is not None and bond.rating < BAD_RATING)
        or (bond.delivered is not None and bond.delivered < 0)
        or bond.complaints > 0
    )
    return speaks_for and not speaks_against


def loyalty_kind(bond: Bond) -> str | None:
    """The first kind that fits; None of somebody who is not loyal, or not yet.

    Source: the usual set of seven: monopoly, kinship, benefit, inertia, trust, latent,
    premium; premium is high satisfaction and frequent repeat.
    """
    if bond.manual or not bond.order_count:
        return bond.manual
    if bond.sole_supply or bond.relation:
        return "monopoly" if bond.sole_supply else "kinship"
    repeats = bond.order_count >= REPEAT_ORDERS and bond.fade_state in KEEPING_UP
    if not repeats:
        return "latent" if is_satisfied(bond) else None
    bargains = Decimal(bond.discount_count)
    if bond.order_count_12m and bargains >= DISCOUNT_SHARE * bond.order_count_12m:
        return "benefit"
    if not is_satisfied(bond):
        return "inertia"
    return "premium" if bond.order_count_12m >= PREMIUM_ORDERS else "trust"
