"""Who came in one month and who of them came back."""

import random
from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..tools.rhythm import local_day
from .metrics_common import NOW
from .test_stock import RUNNING, StockCase


@tagged("post_install", "-at_install")
class TestCohort(StockCase):
    """Demand 97: persistency, one of the seven analyses."""

    def cohorts(self, months=12, user=None):
        model = self.env["sme.customer.snapshot"].with_company(self.company)
        return (model.with_user(user) if user else model).get_cohorts(months)

    def slow_cells(self):
        """Customers, orders and revenue by cohort and month, the plain way."""
        zone = self.company._sme_timezone()
        cells = {}
        for bookings in self._bookings(self.company).values():
            events = [
                local_day(each.at, zone).replace(day=1)
                for each in bookings
                if each.is_event
            ]
            if not events:
                continue
            first = min(events)
            for month in set(events):
                cell = cells.setdefault((first, month), [0, 0, 0])
                cell[0] += 1
                cell[1] += events.count(month)
            for each in bookings:
                month = local_day(each.at, zone).replace(day=1)
                if month >= first:
                    cells.setdefault((first, month), [0, 0, 0])[2] += float(
                        each.revenue
                    )
        return cells

    def test_every_cell_is_that_of_the_plain_way(self):
        dice = random.Random(11)
        for number in range(40):
            partner = self._make_partner(f"C{number}")
            for _ in range(dice.choice([1, 2, 4, 8])):
                at = NOW - timedelta(minutes=dice.randrange(500 * 24 * 60))
                order = self._make_order(partner, at, dice.randrange(5, 90))
                if dice.random() < 0.15:
                    self._make_refund(order, min(at + timedelta(days=20), NOW))
        self.close()
        slow = self.slow_cells()
        found = self.cohorts(24)["cohorts"]
        self.assertEqual(
            [cohort["month"] for cohort in found],
            sorted(cohort["month"] for cohort in found),
        )
        checked = 0
        for cohort in found:
            first = date.fromisoformat(cohort["month"])
            for cell in cohort["cells"]:
                month = date.fromisoformat(cell["month"])
                customers, orders, revenue = slow.pop((first, month), (0, 0, 0))
                self.assertEqual(
                    (cell["customers"], cell["orders"]), (customers, orders)
                )
                self.assertAlmostEqual(cell["revenue"], revenue)
                checked += bool(customers)
        self.assertGreater(checked, 40)
        self.assertFalse(slow, "every order is in some cell")

    def test_the_table_is_a_triangle_that_ends_with_this_month(self):
        for days in (100, 40, 2):
            self._make_order(self._make_partner(), days)
        self.close()
        found = self.cohorts()
        self.assertEqual([len(c["cells"]) for c in found["cohorts"]], [4, 3, 2, 1])
        self.assertEqual(found["cohorts"][-1]["month"], RUNNING.isoformat())
        self.assertEqual(found["cohorts"][1]["cells"][0]["customers"], 0)
        self.assertEqual(found["months"], 4)

    def test_labels_speak_the_users_language(self):
        self._make_order(self._make_partner(), 2)
        self.close()
        model = self.env["sme.customer.snapshot"].with_company(self.company)
        labels = [
            model.with_context(lang=lang).get_cohorts()["cohorts"][0]["label"]
            for lang in ("en_US", "zh_CN")
        ]
        self.assertEqual(labels, ["Jun 2026", "2026年6月"])

    def test_without_customers_there_is_no_cohort(self):
        found = self.cohorts()
        self.assertEqual((found["months"], found["cohorts"]), (0, []))

    def test_a_salesman_counts_his_own_and_unowned_customers(self):
        """Demand 12: nobody sees others' customers through a sum."""
        user = new_test_user(
            self.env,
            "own",
            "crm_sme.crm_sme_group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for owner in (user, self.env.user, self.env["res.users"]):
            self._make_order(self._make_partner(user_id=owner.id), 2)
        self.close()
        cell = self.cohorts(user=user)["cohorts"][0]["cells"][0]
        self.assertEqual(cell["customers"], 2)

    def test_others_may_not_ask(self):
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.cohorts(user=clerk)
