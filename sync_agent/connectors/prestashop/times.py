"""Times of PrestaShop: in the shop's zone, without saying so.

In the hour that comes twice in autumn such a time may be either of two instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sync_agent.records.fields import version_of

_LOOK_AHEAD = timedelta(hours=3)
"""No clock goes back by more than this."""
_SECOND = timedelta(seconds=1)


def _naive(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:  # 0000-00-00 00:00:00 too
        return None


@dataclass(frozen=True, slots=True)
class ShopTimes:
    """Reads and writes times of a shop.

    Attributes:
        zone: of the shop.
        now: the shop's clock, aware; ``None`` if not known.
    """

    zone: ZoneInfo
    now: datetime | None = None

    def of(self, value: Any) -> datetime | None:
        """Return a time as aware UTC, the first of two; ``None`` if there is none."""
        naive = _naive(value)
        return (
            None if naive is None else naive.replace(tzinfo=self.zone).astimezone(UTC)
        )

    def version(self, *values: Any) -> str:
        """Return the version of a row from its stamps.

        Of two instants the later one that has come already: so a change in the second
        of two equal hours is never older than one in the first.
        """
        return version_of(*map(self._latest, values))

    def _latest(self, value: Any) -> datetime | None:
        first = self.of(value)
        naive = _naive(value)
        if first is None or naive is None:
            return None
        second = naive.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        has_come = self.now is None or second <= self.now
        return second if second > first and has_come else first

    def before(self, since: datetime) -> str:
        """Return a time (exclusive) before all that is written from an instant on.

        Args:
            since: aware.
        """
        at = since.astimezone(self.zone)
        later = (since.astimezone(UTC) + _LOOK_AHEAD).astimezone(self.zone)
        back = (at.utcoffset() or timedelta()) - (later.utcoffset() or timedelta())
        naive = at.replace(tzinfo=None, microsecond=0) - max(back, timedelta())
        return (naive - _SECOND).isoformat(" ")
