"""The moment and the calendar of one refresh: everything in it sees the same today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tools import SQL

from ..tools.rhythm import day_start, local_day

YEAR_DAYS = 365
TREND_DAYS = 90
# Offsets of orders before this are looked up by PostgreSQL, row by row.
OFFSETS_SINCE = datetime(2015, 1, 1)


@dataclass(frozen=True)
class AsOf:
    """Today of a company.

    Windows of n days hold today and the n - 1 days before it.
    """

    timezone: str
    now: datetime
    today: date

    @classmethod
    def of_company(cls, company):
        """Take the present moment in the company's time zone.

        :param company: one record of ``res.company``
        """
        now = fields.Datetime.now()
        timezone = company._sme_timezone()
        return cls(timezone, now, local_day(now, timezone))

    def window_start(self, days):
        """First moment of the window of the last ``days`` days, naive UTC.

        :param int days: length of the window
        :rtype: datetime
        """
        return day_start(self.today - timedelta(days=days - 1), self.timezone)

    def day_of(self, column):
        """Calendar day of a naive UTC column, as SQL.

        The offsets since 2015 are written out, newest first: asking PostgreSQL for the
        zone row by row takes half the time of the whole refresh.

        :param SQL column: a timestamp
        :rtype: SQL
        """
        branches = [
            SQL(
                "WHEN %s >= %s THEN %s + %s::interval",
                *(column, since, column, f"{int(offset.total_seconds())} seconds"),
            )
            for since, offset in reversed(self._offsets())
        ]
        return SQL(
            "(CASE %s ELSE %s AT TIME ZONE 'UTC' AT TIME ZONE %s END)::date",
            SQL(" ").join(branches),
            column,
            self.timezone,
        )

    def _offsets(self):
        """Moments (naive UTC) from which an offset of the zone holds, rising.

        :rtype: list[tuple[datetime, timedelta]]
        """
        zone = ZoneInfo(self.timezone)

        def offset_at(moment):
            return moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()

        found = [(OFFSETS_SINCE, offset_at(OFFSETS_SINCE))]
        step = timedelta(days=7)
        start = OFFSETS_SINCE
        while start < self.now + step:
            end = start + step
            if offset_at(end) != found[-1][1]:
                found.append(_change_between(start, end, offset_at))
            start = end
        return found


def _change_between(start, end, offset_at):
    """Find the second of a change by halving.

    :return: the first moment with the new offset, and that offset
    """
    new = offset_at(end)
    while end - start > timedelta(seconds=1):
        middle = start + timedelta(seconds=int((end - start).total_seconds()) // 2)
        if offset_at(middle) == new:
            end = middle
        else:
            start = middle
    return end, new
