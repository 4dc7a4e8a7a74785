"""How the suggestions of the day are ranked."""

from datetime import date

# How pressing an occasion is: money times this gives the order of the list. Somebody
# who waits for us goes before somebody who does not know that we think of him.
URGENCY = {
    "promise": 4.0,
    "complaint": 4.0,
    "unanswered": 3.0,
    "visitor": 2.0,
    "care": 1.5,
    "fading": 1.0,
    "next_order": 1.0,
    "data_gap": 0.2,
}
# One day late counts as much as this part of the value, up to a month.
LATE_PART = 0.05
LATE_DAYS = 30


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
