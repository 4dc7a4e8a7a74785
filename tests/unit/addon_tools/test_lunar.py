"""The Chinese calendar beside ``sxtwl`` 2.0.7, a test-only oracle."""

import warnings
from datetime import date, timedelta
from types import ModuleType

import pytest
from crm_sme_tools import lunar

YEARS = range(2020, 2041)
FESTIVALS = {
    "Spring Festival": (1, 1),
    "Lantern Festival": (1, 15),
    "Dragon Boat Festival": (5, 5),
    "Qixi": (7, 7),
    "Ghost Festival": (7, 15),
    "Mid-Autumn Festival": (8, 15),
    "Double Ninth": (9, 9),
    "Laba": (12, 8),
}
QINGMING, WINTER_SOLSTICE = 15, 270


@pytest.fixture(scope="module")
def oracle() -> ModuleType:
    with warnings.catch_warnings():
        # Types that SWIG makes have no module; Python tells so on import.
        warnings.filterwarnings("ignore", message="builtin type", append=False)
        import sxtwl  # noqa: PLC0415

        return sxtwl


def as_date(day) -> date:
    return date(day.getSolarYear(), day.getSolarMonth(), day.getSolarDay())


def lunar_date(day) -> tuple[int, int, int, bool]:
    return (
        day.getLunarYear(),
        day.getLunarMonth(),
        day.getLunarDay(),
        day.isLunarLeap(),
    )


def days(first: int, last: int):
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("name", FESTIVALS)
def test_festivals_of_2020_to_2040_are_those_of_the_oracle(oracle, name):
    """Demand 39: greetings at Chinese festivals, computed."""
    month, day = FESTIVALS[name]
    for year in YEARS:
        theirs = as_date(oracle.fromLunar(year, month, day))
        assert lunar.to_gregorian(year, month, day) == theirs


def test_every_day_of_2020_to_2040_is_the_oracles_and_leads_back(oracle):
    for day in days(YEARS[0], YEARS[-1]):
        found = lunar.from_gregorian(day)
        assert found == lunar_date(oracle.fromSolar(day.year, day.month, day.day)), day
        year, month, of_month, is_leap = found
        assert lunar.to_gregorian(year, month, of_month, is_leap=is_leap) == day


def test_all_solar_terms_of_2020_to_2040_are_those_of_the_oracle(oracle):
    found = 0
    for day in days(YEARS[0], YEARS[-1]):
        theirs = oracle.fromSolar(day.year, day.month, day.day)
        if theirs.hasJieQi():
            # Theirs count from the winter solstice.
            longitude = (270 + 15 * theirs.getJieQi()) % 360
            assert lunar.solar_term(day.year, longitude) == day
            found += 1
    assert found == 24 * len(YEARS)


def test_new_years_and_leap_months_of_170_years_are_those_of_the_oracle(oracle):
    for year in range(1930, 2100):
        months = lunar._months(year)
        assert months[0].start == as_date(oracle.fromLunar(year, 1, 1)), year
        leaps = [month.number for month in months[:-1] if month.is_leap]
        assert leaps == [leap for leap in [oracle.getRunMonth(year)] if leap], year


@pytest.mark.parametrize(
    ("year", "leap"),
    [(2020, 4), (2023, 2), (2025, 6), (2028, 5), (2031, 3), (2033, 11), (2036, 6),
     (2039, 5)],
)  # fmt: skip
def test_leap_months_stand_where_they_are_known_to(year, leap):
    after = lunar.to_gregorian(year, leap, 1, is_leap=True)
    assert (after - lunar.to_gregorian(year, leap, 1)).days in (29, 30)
    assert lunar.from_gregorian(after) == (year, leap, 1, True)


@pytest.mark.parametrize(
    ("year", "longitude", "day"),
    [
        (2024, QINGMING, date(2024, 4, 4)),
        (2026, QINGMING, date(2026, 4, 5)),
        (2027, QINGMING, date(2027, 4, 5)),
        (2026, WINTER_SOLSTICE, date(2026, 12, 22)),
    ],
)
def test_solar_terms_fall_on_the_published_days(year, longitude, day):
    assert lunar.solar_term(year, longitude) == day


def test_new_years_eve_is_the_last_day_of_month_12_however_long_it_is():
    for year in YEARS:
        spring = lunar.to_gregorian(year + 1, 1, 1)
        assert lunar.to_gregorian(year, 12, 30) == spring - timedelta(days=1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: lunar.to_gregorian(2026, 1, 31),
        lambda: lunar.to_gregorian(2026, 13, 1),
        lambda: lunar.to_gregorian(2026, 5, 1, is_leap=True),
        lambda: lunar.to_gregorian(1900, 1, 1),
        lambda: lunar.to_gregorian(2101, 1, 1),
        lambda: lunar.solar_term(2026, 20),
        lambda: lunar.solar_term(2200, 15),
        lambda: lunar.from_gregorian(date(1900, 5, 5)),
    ],
)
def test_what_does_not_exist_is_refused(wrong):
    with pytest.raises(ValueError, match=r"no |not for"):
        wrong()
