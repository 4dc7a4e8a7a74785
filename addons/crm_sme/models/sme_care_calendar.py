import calendar
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import lunar

KINDS = [
    ("fixed", "Same day every year"),
    ("weekday", "Weekday of a month"),
    ("lunar", "Chinese calendar"),
    ("solar_term", "Solar term"),
]
# By the longitude of the sun, from the beginning of spring on.
SOLAR_TERMS = [
    ("315", "Start of Spring (Lichun)"),
    ("330", "Rain Water (Yushui)"),
    ("345", "Awakening of Insects (Jingzhe)"),
    ("0", "Spring Equinox (Chunfen)"),
    ("15", "Pure Brightness (Qingming)"),
    ("30", "Grain Rain (Guyu)"),
    ("45", "Start of Summer (Lixia)"),
    ("60", "Grain Buds (Xiaoman)"),
    ("75", "Grain in Ear (Mangzhong)"),
    ("90", "Summer Solstice (Xiazhi)"),
    ("105", "Minor Heat (Xiaoshu)"),
    ("120", "Major Heat (Dashu)"),
    ("135", "Start of Autumn (Liqiu)"),
    ("150", "End of Heat (Chushu)"),
    ("165", "White Dew (Bailu)"),
    ("180", "Autumn Equinox (Qiufen)"),
    ("195", "Cold Dew (Hanlu)"),
    ("210", "Frost's Descent (Shuangjiang)"),
    ("225", "Start of Winter (Lidong)"),
    ("240", "Minor Snow (Xiaoxue)"),
    ("255", "Major Snow (Daxue)"),
    ("270", "Winter Solstice (Dongzhi)"),
    ("285", "Minor Cold (Xiaohan)"),
    ("300", "Major Cold (Dahan)"),
]
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
WEEKS = [
    ("1", "First"),
    ("2", "Second"),
    ("3", "Third"),
    ("4", "Fourth"),
    ("-1", "Last"),
]


class SmeCareCalendar(models.Model):
    """A day of the year on which to think of customers, and how to find it."""

    _name = "sme.care.calendar"
    _description = "Care Day"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="fixed")
    month = fields.Integer(
        default=1, help="1 to 12; of the Chinese calendar if chosen."
    )
    day = fields.Integer(
        default=1,
        help="Of the month. A month that has no such day gives its last one: day 30 of "
        "the twelfth Chinese month is New Year's Eve.",
    )
    weekday = fields.Selection(WEEKDAYS, default="6")
    week = fields.Selection(WEEKS, default="1")
    solar_term = fields.Selection(SOLAR_TERMS, default="15")
    rule = fields.Char(string="When", compute="_compute_rule")
    next_date = fields.Date(string="Next Time", compute="_compute_next_date")

    _month_range = models.Constraint(
        "CHECK(month BETWEEN 1 AND 12)", "A month is a number from 1 to 12."
    )
    _day_range = models.Constraint(
        "CHECK(day BETWEEN 1 AND 31)", "A day is a number from 1 to 31."
    )

    @api.constrains("kind", "day")
    def _check_lunar_day(self):
        if self.filtered(lambda each: each.kind == "lunar" and each.day > 30):
            raise ValidationError(
                self.env._("Months of the Chinese calendar have 30 days at most.")
            )

    @api.depends("kind", "month", "day", "weekday", "week", "solar_term")
    @api.depends_context("lang")
    def _compute_rule(self):
        for each in self:
            each.rule = each._rule_text()

    @api.depends("kind", "month", "day", "weekday", "week", "solar_term")
    def _compute_next_date(self):
        today = fields.Date.context_today(self)
        for each in self:
            each.next_date = each._next_date(today)

    def _rule_text(self):
        """How the day is found, in words.

        :rtype: str
        """
        label = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("weekday", "week", "solar_term")
        }
        if self.kind == "lunar":
            return self.env._(
                "Chinese month %(month)s, day %(day)s", month=self.month, day=self.day
            )
        if self.kind == "solar_term":
            return label["solar_term"].get(self.solar_term, "")
        if self.kind == "weekday":
            return self.env._(
                "%(week)s %(weekday)s of month %(month)s",
                week=label["week"].get(self.week, ""),
                weekday=label["weekday"].get(self.weekday, ""),
                month=self.month,
            )
        return self.env._(
            "Month %(month)s, day %(day)s", month=self.month, day=self.day
        )

    def _date_in(self, year):
        """The day on which it falls.

        :param int year: Gregorian year; of a day of the Chinese calendar the one in
            which the lunar year begins, so that the last weeks of that year fall into
            the next one
        :return: None outside of the years that can be reckoned
        :rtype: date | None
        """
        self.ensure_one()
        if self.kind in ("lunar", "solar_term"):
            try:
                if self.kind == "lunar":
                    return lunar.to_gregorian(year, self.month, self.day)
                return lunar.solar_term(year, int(self.solar_term))
            except ValueError:
                return None
        last = calendar.monthrange(year, self.month)[1]
        if self.kind == "fixed":
            return date(year, self.month, min(self.day, last))
        if self.week == "-1":
            end = date(year, self.month, last)
            return end - timedelta(days=(end.weekday() - int(self.weekday)) % 7)
        start = date(year, self.month, 1)
        ahead = (int(self.weekday) - start.weekday()) % 7
        return start + timedelta(days=ahead + 7 * (int(self.week) - 1))

    def _dates_between(self, start, end):
        """All days on which it falls within a time, both ends included.

        :param date start: first day
        :param date end: last day
        :rtype: list[date]
        """
        self.ensure_one()
        years = range(start.year - 1, end.year + 1)
        days = [self._date_in(year) for year in years]
        return sorted(day for day in days if day and start <= day <= end)

    def _next_date(self, day):
        """The next day on which it falls, this very day included.

        :param date day: where to begin
        :rtype: date | None
        """
        # Two new years of the Chinese calendar are up to 384 days apart.
        return next(iter(self._dates_between(day, day + timedelta(days=400))), None)
