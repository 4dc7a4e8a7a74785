from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, freeze_time, tagged


@tagged("post_install", "-at_install")
class TestCareCalendar(TransactionCase):
    """Demand 39: greetings at fixed days, the festivals of China among them."""

    def _day(self, name):
        return self.env.ref(f"crm_sme.sme_care_calendar_{name}")

    def _make(self, **vals):
        return self.env["sme.care.calendar"].create({"name": "Day", **vals})

    def test_festivals_fall_on_their_published_days_of_2026(self):
        expected = {
            "new_year": date(2026, 1, 1),
            "spring_festival": date(2026, 2, 17),
            "lantern": date(2026, 3, 3),
            "qingming": date(2026, 4, 5),
            "mother": date(2026, 5, 10),
            "dragon_boat": date(2026, 6, 19),
            "father": date(2026, 6, 21),
            "qixi": date(2026, 8, 19),
            "mid_autumn": date(2026, 9, 25),
            "double_ninth": date(2026, 10, 18),
            "winter_solstice": date(2026, 12, 22),
            "new_years_eve": date(2027, 2, 5),
        }
        found = {name: self._day(name)._date_in(2026) for name in expected}
        self.assertEqual(found, expected)

    def test_a_day_of_the_twelfth_month_is_found_in_whatever_year_it_falls(self):
        laba = self._day("laba")
        self.assertEqual(
            laba._dates_between(date(2022, 1, 1), date(2022, 12, 31)),
            [date(2022, 1, 10), date(2022, 12, 30)],
        )
        self.assertEqual(laba._dates_between(date(2023, 1, 1), date(2023, 12, 31)), [])
        self.assertEqual(laba._next_date(date(2023, 1, 1)), date(2024, 1, 18))

    def test_the_next_time_is_today_or_later(self):
        spring = self._day("spring_festival")
        self.assertEqual(spring._next_date(date(2026, 2, 17)), date(2026, 2, 17))
        self.assertEqual(spring._next_date(date(2026, 2, 18)), date(2027, 2, 6))
        with freeze_time("2026-09-01 12:00:00"):
            self.assertEqual(self._day("mid_autumn").next_date, date(2026, 9, 25))

    def test_a_day_that_a_month_has_not_is_its_last_one(self):
        leap = self._make(kind="fixed", month=2, day=29)
        self.assertEqual(leap._date_in(2028), date(2028, 2, 29))
        self.assertEqual(leap._date_in(2027), date(2027, 2, 28))

    def test_weekdays_count_from_the_beginning_or_the_end_of_a_month(self):
        first = self._make(kind="weekday", month=11, week="1", weekday="6")
        self.assertEqual(first._date_in(2026), date(2026, 11, 1))
        fourth = self._make(kind="weekday", month=11, week="4", weekday="3")
        self.assertEqual(fourth._date_in(2026), date(2026, 11, 26))
        last = self._make(kind="weekday", month=5, week="-1", weekday="0")
        self.assertEqual(last._date_in(2026), date(2026, 5, 25))

    def test_a_year_that_cannot_be_reckoned_has_no_day(self):
        self.assertIsNone(self._day("spring_festival")._date_in(2200))
        self.assertIsNone(self._day("qingming")._next_date(date(2150, 1, 1)))

    def test_days_that_cannot_be_are_refused(self):
        with self.assertRaises(ValidationError):
            self._make(kind="lunar", month=1, day=31)

    def test_the_rule_is_told_in_words(self):
        self.assertEqual(self._day("mid_autumn").rule, "Chinese month 8, day 15")
        self.assertEqual(self._day("mother").rule, "Second Sunday of month 5")
        self.assertEqual(self._day("qingming").rule, "Pure Brightness (Qingming)")
        self.assertEqual(self._day("christmas").rule, "Month 12, day 25")
