"""Times of Youzan: Beijing's, without saying so; or seconds or milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

BEIJING = timezone(timedelta(hours=8))
"""China has no summer time: each time is one instant."""
FORMAT = "%Y-%m-%d %H:%M:%S"
_MILLISECONDS = 10**11
"""Above this a number counts milliseconds: as seconds it is the year 5138."""


def time_of(value: Any) -> datetime | None:
    """Return a time as aware UTC, ``None`` when there is none.

    Args:
        value: text, or a number whose size tells its unit: the documentation says
            seconds where the answers hold milliseconds.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _instant(value) if value > 0 else None
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isdigit():
        return _instant(int(value)) if int(value) > 0 else None
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=BEIJING)).astimezone(UTC)


def _instant(number: int) -> datetime | None:
    seconds = number / 1000 if number > _MILLISECONDS else number
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def text_of(seconds: int) -> str:
    """Return an instant (seconds since 1970) as Youzan writes it."""
    return datetime.fromtimestamp(seconds, BEIJING).strftime(FORMAT)
