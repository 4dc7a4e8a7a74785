"""The Chinese lunisolar calendar, reckoned from sun and moon; no table of dates.

A month begins on the day of the new moon, in the time of China (UTC+8). The winter
solstice lies in month 11. Between two of them lie 12 or 13 months; of 13 the first in
which the sun enters no new sign (no *zhongqi*) is a leap month and has the number of
the month before it. Good from 1929, when China took up its present time, to 2100.

Source: rules GB/T 33661-2017; new moons: Meeus, Astronomical Algorithms, 2nd ed.
(1998), ch. 49 (within 20 seconds); the sun: Bretagnon and Simon, Planetary Programs and
Tables (1986), with nutation and aberration, as in Reingold and Dershowitz, Calendrical
Calculations, 4th ed. (2018), ch. 14 (within 90 seconds); dynamical time: Espenak and
Meeus (2006), NASA/TP-2006-214141.
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1929, 2100
CHINA_DAYS = 8 / 24
J2000 = 2451545.0
EPOCH_OF_ORDINALS = 1721424.5
SYNODIC_DAYS = 29.530588861
FIRST_NEW_MOON = 2451550.09766
TROPICAL_YEAR_DAYS = 365.2422
WINTER_SOLSTICE = 270
SIGN_DEGREES = 30

# Sine terms of the time of a new moon: days, power of the eccentricity, multiples of
# the sun's anomaly, the moon's anomaly and the moon's argument of latitude.
MOON_TERMS = (
    (-0.40720, 0, 0, 1, 0), (0.17241, 1, 1, 0, 0), (0.01608, 0, 0, 2, 0),
    (0.01039, 0, 0, 0, 2), (0.00739, 1, -1, 1, 0), (-0.00514, 1, 1, 1, 0),
    (0.00208, 2, 2, 0, 0), (-0.00111, 0, 0, 1, -2), (-0.00057, 0, 0, 1, 2),
    (0.00056, 1, 1, 2, 0), (-0.00042, 0, 0, 3, 0), (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2), (-0.00024, 1, -1, 2, 0), (-0.00007, 0, 2, 1, 0),
    (0.00004, 0, 0, 2, -2), (0.00004, 0, 3, 0, 0), (0.00003, 0, 1, 1, -2),
    (0.00003, 0, 0, 2, 2), (-0.00003, 0, 1, 1, 2), (0.00003, 0, -1, 1, 2),
    (-0.00002, 0, -1, 1, -2), (-0.00002, 0, 1, 3, 0), (0.00002, 0, 0, 4, 0),
)  # fmt: skip
# Of the planets: degrees at the first new moon, degrees a month, days.
PLANET_TERMS = (
    (299.77, 0.107408, 0.000325), (251.88, 0.016321, 0.000165),
    (251.83, 26.651886, 0.000164), (349.42, 36.412478, 0.000126),
    (84.66, 18.206239, 0.000110), (141.74, 53.303771, 0.000062),
    (207.14, 2.453732, 0.000060), (154.84, 7.306860, 0.000056),
    (34.52, 27.261239, 0.000047), (207.19, 0.121824, 0.000042),
    (291.34, 1.844379, 0.000040), (161.72, 24.198154, 0.000037),
    (239.56, 25.513099, 0.000035), (331.55, 3.592518, 0.000023),
)  # fmt: skip


# Terms of the longitude of the sun: 1e-7 radians, degrees a century, degrees.
SUN_TERMS = (
    (403406, 0.9287892, 270.54861), (195207, 35999.1376958, 340.19128),
    (119433, 35999.4089666, 63.91854), (112392, 35998.7287385, 331.2622),
    (3891, 71998.20261, 317.843), (2819, 71998.4403, 86.631),
    (1721, 36000.35726, 240.052), (660, 71997.4812, 310.26), (350, 32964.4678, 247.23),
    (334, -19.441, 260.87), (314, 445267.1117, 297.82), (268, 45036.884, 343.14),
    (242, 3.1008, 166.79), (234, 22518.4434, 81.53), (158, -19.9739, 3.5),
    (132, 65928.9345, 132.75), (129, 9038.0293, 182.95), (114, 3034.7684, 162.03),
    (99, 33718.148, 29.8), (93, 3034.448, 266.4), (86, -2280.773, 249.2),
    (78, 29929.992, 157.6), (72, 31556.493, 257.8), (68, 149.588, 185.1),
    (64, 9037.75, 69.9), (46, 107997.405, 8.0), (38, -4444.176, 197.1),
    (37, 151.771, 250.4), (32, 67555.316, 65.3), (29, 31556.08, 162.7),
    (28, -4561.54, 341.5), (27, 107996.706, 291.6), (27, 1221.655, 98.5),
    (25, 62894.167, 146.7), (24, 31437.369, 110.0), (21, 14578.298, 5.2),
    (21, -31931.757, 342.6), (20, 34777.243, 230.9), (18, 1221.999, 256.1),
    (17, 62894.511, 45.3), (14, -4442.039, 242.9), (13, 107997.909, 115.2),
    (13, 119.066, 151.8), (13, 16859.071, 285.3), (12, -4.578, 53.3),
    (10, 26895.292, 126.6), (10, -39.127, 205.7), (10, 12297.536, 85.9),
    (10, 90073.778, 146.1),
)  # fmt: skip


class LunarDate(NamedTuple):
    """A day of the Chinese calendar.

    Attributes:
        year: the Gregorian year in which the lunar year begins.
        month: 1 to 12.
        day: 1 to 30.
        is_leap: the month is the leap month after the one of this number.
    """

    year: int
    month: int
    day: int
    is_leap: bool = False


class Month(NamedTuple):
    """A month of the Chinese calendar: its number, if a leap month, its first day."""

    number: int
    is_leap: bool
    start: date


def to_gregorian(year: int, month: int, day: int, *, is_leap: bool = False) -> date:
    """Day on which a lunar date falls.

    Args:
        year: lunar year, as in :class:`LunarDate`; its last weeks lie in the next
            Gregorian year.
        month: 1 to 12.
        day: 1 to 30; in a month of 29 days day 30 is the last one, so that month 12,
            day 30 is always New Year's Eve.
        is_leap: the leap month of this number.

    Raises:
        ValueError: no such month or day, or a year out of range.
    """
    if not 1 <= day <= 30:
        raise ValueError(f"a lunar month has no day {day}")
    months = _months(year)
    for position, each in enumerate(months[:-1]):
        if (each.number, each.is_leap) == (month, is_leap):
            length = (months[position + 1].start - each.start).days
            return each.start + timedelta(days=min(day, length) - 1)
    kind = "leap month" if is_leap else "month"
    raise ValueError(f"the lunar year {year} has no {kind} {month}")


def from_gregorian(day: date) -> LunarDate:
    """Lunar date of a day.

    Raises:
        ValueError: the lunar year is out of range.
    """
    year = day.year if day >= _months(day.year)[0].start else day.year - 1
    month = next(m for m in reversed(_months(year)) if m.start <= day)
    return LunarDate(year, month.number, (day - month.start).days + 1, month.is_leap)


def solar_term(year: int, longitude: int) -> date:
    """Day in China on which the sun reaches a longitude.

    Args:
        year: Gregorian year.
        longitude: degrees from the spring equinox, a multiple of 15 below 360; 15 is
            Qingming, 270 the winter solstice.

    Raises:
        ValueError: no solar term has this longitude, or a year out of range.
    """
    if longitude not in range(0, 360, 15):
        raise ValueError(f"no solar term at {longitude} degrees")
    _check(year)
    return _day_in_china(_sun_at(year, longitude))


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            f"the Chinese calendar is reckoned for {FIRST_YEAR} to {LAST_YEAR}, "
            f"not for {year}"
        )


@lru_cache(maxsize=64)
def _months(year: int) -> Sequence[Month]:
    """Months of a lunar year, and after them the first one of the next year."""
    _check(year)
    this, following = _from_month_eleven(year), _from_month_eleven(year + 1)
    first = next(n for n, month in enumerate(this) if month.number == 1)
    end = next(n for n, month in enumerate(following) if month.number == 1)
    return (*this[first:], *following[: end + 1])


@lru_cache(maxsize=64)
def _from_month_eleven(year: int) -> Sequence[Month]:
    """Months from month 11 of the year before up to month 10, leap months too."""
    first = _new_moon_before(year - 1)
    last = _new_moon_before(year)
    starts = [_day_in_china(_new_moon(k)) for k in range(first, last + 1)]
    signs = _sign_days(year)
    is_leap_year = last - first == 13
    months: list[Month] = []
    for start, end in pairwise(starts):
        is_leap = (
            is_leap_year
            and not any(month.is_leap for month in months)
            and not any(start <= day < end for day in signs)
        )
        number = months[-1].number if months else 10
        number = number if is_leap else number % 12 + 1
        months.append(Month(number, is_leap, start))
    return tuple(months)


def _sign_days(year: int) -> list[date]:
    """Days on which the sun enters a sign, from one winter solstice to the next."""
    solstice = _day_in_china(_sun_at(year - 1, WINTER_SOLSTICE))
    signs = [
        _day_in_china(_sun_at(year, longitude))
        for longitude in range(0, 360, SIGN_DEGREES)
    ]
    return [solstice, *sorted(signs)]


def _new_moon_before(year: int) -> int:
    """Number of the new moon that opens month 11: on or before the winter solstice."""
    solstice = _sun_at(year, WINTER_SOLSTICE)
    number = round((solstice - FIRST_NEW_MOON) / SYNODIC_DAYS) + 1
    while _day_in_china(_new_moon(number)) > _day_in_china(solstice):
        number -= 1
    return number


def _day_in_china(moment: float) -> date:
    """Day in China of a Julian ephemeris day."""
    year = 2000 + (moment - J2000) / 365.25
    universal = moment - _dynamical_seconds(year) / 86400
    return date.fromordinal(math.floor(universal + CHINA_DAYS - EPOCH_OF_ORDINALS))


def _dynamical_seconds(year: float) -> float:
    """By how much dynamical time is ahead of universal time, seconds."""
    t = year - 2000
    if t >= 50:
        return -20 + 32 * ((year - 1820) / 100) ** 2 - 0.5628 * (2150 - year)
    if t >= 5:
        return 62.92 + 0.32217 * t + 0.005589 * t**2
    # Within two seconds of what was observed from 1929 to 2005.
    if t >= -14:
        return 63.86 + 0.3345 * t - 0.060374 * t**2
    if t >= -39:
        u = year - 1975
        return 45.45 + 1.067 * u - u**2 / 260 - u**3 / 718
    u = year - 1950
    return 29.07 + 0.407 * u - u**2 / 233 + u**3 / 2547


def _sine(degrees: float) -> float:
    return math.sin(math.radians(degrees))


def _new_moon(k: int) -> float:
    """Julian ephemeris day of a new moon; number 0 is that of 6 January 2000."""
    t = k / 1236.85
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t**2
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t**2
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3
    latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2
    days = FIRST_NEW_MOON + SYNODIC_DAYS * k + 0.00015437 * t**2 - 0.00000015 * t**3
    days += sum(
        size * eccentricity**power * _sine(a * sun + b * moon + c * latitude)
        for size, power, a, b, c in MOON_TERMS
    )
    days += -0.00017 * _sine(node) - 0.009173e-6 * t**2
    return days + sum(
        size * _sine(start + speed * k) for start, speed, size in PLANET_TERMS
    )


def _sun_longitude(moment: float) -> float:
    """Apparent longitude of the sun at a Julian ephemeris day, degrees, any turn."""
    t = (moment - J2000) / 36525
    periodic = sum(size * _sine(start + speed * t) for size, speed, start in SUN_TERMS)
    aberration = 0.0000974 * _sine(267.63 + 35999.01848 * t) - 0.005575
    nutation = -0.004778 * _sine(124.90 - 1934.134 * t + 0.002063 * t**2)
    nutation -= 0.0003667 * _sine(201.11 + 72001.5377 * t + 0.00057 * t**2)
    mean = 282.7771834 + 36000.76953744 * t
    return mean + math.degrees(periodic * 1e-7) + aberration + nutation


@lru_cache(maxsize=512)
def _sun_at(year: int, longitude: int) -> float:
    """Julian ephemeris day within a year at which the sun has a longitude."""
    start = date(year, 1, 1).toordinal() + EPOCH_OF_ORDINALS
    ahead = (longitude - _sun_longitude(start)) % 360
    moment = start + ahead / 360 * TROPICAL_YEAR_DAYS
    for _ in range(6):
        off = (longitude - _sun_longitude(moment) + 180) % 360 - 180
        moment += off / 360 * TROPICAL_YEAR_DAYS
    return moment
