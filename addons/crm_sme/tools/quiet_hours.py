"""Hours in which customers are left alone, by the clock on their own wall."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_HOURS = 24.0


def allowed_from(
    moment: datetime, timezone: str, begins: float, ends: float
) -> datetime:
    """First moment from ``moment`` on that is not in the quiet hours.

    Args:
        moment: naive UTC.
        timezone: IANA name of where the customer is.
        begins: hour of the local day at which it becomes quiet, 0 <= begins <= 24.
        ends: hour at which it ends; before ``begins``: on the next day. Equal hours
            mean that it is never quiet.
    Returns:
        Naive UTC; ``moment`` itself when it is not quiet then.
    """
    begins, ends = begins % DAY_HOURS, ends % DAY_HOURS
    if begins == ends:
        return moment
    zone = ZoneInfo(timezone)
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    hour = local.hour + local.minute / 60 + local.second / 3600
    if not is_quiet(hour, begins, ends):
        return moment
    day = local.date()
    if begins > ends and hour >= begins:
        day += timedelta(days=1)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    minutes = round(ends * 60)
    end = midnight.replace(hour=minutes // 60, minute=minutes % 60)
    found = end.astimezone(UTC).replace(tzinfo=None)
    # On the night of a change of the clock the hour may have passed already.
    return max(found, moment)


def is_quiet(hour: float, begins: float, ends: float) -> bool:
    """Say whether an hour of the day lies in the quiet hours.

    Args:
        hour: 0 <= hour < 24, e.g. 21.5 for half past nine in the evening.
        begins: first quiet hour.
        ends: first hour that is not quiet any more.
    """
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends
