"""The forecast columns: SQL next to the plain way, and the cases easily gone wrong."""

import sys
from datetime import timedelta
from unittest.mock import patch

import numpy as np

from odoo.tests import freeze_time, tagged

from ..metrics.as_of import AsOf
from ..tools import clv, customer_forecast
from .metrics_common import NOW, MetricsCase

FIGURES = ("p_order_90d", "expected_orders_12m", "expected_revenue_12m", "clv")


class ForecastCase(MetricsCase):
    def forecast(self, company=None):
        """Give the forecast of a company that counts, maybe none."""
        return self.env["sme.forecast"]._newest(company or self.company)

    def stored(self, partner, name):
        """Read a column as it stands in the database, None where it is empty."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT {name} FROM sme_customer_value WHERE id = %s",
            [self.row(partner).id],
        )
        return self.env.cr.fetchone()[0]

    def histories(self, company=None):
        """Columns partner, x, t_x, age, mean value of repeat orders, the plain way."""
        company = company or self.company
        today = AsOf.of_company(company).today
        rows = []
        for head, fact in self.slow_facts(company).items():
            if fact.event_days:
                first, last = fact.event_days[0], fact.event_days[-1]
                rows.append(
                    (
                        head,
                        len(fact.event_days) - 1,
                        (last - first).days,
                        max((today - first).days, (last - first).days),
                        float(fact.repeat_value or 0),
                    )
                )
        return rows

    def check_scores(self, company=None):
        """Compare what is stored of each customer with the plain way."""
        company = company or self.company
        rows = self.histories(company)
        forecast = self.forecast(company)
        ids, x, t_x, age, value = zip(*rows, strict=True)
        scores = customer_forecast.score(
            forecast._timing_params(customer_forecast),
            clv.GammaGammaParams(forecast.p, forecast.q, forecast.v),
            *(x, t_x, age),
            mean_value=np.array(value),
            discount=company.sme_discount,
            margin=company.sme_margin_share or forecast.margin_share,
        )
        stored = self.figures(company)
        expected = {
            "p_alive": (np.nan_to_num(scores.p_alive), 0.01),
            "p_order_90d": (scores.p_order, 0.01),
            "expected_orders_12m": (scores.orders, 0.01),
            "expected_revenue_12m": (scores.revenue, 0.01),
            "clv": (scores.value, 0.01),
            "value_at_risk": (scores.at_risk, 0.01),
        }
        for place, head in enumerate(ids):
            for name, (values, unit) in expected.items():
                message = f"{name} of customer {head}"
                found = stored[head][name]
                delta = 0.51 * unit + 1e-9 * abs(values[place])
                self.assertAlmostEqual(found, values[place], None, message, delta)


@tagged("post_install", "-at_install")
class TestForecast(ForecastCase):
    def test_sql_and_the_plain_way_agree_on_random_shops(self):
        """Demands 58, 61: each figure of the forecast equals the plain computation."""
        zones = ["Asia/Shanghai", "America/New_York", "UTC", "Europe/Berlin"]
        for seed, size in enumerate((1, 2, 5, 12, 40, 80)):
            company = self._make_company(f"Random {seed}", "EUR", zones[seed % 4])
            company.sme_discount = (0, 0.1, 0.3)[seed % 3]
            company.sme_margin_share = (0, 0.4)[seed % 2]
            with self.subTest(seed=seed):
                self._make_random_shop(seed, size, self._make_source(company))
                self.refresh(company=company)
                self.check_scores(company)

    def test_fit_is_that_of_the_library_on_week_buckets(self):
        self._make_random_shop(3, 40, self.source)
        self.refresh()
        _ids, x, t_x, age, _value = zip(*self.histories(), strict=True)
        buckets = clv.week_buckets(x, t_x, age)
        fit = clv.fit_bg_nbd(buckets.x, buckets.t_x, buckets.age, buckets.weights)
        forecast = self.forecast()
        for name in ("r", "alpha", "a", "b"):
            expected = getattr(fit.params, name)
            self.assertAlmostEqual(forecast[name] / expected, 1, 4, name)
        self.assertAlmostEqual(forecast.log_likelihood, fit.log_likelihood, 3)
        self.assertEqual(forecast.customers, len(x))
        self.assertEqual(forecast.repeat_buyers, sum(n > 0 for n in x))

    def test_values_of_orders_are_learnt_from_groups_as_from_each(self):
        self._make_random_shop(4, 60, self.source)
        self.refresh()
        _ids, x, _t_x, _age, value = zip(*self.histories(), strict=True)
        fit = clv.fit_gamma_gamma(x, value)
        forecast = self.forecast()
        exact = fit.params.population_mean
        grouped = forecast.p * forecast.v / (forecast.q - 1)
        self.assertAlmostEqual(grouped / exact, 1, 2)

    def test_one_time_buyer_is_never_said_to_be_alive_for_sure(self):
        """Demand 58: nothing is said of who bought once, but his chance of an order."""
        partner = self._make_partner()
        self._make_order(partner, 40)
        self.refresh()
        self.assertIsNone(self.stored(partner, "p_alive"))
        row = self.row(partner)
        self.assertGreater(row.p_order_90d, 0)
        self.assertLess(row.p_order_90d, 1)
        self.assertFalse(row.value_at_risk)

    def test_tiny_shops_get_an_answer_that_is_marked_as_a_guess(self):
        for size in (1, 2, 5):
            company = self._make_company(f"Tiny {size}", "EUR", "UTC")
            source = self._make_source(company)
            for number in range(size):
                partner = self._make_partner()
                for turn in range(number + 1):
                    self._make_order(partner, 10 * turn + 1, source=source)
            with self.subTest(size=size):
                self.refresh(company=company)
                forecast = self.forecast(company)
                self.assertIn("few_customers", forecast.doubts)
                self.assertEqual(forecast.trust, "low")
                self.check_scores(company)
                rows = self.env["sme.customer.value"].search(
                    [("company_id", "=", company.id)]
                )
                self.assertEqual(set(rows.mapped("confidence")), {"low"})

    def test_company_without_customers_has_no_forecast(self):
        self.assertEqual(self.refresh(), 0)
        self.assertFalse(self.forecast())

    def test_shop_of_one_time_buyers_only_is_foreseen_and_doubted(self):
        for _ in range(7):
            self._make_order(self._make_partner(), 30, 20)
        self.refresh()
        forecast = self.forecast()
        self.assertIn("no_repeat_orders", forecast.doubts)
        self.assertIn("Nobody has ordered twice", forecast.reservations)
        self.check_scores()

    def test_refunds_beyond_the_repeat_orders_do_no_harm(self):
        partner = self._make_partner()
        first = self._make_order(partner, 50, 500)
        self._make_order(partner, 40, 20)
        self._make_refund(first, 30, 400)
        self.refresh()
        self.assertEqual(self.row(partner).repeat_value, -380)
        self.assertGreaterEqual(self.row(partner).expected_revenue_12m, 0)
        self.check_scores()

    def test_guests_and_customers_without_orders_have_no_forecast(self):
        self._make_order(self.env["res.partner"], 5, is_guest=True)
        partner = self._make_partner()
        self._make_order(partner, 5, state="pending")
        self._make_order(self._make_partner(), 5)
        self.refresh()
        self.assertEqual(self.forecast().customers, 1)
        self.assertEqual(self.row(partner).confidence, "none")
        for name in ("p_alive", *FIGURES):
            self.assertIsNone(self.stored(partner, name), name)

    def test_companies_have_forecasts_of_their_own(self):
        other = self._make_company("Other Ltd", "JPY", "UTC")
        partner = self._make_partner()
        for days in (90, 60, 30, 2):
            self._make_order(partner, days, 100)
        self._make_order(partner, 300, 9000, source=self._make_source(other))
        self.refresh()
        self.refresh(company=other)
        self.assertEqual(self.forecast().repeat_buyers, 1)
        self.assertEqual(self.forecast(other).repeat_buyers, 0)
        here, there = self.row(partner), self.row(partner, other)
        self.assertGreater(here.p_order_90d, there.p_order_90d)
        self.assertEqual(there.expected_revenue_12m % 1, 0, "yen have no cents")
        self.assertGreater(there.expected_revenue_12m, 0)

    def test_a_second_refresh_writes_nothing_a_day_later_little(self):
        self._make_random_shop(5, 60, self.source)
        self.refresh()
        rows = self.versions()
        fits = self.versions("sme_forecast")
        partners = self.env["sme.customer.value"].search([]).partner_id
        self.assertEqual(self.refresh(), 0)
        self.assertEqual(self.refresh(partners), 0)
        self.assertEqual(self.versions(), rows)
        self.assertEqual(self.versions("sme_forecast"), fits)
        before = self._forecasts()
        with freeze_time(NOW + timedelta(days=1)):
            self.refresh()
        changed = {key for key, row in self._forecasts().items() if row != before[key]}
        self.assertLess(len(changed), 0.4 * len(before))

    def _forecasts(self):
        names = ("p_alive", "confidence", "value_at_risk", *FIGURES)
        return {
            key: [row[name] for name in names] for key, row in self.figures().items()
        }

    def test_fit_is_made_once_a_week_and_when_the_base_has_grown(self):
        for _ in range(10):
            self._make_order(self._make_partner(), 30)
        self.refresh()
        first = self.forecast()
        self.assertEqual(first.fitted_on, NOW)
        with freeze_time(NOW + timedelta(days=6)):
            self.refresh()
            self.assertEqual(self.forecast(), first)
        with freeze_time(NOW + timedelta(days=7)):
            self.refresh()
        second = self.forecast()
        self.assertNotEqual(second, first)
        self.assertTrue(second.is_newest)
        self.assertFalse(first.is_newest)
        newcomers = self.env["res.partner"]
        for _ in range(3):
            newcomers |= self._make_partner()
            self._make_order(newcomers[-1], 3)
        with freeze_time(NOW + timedelta(days=7, hours=1)):
            self.refresh(newcomers)
            self.assertEqual(self.forecast(), second, "a part is nothing to learn from")
            self.refresh()
        self.assertEqual(self.forecast().customers, 13)
        self.assertEqual(
            self.env["sme.forecast"].search_count(
                [("company_id", "=", self.company.id)]
            ),
            3,
        )

    def test_refresh_of_some_scores_them_as_a_refresh_of_all(self):
        partner = self._make_partner()
        self._make_random_shop(6, 20, self.source)
        self.refresh()
        self._make_order(partner, 20, 70)
        self._make_order(partner, 1, 70)
        self.refresh(partner)
        alone = self._forecasts()
        self.assertGreater(alone[partner.id][0], 0)
        self.check_scores()
        self.refresh()
        self.assertEqual(self._forecasts(), alone)

    def test_without_numpy_the_forecast_hides_and_all_else_works(self):
        partner = self._make_partner()
        for days in (60, 30, 1):
            self._make_order(partner, days)
        with patch.dict(sys.modules, {"numpy": None}):
            self.assertTrue(self.refresh())
            row = self.row(partner)
            self.assertEqual(row.order_count, 3)
            self.assertEqual(row.confidence, "none")
            self.assertFalse(self.forecast())
        self.refresh()
        self.assertEqual(self.row(partner).confidence, "low")
        self.assertTrue(self.row(partner).p_alive)
        forecast = self.forecast()
        self.assertFalse(forecast.is_library_missing)
        with patch.dict(sys.modules, {"scipy": None}):
            forecast.invalidate_recordset()
            self.assertTrue(forecast.is_library_missing)
            self.refresh()
            self.assertEqual(self.row(partner).confidence, "none")
            self.assertIsNone(self.stored(partner, "clv"))
            self.assertEqual(self.refresh(), 0)

    def test_margin_of_orders_without_known_cost_is_left_out(self):
        """Demand 61: the lifetime value goes by the margin that is known."""
        partner = self._make_partner()
        self._make_order(partner, 60, 100, margin=40)
        unknown = self._make_order(partner, 30, 900)
        unknown.flush_recordset()
        self.env.cr.execute(
            "UPDATE sme_order SET margin = NULL WHERE id = %s", [unknown.id]
        )
        self.refresh()
        self.assertEqual(self.forecast().margin_share, 0.4)
        self.company.sme_margin_share = 0.8
        small = self.row(partner).clv
        self.refresh()
        self.assertAlmostEqual(self.row(partner).clv, 2 * small, delta=0.02)

    def test_how_sure_follows_the_base_and_the_own_orders(self):
        forecast = self.env["sme.forecast"]
        often, twice, once = (self._make_partner(name) for name in ("5", "2", "1"))
        for partner, times in ((often, 5), (twice, 2), (once, 1)):
            for turn in range(times):
                self._make_order(partner, 20 * turn + 1)
        self.refresh()
        forecast = self.forecast()
        forecast.trust = "high"
        self.refresh()
        found = [self.row(each).confidence for each in (often, twice, once)]
        self.assertEqual(found, ["high", "medium", "low"])
        forecast.trust = "medium"
        self.refresh()
        found = [self.row(each).confidence for each in (often, twice, once)]
        self.assertEqual(found, ["medium", "medium", "low"])
