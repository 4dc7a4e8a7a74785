"""A customer's own rhythm of buying, and how far the present silence is beyond it.

The slow, plain form of what ``metrics/`` does in SQL; both give the same figures.
Two orders of one day are one step of the rhythm.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

OWN_RHYTHM_MIN_DAYS = 3
RATIO_CAP = Decimal("99.9")
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Rhythm:
    """Days with orders and the gaps between them.

    Attributes:
        day_count: number of different days with an order.
        mean_gap: mean number of days between two of them, rounded to a tenth;
            None with fewer than two.
        gap_sd: spread (sample standard deviation) of the gaps, in days, rounded to a
            tenth; 0 with fewer than two gaps.
    """

    day_count: int
    mean_gap: Decimal | None
    gap_sd: Decimal

    @property
    def is_own(self) -> bool:
        """Enough days to speak of a rhythm of his own."""
        return self.day_count >= OWN_RHYTHM_MIN_DAYS


@dataclass(frozen=True)
class FadeLimits:
    """From which ratio of silence to rhythm a state begins; rising, no unit."""

    watch: Decimal = Decimal(1)
    fading: Decimal = Decimal("1.5")
    lapsed: Decimal = Decimal(3)
    lost: Decimal = Decimal(6)


def local_day(moment: datetime, timezone: str) -> date:
    """Calendar day of a naive UTC moment in a time zone (IANA name)."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).date()


def day_start(day: date, timezone: str) -> datetime:
    """Naive UTC moment at which a calendar day of a time zone begins."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone))
    return start.astimezone(UTC).replace(tzinfo=None)


def round_tenth(value: Decimal) -> Decimal:
    """Round to one decimal, halves away from zero, as ``round`` of SQL."""
    return value.quantize(TENTH, rounding=ROUND_HALF_UP)


def measure_rhythm(days: Iterable[date]) -> Rhythm:
    """Mean and spread of the gaps between days with orders.

    Args:
        days: days with an order in any order; doubles count once.
    """
    ordered = sorted(set(days))
    gaps = [(later - earlier).days for earlier, later in pairwise(ordered)]
    if not gaps:
        return Rhythm(len(ordered), None, Decimal(0))
    mean = Decimal(sum(gaps)) / len(gaps)
    spread = Decimal(0)
    if len(gaps) > 1:
        squares = sum(((gap - mean) ** 2 for gap in gaps), Decimal(0))
        variance = squares / (len(gaps) - 1)
        spread = variance.sqrt()
    return Rhythm(len(ordered), round_tenth(mean), round_tenth(spread))


def median_gap(gaps: Sequence[Decimal]) -> Decimal | None:
    """Median of the customers' mean gaps in days, rounded to a tenth; None of none."""
    if not gaps:
        return None
    ordered = sorted(gaps)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return round_tenth((low + high) / 2)


def overdue_ratio(silent_days: int, gap: Decimal) -> Decimal:
    """Days since the last order in units of the rhythm.

    Rounded to a tenth and capped at 99.9, so that the figure of somebody who left
    long ago stands still.

    Args:
        silent_days: an order of tomorrow (clocks differ) counts as one of today.
        gap: the rhythm in days, > 0.
    """
    return min(RATIO_CAP, round_tenth(Decimal(max(silent_days, 0)) / gap))


def fade_state(ratio: Decimal, limits: FadeLimits) -> str:
    """State of a customer who has bought: steady, watch, fading, lapsed or lost."""
    if ratio >= limits.lost:
        return "lost"
    if ratio >= limits.lapsed:
        return "lapsed"
    if ratio >= limits.fading:
        return "fading"
    return "watch" if ratio >= limits.watch else "steady"


def next_order_date(last: date, gap: Decimal) -> date:
    """Day of the next order if the rhythm goes on; at least the day after the last."""
    days = int(gap.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return last + timedelta(days=max(days, 1))


def state_since(
    state: str, last: date, gap: Decimal, limits: FadeLimits, today: date
) -> date:
    """Day on which a state began, for a customer seen for the first time.

    Args:
        state: as of today; "steady" began with the last order.
        last: day of the last order.
        gap: the rhythm in days, > 0.
        limits: where the states begin.
        today: never later than this.
    """
    if state == "steady":
        return min(last, today)
    days = math.ceil(getattr(limits, state) * gap)
    return min(last + timedelta(days=days), today)
