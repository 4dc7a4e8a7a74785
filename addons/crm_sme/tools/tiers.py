"""The value ladder: the slow, plain form of ``metrics/tiers.py``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MINIMUM_BASE = 5
# A customer of these states still buys in his rhythm.
KEEPING_UP = ("steady", "watch")
BY_VALUE = ("most_valuable", "permanent")


@dataclass(frozen=True)
class Tier:
    """A rung of the ladder; the conditions that a customer must meet.

    Attributes:
        key: any name of it.
        kind: negative, ordinary, most_valuable or permanent.
        min_value: least total value; 0: by the best part, or no condition.
        top_percent: size of the best part in percent, 1 to 100.
        min_orders: least orders of all time.
        min_tenure: least months since the first order.
        hold_runs: nights that he may miss it before he falls.
    """

    key: int
    kind: str
    min_value: Decimal = Decimal(0)
    top_percent: int = 20
    min_orders: int = 0
    min_tenure: int = 0
    hold_runs: int = 0


@dataclass(frozen=True)
class Standing:
    """Where a customer stands; ``held`` counts the nights below his rung."""

    tier: int | None = None
    since: date | None = None
    held: int = 0
    held_on: date | None = None


@dataclass(frozen=True)
class Case:
    """What decides on the rung of one customer."""

    total_value: Decimal
    existing_value: Decimal
    order_count: int
    first_order: date | None
    fade_state: str
    has_bought: bool


def months_before(today: date, months: int) -> date:
    """The day so many months before; the last of the month where it has no such day."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    for day in range(today.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise ValueError(f"no day {months} months before {today}")


def value_limit(tier: Tier, totals: Sequence[Decimal]) -> Decimal | None:
    """Total value from which a customer can stand on a rung.

    Args:
        tier: the rung.
        totals: total values of all who bought.

    Returns:
        None if nobody can: a best part of fewer than five customers.
    """
    if tier.min_value > 0 or tier.kind not in BY_VALUE:
        return tier.min_value
    if len(totals) < MINIMUM_BASE:
        return None
    ordered = sorted(totals)
    # The smallest value at or above the wanted part of the rows, as percentile_disc.
    below = len(ordered) * (100 - tier.top_percent)
    return ordered[max(-(-below // 100) - 1, 0)]


def meets(case: Case, tier: Tier, limit: Decimal | None, today: date) -> bool:
    """Whether a customer meets the conditions of a rung."""
    if tier.kind == "negative":
        return case.existing_value < 0
    if case.order_count < tier.min_orders:
        return False
    if tier.min_tenure and (
        case.first_order is None
        or case.first_order > months_before(today, tier.min_tenure)
    ):
        return False
    if tier.kind == "permanent" and case.fade_state not in KEEPING_UP:
        return False
    if tier.kind in BY_VALUE:
        return limit is not None and case.total_value >= limit and case.total_value > 0
    return tier.min_value <= 0 or case.total_value >= tier.min_value


def goal(
    case: Case,
    ladder: Sequence[Tier],
    limits: dict[int, Decimal | None],
    today: date,
) -> int | None:
    """Rung that fits a customer today: negative first, else the highest he meets."""
    if not case.has_bought:
        return None
    negative: Iterable[Tier] = (t for t in ladder if t.kind == "negative")
    others = (t for t in reversed(ladder) if t.kind != "negative")
    for tier in (*negative, *others):
        if meets(case, tier, limits.get(tier.key), today):
            return tier.key
    return None


def move(
    before: Standing,
    wanted: int | None,
    ladder: Sequence[Tier],
    today: date,
    is_night: bool,
) -> Standing:
    """Rise at once; fall only after enough nights below the rung.

    Args:
        before: where he stood.
        wanted: the rung that fits him today.
        ladder: lowest rung first.
        today: a night counts once a day.
        is_night: a refresh of all customers; those of some only lift.
    """
    ranks = {tier.key: position for position, tier in enumerate(ladder)}
    old = None if before.tier is None else ranks.get(before.tier)
    if wanted is None or old is None or ranks[wanted] >= old:
        if wanted == before.tier:
            return Standing(before.tier, before.since)
        return Standing(wanted, None if wanted is None else today)
    if not is_night or before.held_on == today:
        return before
    if before.held + 1 >= ladder[old].hold_runs:
        return Standing(wanted, today)
    return Standing(before.tier, before.since, before.held + 1, today)
