"""What the SQL finds, next to the plain way and in the cases that are easily wrong."""

from datetime import datetime, timedelta

from odoo.tests import tagged

from .metrics_common import NOW, ZONE, MetricsCase

CASES = 6


@tagged("post_install", "-at_install")
class TestMetrics(MetricsCase):
    def check_figures(self, company=None):
        """Compare every figure of every customer with the plain way."""
        stored, slow = self.figures(company), self.slow_figures(company)
        self.assertTrue(slow)
        self.assertEqual(
            {key for key, row in stored.items() if row["order_count"]},
            {key for key, row in slow.items() if row["order_count"]},
        )
        for key, expected in slow.items():
            for name, value in expected.items():
                found = stored[key][name]
                message = f"{name} of customer {key}"
                if isinstance(found, float):
                    self.assertAlmostEqual(found, float(value), 4, message)
                else:
                    self.assertEqual(found, value, message)

    def test_sql_and_the_plain_way_agree_on_random_shops(self):
        """Demands 46, 48, 58: every figure equals the plain computation."""
        zones = ["Asia/Shanghai", "America/New_York", "UTC", "Europe/Berlin"]
        for seed in range(CASES):
            company = self._make_company(f"Random {seed}", "EUR", zones[seed % 4])
            with self.subTest(seed=seed):
                size = [2, 4, 5, 12, 30, 40][seed]
                self._make_random_shop(seed, size, self._make_source(company))
                self.refresh(company=company)
                self.check_figures(company)

    def test_late_evening_in_utc_counts_for_the_next_day_in_shanghai(self):
        partner = self._make_partner()
        self._make_order(partner, datetime(2026, 6, 1, 23, 30))
        self.refresh()
        self.assertEqual(str(self.row(partner).last_order_date), "2026-06-02")

    def test_days_follow_the_zone_through_summer_time(self):
        self.company.partner_id.tz = "Europe/Berlin"
        partner = self._make_partner()
        # 23:30 in winter, 00:30 of the next day in summer.
        self._make_order(partner, datetime(2026, 3, 28, 22, 30))
        self._make_order(partner, datetime(2026, 3, 29, 22, 30))
        self._make_order(partner, datetime(1999, 7, 1, 22, 30))
        self.refresh()
        row = self.row(partner)
        self.assertEqual(str(row.first_order_date), "1999-07-02")
        self.assertEqual(str(row.last_order_date), "2026-03-30")
        self.check_figures()

    def test_company_without_a_zone_uses_its_working_hours_or_utc(self):
        self.assertEqual(self.company._sme_timezone(), ZONE)
        self.company.partner_id.tz = False
        self.company.resource_calendar_id.tz = "Europe/Berlin"
        self.assertEqual(self.company._sme_timezone(), "Europe/Berlin")
        self.company.resource_calendar_id = False
        self.assertEqual(self.company._sme_timezone(), "UTC")

    def test_orders_of_one_day_are_one_step_of_the_rhythm(self):
        partner = self._make_partner()
        for days in (40, 40, 30, 20, 20):
            self._make_order(partner, days)
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.order_count, 5)
        self.assertEqual(row.mean_gap_days, 10)
        self.assertEqual(row.gap_sd, 0)
        self.assertEqual(row.rhythm_source, "own")

    def test_first_day_does_not_count_for_the_value_of_repeat_orders(self):
        partner = self._make_partner()
        for days, revenue in ((40, 900), (40, 100), (30, 60), (30, 20), (20, 40)):
            self._make_order(partner, days, revenue)
        self._make_refund(self._make_order(partner, 10, 50), 5)
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.order_days, 3)
        self.assertEqual(row.repeat_value, 60)

    def test_one_day_with_orders_has_no_value_of_repeat_orders(self):
        partner = self._make_partner()
        self._make_order(partner, 40, 90)
        self._make_order(partner, 40, 10)
        self.refresh()
        self.assertEqual(self.row(partner).order_days, 1)
        self.assertEqual(self.row(partner).repeat_value, 0)

    def test_order_paid_back_as_a_whole_is_no_order(self):
        partner = self._make_partner()
        self._make_order(partner, 50, 80)
        self._make_refund(self._make_order(partner, 20, 100), 10)
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.order_count, 1)
        self.assertEqual(row.revenue, 80)
        self.assertEqual(row.refund_amount, 100)
        self.assertAlmostEqual(row.refund_rate, 0.5556)
        self.assertEqual((NOW.date() - row.last_order_date).days, 50)

    def test_several_refunds_together_pay_back_the_order(self):
        partner = self._make_partner()
        order = self._make_order(partner, 20, 100)
        self._make_refund(order, 10, 60)
        self._make_refund(order, 5, 40)
        self.refresh()
        self.assertEqual(self.row(partner).order_count, 0)
        self.assertEqual(self.row(partner).fade_state, "none")

    def test_two_orders_of_one_moment_are_told_apart(self):
        """An import with days only gives equal times; one of two is paid back."""
        partner = self._make_partner()
        moment = datetime(2026, 5, 1)
        self._make_refund(self._make_order(partner, moment, 100), 10)
        self._make_order(partner, moment, 70)
        self.refresh()
        self.assertEqual(self.row(partner).order_count, 1)
        self.assertEqual(self.row(partner).revenue, 70)

    def test_more_refunds_than_sales_are_the_lowest_monetary_class(self):
        for number in range(5):
            self._make_order(self._make_partner(), 10 + number, 100)
        partner = self._make_partner()
        order = self._make_order(partner, 800, 500)
        self._make_refund(order, 5, 400)
        self._make_order(partner, 3, 10)
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.m_score, 1)
        self.assertEqual(row.revenue_12m, -390)
        self.check_figures()

    def test_guests_have_no_row_and_change_nobodys(self):
        partner = self._make_partner()
        self._make_order(partner, 5, 100)
        self._make_order(self.env["res.partner"], 5, 900, is_guest=True)
        self.refresh()
        self.assertEqual(sum(r["revenue"] for r in self.figures().values()), 100)

    def test_contacts_count_for_their_company(self):
        """Demand 58: figures belong to the commercial partner."""
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        self._make_order(head, 20, 100)
        self._make_order(contact, 10, 50)
        self.refresh()
        self.assertEqual(self.row(head).revenue, 150)
        self.assertFalse(self.row(contact))

    def test_two_companies_keep_apart(self):
        other = self._make_company("Other Ltd", "USD", "UTC")
        source = self._make_source(other)
        partner = self._make_partner()
        self._make_order(partner, 20, 100)
        self._make_order(partner, 10, 40, source=source)
        self.refresh()
        self.refresh(company=other)
        self.assertEqual(self.row(partner).revenue, 100)
        self.assertEqual(self.row(partner, other).revenue, 40)
        self.assertEqual(self.row(partner, other).currency_id.name, "USD")

    def test_four_customers_have_figures_but_no_classes(self):
        for number in range(4):
            self._make_order(self._make_partner(), 10 * number, 50)
        self.refresh()
        rows = list(self.figures().values())
        self.assertEqual({row["rfm_code"] for row in rows}, {False})
        self.assertEqual({row["revenue"] for row in rows}, {50})

    def test_first_customer_goes_by_the_assumed_rhythm(self):
        self.company.sme_default_gap_days = 20
        partner = self._make_partner()
        self._make_order(partner, 30)
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.rhythm_source, "setting")
        self.assertEqual(row.overdue_ratio, 1.5)
        self.assertEqual(row.fade_state, "fading")

    def test_new_customers_go_by_the_median_of_the_others(self):
        for gap in (10, 20, 60):
            regular = self._make_partner()
            for step in range(4):
                self._make_order(regular, step * gap)
        newcomer = self._make_partner()
        self._make_order(newcomer, 40)
        self.refresh()
        row = self.row(newcomer)
        self.assertEqual(row.rhythm_source, "company")
        self.assertEqual(row.mean_gap_days, 20)
        self.assertEqual(row.overdue_ratio, 2)

    def test_order_of_tomorrow_is_not_overdue(self):
        partner = self._make_partner()
        self._make_order(partner, NOW + timedelta(hours=20))
        self.refresh()
        self.assertEqual(self.row(partner).overdue_ratio, 0)

    def test_refresh_of_an_empty_company_does_nothing(self):
        self.assertEqual(self.refresh(), 0)
        self.assertEqual(self.refresh(self.env["res.partner"]), 0)

    def test_trend_compares_with_the_ninety_days_before(self):
        """Demand 100: decline shows in money, too."""
        partner = self._make_partner()
        self._make_order(partner, 89, 40)
        self._make_order(partner, 90, 100)
        self._make_order(partner, 180, 1000)
        self.refresh()
        row = self.row(partner)
        self.assertEqual((row.revenue_90d, row.revenue_prev_90d), (40, 100))
        self.assertEqual(row.trend_amount, -60)
