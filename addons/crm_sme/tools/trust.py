"""How far a forecast may be leaned on: doubts of a fit, and what follows from them.

Plain Python: the words about a forecast do not need numpy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

FEW_CUSTOMERS = 100
MANY_CUSTOMERS = 500
THIN_HISTORY_DAYS = 180
LONG_HISTORY_DAYS = 365
IDLE_DAYS = 60
# Of repeat orders and their value: the model takes them as independent.
MUCH_CORRELATION = 0.3
OWN_HABIT_DAYS = 4
# From here on a check on the past says: do not trust.
BAD_ERROR = 0.5
FAIR_ERROR = 0.25
FEW_ORDERS = 30
MUCH_SEASON = 0.2

LEVELS = ("low", "medium", "high")
# With one of these the figures are little more than a guess.
GRAVE = frozenset(
    {
        "few_customers",
        "no_repeat_orders",
        "thin_history",
        "no_recent_orders",
        "degenerate",
        "not_converged",
    }
)
# With one of these they rank well, but their size is unsure.
MILD = frozenset(
    {
        "few_repeat_buyers",
        "short_history",
        "not_many_customers",
        "drop_out_not_identifiable",
        "value_depends_on_frequency",
    }
)


@dataclass(frozen=True)
class Base:
    """What a fit was learnt from.

    Attributes:
        customers: who have bought.
        history_days: days from the first order of all to today.
        idle_days: days since the last order of all.
        correlation: of repeat orders and their mean value, if there is one.
    """

    customers: int
    history_days: int
    idle_days: int
    correlation: float | None


def doubts_of(
    base: Base, timing: Iterable[str], spend: Iterable[str]
) -> frozenset[str]:
    """All reasons not to lean on a fit, as codes.

    Args:
        base: what was fitted.
        timing: doubts of the fit of BG/NBD.
        spend: doubts of the fit of Gamma-Gamma; its few customers are repeat buyers.
    """
    found = {str(doubt) for doubt in timing}
    others = {str(doubt) for doubt in spend}
    if "few_customers" in others:
        others = (others - {"few_customers"}) | {"few_repeat_buyers"}
    found |= others
    thin = base.history_days < THIN_HISTORY_DAYS
    own = {
        "thin_history": thin,
        "short_history": not thin and base.history_days < LONG_HISTORY_DAYS,
        "not_many_customers": base.customers < MANY_CUSTOMERS
        and "few_customers" not in found,
        "no_recent_orders": base.idle_days > IDLE_DAYS,
        "value_depends_on_frequency": abs(base.correlation or 0) > MUCH_CORRELATION,
    }
    return frozenset(found | {code for code, is_so in own.items() if is_so})


def trust_of(doubts: Iterable[str]) -> str:
    """How far a fit with these doubts may be leaned on: low, medium, high."""
    codes = set(doubts)
    if codes & GRAVE:
        return "low"
    return "medium" if codes & MILD else "high"


def lower(one: str, other: str) -> str:
    """The lower of two levels."""
    return min(one, other, key=LEVELS.index)


def own_trust(order_days: int) -> str:
    """How much the own orders of a customer say: low, medium, high.

    Args:
        order_days: different days with an order, at least 1.
    """
    if order_days < 2:
        return "low"
    return "medium" if order_days < OWN_HABIT_DAYS else "high"


def check_trust(customers: int, orders: int, error: float | None) -> str:
    """How far a check on the past lets a forecast be leaned on.

    Args:
        customers: who were forecast.
        orders: how many orders really came.
        error: forecast orders over real ones, less 1; None when there were none.
    """
    if customers < FEW_CUSTOMERS or orders < FEW_ORDERS or error is None:
        return "low"
    if abs(error) >= BAD_ERROR:
        return "low"
    return "medium" if abs(error) >= FAIR_ERROR else "high"
