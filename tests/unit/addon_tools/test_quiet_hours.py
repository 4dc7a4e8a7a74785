"""Quiet hours by the customer's clock, also on the nights when it is changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from crm_sme_tools.quiet_hours import allowed_from, is_quiet
from hypothesis import given
from hypothesis import strategies as st

ZONES = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]
naive = datetime.fromisoformat
MOMENTS = st.datetimes(naive("2026-01-01"), naive("2027-12-31"))


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2026-06-15 14:00", "Asia/Shanghai", "2026-06-16 00:00"),
        ("2026-06-15 23:30", "Asia/Shanghai", "2026-06-16 00:00"),
        ("2026-06-15 14:00", "Europe/Berlin", "2026-06-15 14:00"),
        ("2026-06-15 19:00", "Europe/Berlin", "2026-06-16 06:00"),
        ("2026-03-28 22:30", "Europe/Berlin", "2026-03-29 06:00"),
        ("2026-10-24 22:30", "Europe/Berlin", "2026-10-25 07:00"),
        ("2026-06-15 00:00", "UTC", "2026-06-15 08:00"),
        ("2026-06-15 08:00", "UTC", "2026-06-15 08:00"),
    ],
)
def test_message_waits_until_the_morning_of_the_customer(moment, zone, expected):
    found = allowed_from(naive(moment), zone, 21.0, 8.0)
    assert found == naive(expected)


def test_equal_hours_mean_never_quiet():
    moment = naive("2026-06-15 03:00")
    assert allowed_from(moment, "UTC", 0, 0) == moment
    assert allowed_from(moment, "UTC", 0, 24) == moment


def test_quiet_hours_within_a_day_end_on_that_day():
    found = allowed_from(naive("2026-06-15 12:15"), "UTC", 12.0, 14.5)
    assert found == naive("2026-06-15 14:30")


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 23))
def test_moment_that_is_given_is_not_quiet_and_less_than_a_day_away(
    moment, zone, begins, ends
):
    found = allowed_from(moment, zone, begins, ends)
    assert moment <= found <= moment + timedelta(hours=25)
    local = found.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    hour = local.hour + local.minute / 60
    if begins != ends and found != moment:
        # On the nights of a change the hour itself may not exist.
        shift = abs(hour - ends)
        assert shift == pytest.approx(0) or shift == pytest.approx(1)
    elif begins != ends:
        assert not is_quiet(hour, begins, ends)
