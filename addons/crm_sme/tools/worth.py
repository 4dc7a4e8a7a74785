"""The four parts of a customer's value: the slow, plain form of ``metrics/worth.py``.

All amounts are in the company's currency, all windows are the last 12 months.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
YEAR_DAYS = 365
MONTHS = 12
GOOD_REVIEW = 4
# How far a customer in each state still counts on buying: his potential is taken
# times this.
ACTIVITY = {
    "none": ZERO,
    "steady": Decimal(1),
    "watch": Decimal("0.75"),
    "fading": Decimal("0.5"),
    "lapsed": Decimal("0.25"),
    "lost": ZERO,
}
# Without a forecast and without a rhythm of his own, this part of the orders of the
# last 12 months is expected again: most who bought once never come back.
COME_BACK = Decimal("0.5")
# A class of customers with fewer buyers than this goes by all customers; with fewer
# than five customers in all there is nobody to go by.
CLASS_MINIMUM, ALL_MINIMUM = 20, 5
CATEGORIES = 50


@dataclass(frozen=True)
class Rates:
    """Settings of a company; amounts in its currency, shares from 0 to 1."""

    call: Decimal = ZERO
    meeting: Decimal = ZERO
    message: Decimal = ZERO
    complaint: Decimal = ZERO
    refund: Decimal = ZERO
    delivery: Decimal = ZERO
    acquisition: Decimal = ZERO
    advocacy: Decimal = ZERO
    learning: Decimal = ZERO
    cross_damping: Decimal = ZERO
    referral_share: Decimal = ZERO
    weights: tuple[Decimal, Decimal, Decimal, Decimal] = (Decimal(1),) * 4
    digits: int = 2


@dataclass(frozen=True)
class Customer:
    """What the value of one customer is made from.

    Attributes:
        margin: of all orders; ``margin_12m`` of the last 12 months.
        order_count: orders of all time; ``order_count_12m`` of the last 12 months.
        first_order: day of the first order, None if there was none.
        fade_state: see ``tools/rhythm.py``.
        own_gap: days between two orders by his own rhythm, None if it is not his own.
        expected_orders: of the next 12 months by the forecast, None without one.
        clv: lifetime value by the forecast, None without one.
        counts: interactions by the name of their rate.
        good_reviews: with four stars or more.
        learning_points: of adopted suggestions.
        referred_margins: 12-month margin of each customer he brought.
        unbought: worth of each category that he did not buy.
    """

    margin: Decimal = ZERO
    margin_12m: Decimal = ZERO
    order_count: int = 0
    order_count_12m: int = 0
    first_order: date | None = None
    fade_state: str = "none"
    own_gap: Decimal | None = None
    expected_orders: Decimal | None = None
    clv: Decimal | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    good_reviews: int = 0
    learning_points: int = 0
    referred_margins: Iterable[Decimal] = ()
    unbought: Iterable[Decimal] = ()


@dataclass(frozen=True)
class Worth:
    """The figures of one customer, in the company's currency."""

    service_cost: Decimal
    existing_value: Decimal
    potential_value: Decimal
    influence_value: Decimal
    learning_value: Decimal
    total_value: Decimal
    clv_net: Decimal | None


def round_to(value: Decimal, digits: int) -> Decimal:
    """Round halves away from zero, as ``round`` of SQL."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def service_cost(counts: Mapping[str, int], rates: Rates) -> Decimal:
    """Cost of the service of 12 months: each kind's count times its rate."""
    cost = sum((n * getattr(rates, kind) for kind, n in counts.items()), ZERO)
    return round_to(cost, rates.digits)


def acquisition_months(first_order: date | None, today: date) -> int:
    """Twelfths of the cost to win a customer that fall into the last 12 months.

    The cost is charged to the first 12 months after the first order, a twelfth at the
    begin of each; so a customer of 15 months bears 9 of them in the last year.
    """
    if first_order is None or first_order > today:
        return 0
    full = (today.year - first_order.year) * MONTHS + today.month - first_order.month
    full -= today.day < first_order.day
    return max(min(full, MONTHS - 1) - max(full - MONTHS + 1, 0) + 1, 0)


def acquisition_share(first_order: date | None, today: date, rates: Rates) -> Decimal:
    """Part of the cost to win the customer that the last 12 months bear."""
    months = acquisition_months(first_order, today)
    return round_to(rates.acquisition * months / MONTHS, rates.digits)


def margin_per_order(customer: Customer, digits: int) -> Decimal:
    """Own mean margin of an order; an order that loses money promises nothing."""
    if not customer.order_count:
        return ZERO
    return max(round_to(customer.margin / customer.order_count, digits), ZERO)


def expected_orders(customer: Customer) -> Decimal:
    """Orders of the next 12 months: by forecast, else by rhythm, else by the past."""
    if customer.expected_orders is not None:
        return customer.expected_orders
    activity = ACTIVITY[customer.fade_state]
    if customer.own_gap is not None:
        return round_to(activity * YEAR_DAYS / max(customer.own_gap, Decimal(1)), 2)
    return round_to(activity * COME_BACK * customer.order_count_12m, 2)


def potential(customer: Customer, rates: Rates) -> tuple[Decimal, Decimal]:
    """More of the same, and what he does not buy yet.

    Returns:
        margin expected from his own goods, and from other categories.
    """
    digits = rates.digits
    same = round_to(
        margin_per_order(customer, digits) * expected_orders(customer), digits
    )
    activity = ACTIVITY[customer.fade_state]
    cross = activity * rates.cross_damping * sum(customer.unbought, ZERO)
    return same, round_to(cross, digits)


def influence(customer: Customer, rates: Rates) -> Decimal:
    """What his word of mouth brings: referred customers and good reviews."""
    brought = sum((max(m, ZERO) for m in customer.referred_margins), ZERO)
    praise = customer.good_reviews * rates.advocacy
    return round_to(rates.referral_share * brought + praise, rates.digits)


def value_customer(customer: Customer, rates: Rates, today: date) -> Worth:
    """Compute all figures of one customer."""
    cost = service_cost(customer.counts, rates)
    existing = (
        customer.margin_12m
        - cost
        - acquisition_share(customer.first_order, today, rates)
    )
    parts = (
        existing,
        sum(potential(customer, rates), ZERO),
        influence(customer, rates),
        round_to(customer.learning_points * rates.learning, rates.digits),
    )
    total = sum((w * p for w, p in zip(rates.weights, parts, strict=True)), ZERO)
    return Worth(
        service_cost=cost,
        existing_value=parts[0],
        potential_value=parts[1],
        influence_value=parts[2],
        learning_value=parts[3],
        total_value=round_to(total, rates.digits),
        clv_net=None if customer.clv is None else customer.clv - cost,
    )


@dataclass(frozen=True)
class Buyer:
    """A customer with orders in 12 months, as cross-selling sees him.

    Attributes:
        spend_class: monetary class of RFM, 1 to 5; 0 without one.
        margins: 12-month margin by top category that he bought.
    """

    spend_class: int
    margins: Mapping[int, Decimal]


def category_worth(
    buyers: Iterable[Buyer], digits: int = 2
) -> dict[int, dict[int, Decimal]]:
    """What each category would bring from one who does not buy it yet.

    Args:
        buyers: all customers with orders in 12 months.
        digits: of the company's currency.

    Returns:
        spend class (0: all customers) to category to part of the customers who buy it
        times a buyer's mean margin, four decimals, never below zero. Classes that are
        too small are left out; go by 0 then.
    """
    everybody = list(buyers)
    earned: dict[int, list[Decimal]] = {}
    for buyer in everybody:
        for category, margin in buyer.margins.items():
            earned.setdefault(category, []).append(margin)
    most = sorted(earned, key=lambda category: (-len(earned[category]), category))
    margins = {
        category: max(
            round_to(sum(earned[category], ZERO) / len(earned[category]), digits), ZERO
        )
        for category in most[:CATEGORIES]
    }
    worth = {}
    for spend_class in range(6):
        peers = [b for b in everybody if spend_class in (0, b.spend_class)]
        if len(peers) < (CLASS_MINIMUM if spend_class else ALL_MINIMUM):
            continue
        worth[spend_class] = {
            category: round_to(
                margin * sum(category in b.margins for b in peers) / len(peers), 4
            )
            for category, margin in margins.items()
        }
    return worth
