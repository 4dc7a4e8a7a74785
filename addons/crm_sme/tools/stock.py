"""Customers as stock: the slow, plain form of ``metrics/snapshot*.py``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .rhythm import FadeLimits, fade_state, measure_rhythm, overdue_ratio

IN_STOCK = frozenset({"steady", "watch", "fading"})


@dataclass
class Flow:
    """What came into the stock in a month and what left it."""

    opening: int = 0
    new: int = 0
    returned: int = 0
    joined: int = 0
    lapsed: int = 0
    lost: int = 0
    removed: int = 0
    closing: int = 0

    @property
    def is_balanced(self) -> bool:
        """Opening and what came in, less what left, is closing."""
        came = self.opening + self.new + self.returned + self.joined
        return came - self.lapsed - self.lost - self.removed == self.closing


def next_month(month: date) -> date:
    """First day of the month after the one that begins on ``month``."""
    return (month + timedelta(days=31)).replace(day=1)


def months_between(first: date, last: date) -> list[date]:
    """First days of all months from ``first`` to ``last``, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def state_at(
    days: Iterable[date], end: date, usual_gap: Decimal, limits: FadeLimits
) -> str | None:
    """State of a customer at the end of a day, by what he had bought until then.

    Args:
        days: days with orders, in any order; later ones do not count.
        end: the day.
        usual_gap: days, > 0; for who has no rhythm of his own.
        limits: where the states begin.

    Returns:
        steady, watch, fading, lapsed or lost; None before the first order.
    """
    past = [day for day in days if day <= end]
    if not past:
        return None
    rhythm = measure_rhythm(past)
    gap = rhythm.mean_gap if rhythm.is_own and rhythm.mean_gap else usual_gap
    return fade_state(overdue_ratio((end - max(past)).days, gap), limits)


def month_end_states(
    days: Iterable[date],
    months: Iterable[date],
    usual_gap: Decimal,
    limits: FadeLimits,
) -> dict[date, str]:
    """State at the end of each month, from the one with the first order on.

    Args:
        days: days with orders of one customer.
        months: first days of months.
        usual_gap: days, > 0.
        limits: where the states begin.
    """
    known = list(days)
    states = {}
    for month in months:
        end = next_month(month) - timedelta(days=1)
        state = state_at(known, end, usual_gap, limits)
        if state is not None:
            states[month] = state
    return states


def flows(
    histories: Iterable[tuple[Iterable[date], Mapping[date, str]]],
    months: list[date],
) -> dict[date, Flow]:
    """Sum what customers did month by month.

    Args:
        histories: of each customer the days with orders and the states at month ends.
        months: rising, without a gap; nobody was in stock before the first one.
    """
    found = {month: Flow() for month in months}
    for days, states in histories:
        bought = {day.replace(day=1) for day in days}
        before = None
        for month in months:
            state = states.get(month)
            _add_step(found[month], before, state, month, bought)
            before = state
    return found


def _add_step(
    flow: Flow, before: str | None, state: str | None, month: date, bought: set[date]
) -> None:
    was_in, is_in = before in IN_STOCK, state in IN_STOCK
    flow.opening += was_in
    flow.closing += is_in
    if state is None:
        flow.removed += was_in
        return
    is_new = month == min(bought)
    is_back = before in ("lapsed", "lost") and (is_in or month in bought)
    flow.new += is_new
    flow.returned += is_back
    flow.joined += is_in and not (was_in or is_new or is_back)
    if not is_in and (was_in or is_new or is_back):
        flow.lapsed += state == "lapsed"
        flow.lost += state == "lost"
