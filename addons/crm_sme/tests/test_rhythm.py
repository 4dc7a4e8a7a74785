from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import rhythm
from ..tools.rhythm import FadeLimits


@tagged("post_install", "-at_install")
class TestRhythm(BaseCase):
    def test_orders_of_one_day_are_one_step(self):
        days = [date(2026, 1, 1)] * 3 + [date(2026, 1, 11), date(2026, 1, 31)]
        measured = rhythm.measure_rhythm(days)
        self.assertEqual(measured.day_count, 3)
        self.assertEqual(measured.mean_gap, Decimal("15.0"))
        self.assertEqual(measured.gap_sd, Decimal("7.1"))
        self.assertTrue(measured.is_own)

    def test_two_days_are_no_rhythm_of_ones_own(self):
        measured = rhythm.measure_rhythm([date(2026, 1, 1), date(2026, 1, 11)])
        self.assertFalse(measured.is_own)
        self.assertEqual(measured.mean_gap, Decimal("10.0"))

    def test_nobody_and_one_order_have_no_gap(self):
        self.assertIsNone(rhythm.measure_rhythm([]).mean_gap)
        self.assertIsNone(rhythm.measure_rhythm([date(2026, 1, 1)]).mean_gap)
        self.assertIsNone(rhythm.median_gap([]))

    def test_median_of_an_even_number_is_between_the_middle_ones(self):
        gaps = [Decimal("10.1"), Decimal("20.2"), Decimal("1.0"), Decimal("99.0")]
        self.assertEqual(rhythm.median_gap(gaps), Decimal("15.2"))

    def test_late_evening_in_utc_is_the_next_day_in_shanghai(self):
        moment = datetime(2026, 3, 1, 23, 30)
        self.assertEqual(rhythm.local_day(moment, "Asia/Shanghai"), date(2026, 3, 2))
        self.assertEqual(
            rhythm.day_start(date(2026, 3, 2), "Asia/Shanghai"),
            datetime(2026, 3, 1, 16, 0),
        )

    def test_states_begin_at_their_limit(self):
        limits = FadeLimits()
        states = [
            rhythm.fade_state(Decimal(text), limits)
            for text in ("0.9", "1.0", "1.4", "1.5", "2.9", "3.0", "5.9", "6.0")
        ]
        self.assertEqual(
            states,
            [
                *("steady", "watch", "watch", "fading", "fading"),
                *("lapsed", "lapsed", "lost"),
            ],
        )

    def test_ratio_is_rounded_and_stops_at_its_cap(self):
        self.assertEqual(rhythm.overdue_ratio(63, Decimal(30)), Decimal("2.1"))
        self.assertEqual(rhythm.overdue_ratio(10**6, Decimal(1)), Decimal("99.9"))
        self.assertEqual(rhythm.overdue_ratio(-1, Decimal(30)), Decimal("0.0"))

    def test_next_order_is_at_least_a_day_away(self):
        self.assertEqual(
            rhythm.next_order_date(date(2026, 1, 1), Decimal("0.2")), date(2026, 1, 2)
        )
        self.assertEqual(
            rhythm.next_order_date(date(2026, 1, 1), Decimal("30.5")), date(2026, 2, 1)
        )

    def test_a_state_is_dated_back_to_where_it_began(self):
        limits, last = FadeLimits(), date(2026, 1, 1)
        today = date(2026, 12, 31)
        since = rhythm.state_since("lapsed", last, Decimal(30), limits, today)
        self.assertEqual(since, date(2026, 4, 1))
        self.assertEqual(
            rhythm.state_since("steady", last, Decimal(30), limits, today), last
        )
