# ruff: noqa: PLR2004 - the numbers of an invented world stand where they are used
"""When people buy: feasts, sales days, week-ends and a firm that grows."""

import bisect
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from random import Random

LUNAR_NEW_YEAR = {
    2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17),
    2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23),
    2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8), 2036: (1, 28),
}  # fmt: skip
DAY = timedelta(days=1)


@lru_cache(maxsize=20_000)
def weight(day: date, lang: str) -> float:
    """Say how much more is bought on ``day`` than on an ordinary Tuesday."""
    factor = 1.15 if day.weekday() >= 5 else 1.0
    if lang == "zh":
        return factor * _chinese(day)
    if lang == "ja":
        return factor * _window(day, (12, 5), 20, 1.7) * _window(day, (7, 1), 14, 1.4)
    return factor * _western(day)


def sale_discount(day: date, lang: str) -> int:
    """Give the percent that all is cheaper on ``day``: Double 11 and the like."""
    if lang == "zh" and (day.month, day.day) in {(11, 11), (11, 10), (6, 18), (12, 12)}:
        return 15
    if lang in {"en", "de"} and day.month == 11 and 23 <= day.day <= 30:
        return 12
    return 0


def peak_days(first: date, last: date, lang: str) -> list[date]:
    """Give the great days of buying between two days: feasts and sales days."""
    found = []
    for year in range(first.year, last.year + 1):
        if lang == "zh":
            feast = date(year, *LUNAR_NEW_YEAR.get(year, (2, 5))) - 14 * DAY
            found += [feast, date(year, 6, 18), date(year, 11, 11)]
        else:
            found += [date(year, 11, 27), date(year, 12, 12)]
    return [day for day in found if first < day < last]


def _chinese(day: date) -> float:
    factor = _window(day, (11, 1), 9, 1.8) * _window(day, (11, 10), 2, 5.5)
    factor *= _window(day, (6, 10), 9, 1.9) * _window(day, (12, 11), 2, 1.8)
    factor *= _window(day, (9, 1), 20, 1.3)
    new_year = date(day.year, *LUNAR_NEW_YEAR.get(day.year, (2, 5)))
    before = (new_year - day).days
    if 4 <= before <= 25:
        return factor * 2.4
    return factor * (0.3 if -6 <= before < 4 else 1.0)


def _western(day: date) -> float:
    factor = _window(day, (11, 23), 8, 2.6) * _window(day, (12, 1), 19, 2.2)
    return factor * _window(day, (12, 24), 8, 0.5) * _window(day, (5, 1), 10, 1.3)


def _window(day: date, start: tuple[int, int], days: int, factor: float) -> float:
    first = date(day.year, *start)
    return factor if first <= day < first + timedelta(days=days) else 1.0


def day_picker(start: date, end: date, lang: str) -> Callable[[Random], date]:
    """Make a chooser of days in ``start .. end`` that follows season and growth."""
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    total, sums = 0.0, []
    for number, day in enumerate(days):
        total += weight(day, lang) * (1 + 0.35 * number / len(days))
        sums.append(total)

    def pick(rng: Random) -> date:
        return days[bisect.bisect_left(sums, rng.random() * total)]

    return pick


def next_day(rng: Random, day: date, beat: tuple[float, float], lang: str) -> date:
    """Give the day of the next order of someone with this beat (mean gap, spread).

    Three draws of his rhythm, and the season decides between them.
    """
    gap, spread = beat
    draws = [
        day + max(DAY, timedelta(days=round(gap * rng.lognormvariate(0, spread))))
        for _ in range(3)
    ]
    return rng.choices(draws, [weight(draw, lang) for draw in draws])[0]
