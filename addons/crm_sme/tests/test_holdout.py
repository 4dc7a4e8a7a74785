"""The check of the forecast on the past: its sums, its words, its button."""

import random
import sys
from datetime import timedelta
from unittest.mock import patch

import numpy as np

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..metrics import holdout, touched
from ..metrics.as_of import AsOf
from ..tools import clv, rhythm
from .metrics_common import NOW, ZONE
from .test_forecast import ForecastCase


@tagged("post_install", "-at_install")
class TestHoldout(ForecastCase):
    def check(self, company=None):
        """Refresh, check the newest forecast and give it."""
        self.refresh(company=company)
        holdout.check_newest(self.env, company or self.company)
        return self.forecast(company)

    def _make_shop(self, customers=60, days=700, seed=1, gap=40):
        """Customers who order at an own pace and then stop, some paid back."""
        dice = random.Random(seed)
        for _ in range(customers):
            partner = self._make_partner()
            day, pace = dice.uniform(1, days), dice.expovariate(1 / gap) + 1
            while day > 0:
                order = self._make_order(partner, int(day), dice.randrange(5, 300))
                if dice.random() < 0.1:
                    self._make_refund(order, int(day) // 2, dice.randrange(1, 5))
                if dice.random() < 0.15:
                    break
                day -= dice.expovariate(1 / pace)

    def slow_check(self, cut, days):
        """The sums of a check, customer by customer."""
        today = AsOf.of_company(self.company).today
        past = []
        for _head, bookings in sorted(self._bookings(self.company).items()):
            dated = [(rhythm.local_day(each.at, ZONE), each) for each in bookings]
            events = sorted({day for day, each in dated if each.is_event})
            before = [day for day in events if day <= cut]
            if not before:
                continue
            spent = sum(float(each.revenue) for day, each in dated if day <= cut)
            first = sum(
                float(each.revenue)
                for day, each in dated
                if each.is_event and day == before[0]
            )
            x = len(before) - 1
            past.append(
                (
                    *(x, (before[-1] - before[0]).days, (cut - before[0]).days),
                    (spent - first) / x if x else 0,
                    sum(cut < day <= today for day in events),
                    sum(float(each.revenue) for day, each in dated if day > cut),
                    spent,
                )
            )
        x, t_x, age, value, came, later, spent = np.array(past).T
        buckets = clv.week_buckets(x, t_x, age)
        fit = clv.fit_bg_nbd(buckets.x, buckets.t_x, buckets.age, buckets.weights)
        params = fit.params
        spend = clv.fit_gamma_gamma(x, value).params
        orders = clv.expected_orders(params, x, t_x / 7, age / 7, days / 7)
        revenue = orders * clv.expected_order_value(spend, x, value)
        naive = x * days / np.maximum(age, 7)
        return {
            "check_customers": x.size,
            "orders_actual": came.sum(),
            "orders_forecast": orders.sum(),
            "orders_naive": naive.sum(),
            "revenue_actual": later.sum(),
            "revenue_forecast": revenue.sum(),
            "revenue_naive": (naive * np.maximum(value, 0)).sum(),
            "miss_forecast": np.abs(orders - came).mean(),
            "miss_naive": np.abs(naive - came).mean(),
            "top_forecast": _overlap(revenue, later),
            "top_naive": _overlap(spent, later),
        }

    def test_sums_are_those_of_the_plain_way(self):
        """Demand 97: the forecast is checked on the company's own past."""
        self._make_shop()
        forecast = self.check()
        self.assertEqual(forecast.check_days, 91)
        today = AsOf.of_company(self.company).today
        self.assertEqual(forecast.check_day, today - timedelta(days=91))
        slow = self.slow_check(forecast.check_day, 91)
        for name, value in slow.items():
            # Values of orders are learnt from groups: a per mille of the revenue.
            delta = 0.01 + abs(value) * (0.005 if "revenue" in name else 1e-4)
            if name.startswith("top"):
                delta = 0.2  # one customer of the tenth may change places
            self.assertAlmostEqual(forecast[name], value, None, name, delta)

    def test_season_is_the_same_weeks_over_the_year_round_them(self):
        partners = [self._make_partner() for _ in range(10)]
        for days in range(1, 900, 10):
            many = 364 + 91 - 91 <= days < 364 + 91
            for partner in partners[: 10 if many else 4]:
                self._make_order(partner, days)
        forecast = self.check()
        self.assertAlmostEqual(forecast.season, 10 / (0.25 * 10 + 0.75 * 4), 1)
        self.assertIn("Season: the same weeks", forecast.findings)
        self.assertIn("more orders than the average", forecast.findings)

    def test_short_history_has_no_season_and_a_shorter_check(self):
        self._make_shop(20, 100)
        forecast = self.check()
        self.assertFalse(forecast.season)
        self.assertEqual(forecast.check_days, forecast.history_days // 4)

    def test_history_too_short_for_a_check_says_so(self):
        for _ in range(3):
            self._make_order(self._make_partner(), 20)
        forecast = self.check()
        self.assertEqual(forecast.check_days, 0)
        self.assertEqual(
            forecast.headline,
            "Do not trust: 20 days of history are too few for a check.",
        )
        self.assertFalse(forecast.findings)

    def test_small_base_is_named_with_its_number(self):
        self._make_shop(40)
        forecast = self.check()
        count = forecast.check_customers
        self.assertEqual(forecast.headline, f"Do not trust: only {count} customers.")
        self.assertEqual(forecast.trust, "low")

    def test_errors_are_told_in_words(self):
        self.refresh()
        forecast = self.env["sme.forecast"].create(
            {
                "company_id": self.company.id,
                "fitted_on": NOW,
                "checked_on": NOW,
                "trust": "high",
                "check_trust": "high",
                "check_days": 91,
                "check_customers": 1000,
                "orders_actual": 100,
                "orders_forecast": 91,
                "orders_naive": 147,
                "revenue_actual": 1000,
                "revenue_forecast": 1000,
                "miss_forecast": 0.5,
                "miss_naive": 0.7,
                "top_forecast": 0.6,
                "top_naive": 0.5,
            }
        )
        self.assertAlmostEqual(forecast.error, -0.09)
        self.assertIn(
            "The forecast is 9 % below what happened, the naive one 47 % above.",
            forecast.findings,
        )
        self.assertIn("named 60 %", forecast.findings)
        self.assertEqual(forecast.headline, "The forecast came close to what happened.")
        forecast.miss_naive = 0.4
        self.assertIn("a naive forecast hit single", forecast.headline)
        forecast.orders_forecast = 140
        self.assertEqual(forecast.headline, "Trust the ranking, not the sums.")
        forecast.orders_forecast = 240
        self.assertEqual(forecast.headline, "Do not trust: the forecast was far off.")
        forecast.orders_actual = 20
        self.assertIn("only 20 orders came", forecast.headline)
        forecast.season = 0.7
        self.assertIn("30 % fewer orders", forecast.findings)

    def test_shops_of_every_size_are_checked_without_a_fault(self):
        for size in (0, 1, 2, 5):
            company = self._make_company(f"Size {size}", "EUR", "UTC")
            source = self._make_source(company)
            for number in range(size):
                partner = self._make_partner()
                for turn in range(1 + number % 3):
                    days = 300 - 100 * turn
                    self._make_order(partner, days, 50, source=source)
            with self.subTest(size=size):
                forecast = self.check(company)
                self.assertEqual(bool(forecast), size > 0)
                self.assertEqual(bool(forecast.checked_on), size > 0)

    def test_customers_without_repeat_orders_are_checked_too(self):
        for days in range(100, 500, 10):
            self._make_order(self._make_partner(), days)
        forecast = self.check()
        self.assertEqual(forecast.orders_actual, 0)
        self.assertEqual(forecast.orders_naive, 0)
        self.assertEqual(forecast.check_trust, "low")

    def test_failed_check_lowers_how_sure_the_figures_are(self):
        partner = self._make_partner()
        for turn in range(6):
            self._make_order(partner, 30 * turn + 1)
        self.refresh()
        forecast = self.forecast()
        forecast.write({"doubts": [], "trust": "high"})
        self.refresh()
        self.assertEqual(self.row(partner).confidence, "high")
        holdout.check_newest(self.env, self.company)
        self.assertEqual(forecast.check_trust, "low")
        self.assertEqual(forecast.trust, "low")
        self.assertEqual(self.row(partner).confidence, "low")

    def test_next_fit_remembers_the_last_check(self):
        self._make_order(self._make_partner(), 400)
        self.check()
        self.forecast().check_trust = "medium"
        with patch.object(holdout.trust, "trust_of", return_value="high"):
            self._fit_again()
        self.assertEqual(self.forecast().trust, "medium")

    def _fit_again(self):
        env = self.env(context={**self.env.context, "sme_fit_now": True})
        env["sme.customer.value"]._refresh(company=self.company)

    def test_job_checks_only_what_has_no_check_yet(self):
        self._make_order(self._make_partner(), 100)
        self.refresh()
        with self.enter_registry_test_mode():
            self.env.ref("crm_sme.ir_cron_check_forecast").method_direct_trigger()
        forecast = self.forecast()
        forecast.invalidate_recordset()
        self.assertEqual(forecast.checked_on, NOW)
        versions = self.versions("sme_forecast")
        holdout.check_newest(self.env, self.company, only_unchecked=True)
        self.assertEqual(self.versions("sme_forecast"), versions)

    def test_manager_checks_again_by_a_button(self):
        self._make_order(self._make_partner(), 100)
        self.refresh()
        before = self.forecast()
        manager = self._make_user("manager")
        action = before.with_user(manager).action_check_now()
        newest = self.forecast()
        self.assertNotEqual(newest, before)
        self.assertTrue(newest.checked_on)
        self.assertEqual(action["res_id"], newest.id)
        self.assertEqual(newest.earlier_ids, before.browse())
        newest.with_user(manager).action_check_now()
        self.assertEqual(self.forecast().earlier_ids, newest)

    def _make_user(self, group):
        return new_test_user(
            self.env,
            login=f"forecast_{group}",
            groups=f"crm_sme.crm_sme_group_{group}",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_button_says_what_is_missing(self):
        model = self.env["sme.forecast"]
        user, manager = self._make_user("user"), self._make_user("manager")
        with self.assertRaisesRegex(AccessError, "Only managers"):
            model.with_user(user).action_check_now()
        with self.assertRaisesRegex(UserError, "Nobody has bought yet"):
            model.with_user(manager).action_check_now()
        with (
            patch.dict(sys.modules, {"numpy": None}),
            self.assertRaisesRegex(UserError, "pip install numpy scipy"),
        ):
            model.with_user(manager).action_check_now()
        with (
            patch.object(touched, "is_alone", return_value=False),
            self.assertRaisesRegex(UserError, "try again in a minute"),
        ):
            model.with_user(manager).action_check_now()

    def test_menu_opens_the_forecast_that_counts_or_the_empty_list(self):
        user = self._make_user("user")
        model = self.env["sme.forecast"].with_user(user)
        self.assertFalse(model.action_open_newest()["res_id"])
        self._make_order(self._make_partner(), 100)
        self.refresh()
        action = model.action_open_newest()
        self.assertEqual(action["res_id"], self.forecast().id)
        self.assertEqual(action["views"], [(False, "form")])
        self.assertTrue(self.forecast().with_user(user).headline)


def _overlap(foreseen, came):
    """Part of the best tenth that is among the foreseen tenth."""
    tenth = int(np.ceil(0.1 * came.size))
    best = {n for n in np.argsort(-came, kind="stable")[:tenth] if came[n] > 0}
    named = set(np.argsort(-foreseen, kind="stable")[:tenth])
    return len(best & named) / len(best) if best else 0
