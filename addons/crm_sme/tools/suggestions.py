"""What a suggestion of the day is worth, how the list is ranked, when to call."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

# How pressing an occasion is: money times this gives the order of the list. Somebody
# who waits for us goes before somebody who does not know that we think of him.
URGENCY = {
    "promise": 4.0,
    "complaint": 4.0,
    "unanswered": 3.0,
    "visitor": 3.0,
    "care": 1.5,
    "fading": 1.0,
    "next_order": 1.0,
    "data_gap": 0.2,
}
# One day late counts as much as this part of the value, up to a month.
LATE_PART = 0.05
LATE_DAYS = 30
# Part of a year's revenue that is at stake, by occasion. Rules of thumb, only for the
# order of the list: a customer who complains in vain leaves more often than one whose
# question waits; a complete file helps a little.
STAKES = {
    "complaint": Decimal("0.30"),
    "promise": Decimal("0.20"),
    "unanswered": Decimal("0.10"),
    "data_gap": Decimal("0.02"),
}
# Chance that a visitor buys while no probability is known.
VISITOR_CHANCE = Decimal("0.25")
# Hours in which people are called; a window is two hours long.
FIRST_HOUR, LAST_HOUR = 8, 20
LEAST_EVENTS = 3


def rank(kind: str, value: float, due: date, today: date) -> float:
    """Give the place of a suggestion in the list; higher comes first.

    Args:
        kind: occasion, see ``URGENCY``.
        value: money at stake, in the company's currency; below zero counts as none.
        due: day on which it is due; in the future it is not late.
        today: day of the list.

    Returns:
        Money times urgency, plus urgency, so that occasions without a value are
        ordered, too.
    """
    late = min(max((today - due).days, 0), LATE_DAYS)
    urgency = URGENCY[kind] * (1 + LATE_PART * late)
    return urgency * (max(value, 0.0) + 1)


def yearly(expected: Decimal, past: Decimal) -> Decimal:
    """Give what a customer brings in a year.

    Args:
        expected: revenue that the forecast expects within 12 months; 0: no forecast.
        past: revenue of the last 12 months.

    Returns:
        The forecast if there is one, else the past; never below zero.
    """
    return max(expected, Decimal(0)) or max(past, Decimal(0))


def best_hour(hours: Sequence[int]) -> int:
    """Find the two hours of the day in which a customer is met most often.

    Args:
        hours: local hours (0 to 23) of his own orders and of calls that reached him.

    Returns:
        First hour of the window, 8 to 20; 0 with fewer than three events in the
        hours in which people are called. Of equal windows the earlier one.
    """
    counts = Counter(hour for hour in hours if FIRST_HOUR <= hour <= LAST_HOUR)
    if sum(counts.values()) < LEAST_EVENTS:
        return 0
    return max(
        range(FIRST_HOUR, LAST_HOUR + 1),
        key=lambda hour: (counts[hour] + counts[hour + 1], counts[hour], -hour),
    )
