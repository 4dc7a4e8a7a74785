"""What a new customer costs next to what keeping one costs."""

from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_stock import RUNNING, StockCase


@tagged("post_install", "-at_install")
class TestAcquisition(StockCase):
    """Demand 63: keeping costs a fifth of winning; here it is measured."""

    def spend(self, month, amount, **over):
        return self.env["sme.acquisition.cost"].create(
            {
                "month": month,
                "amount": amount,
                "company_id": self.company.id,
                **over,
            }
        )

    def report(self, month=RUNNING):
        return self.env["sme.acquisition.report"].search(
            [("company_id", "=", self.company.id), ("month", "=", month)]
        )

    def test_cost_to_win_is_set_against_cost_to_keep(self):
        partners = [self._make_partner(f"C{n}") for n in range(4)]
        for partner in partners[:3]:
            self._make_order(partner, 40)
        self._make_order(partners[3], 3)
        self.refresh()
        self.row(partners[0]).service_cost = 480
        self.env["sme.customer.snapshot"]._update(self.company)
        self.spend("2026-06-20", 150)
        self.spend("2026-06-01", 50)
        row = self.report()
        self.assertEqual((row.acquisition_cost, row.new_count), (200, 1))
        self.assertEqual(row.cost_to_win, 200)
        self.assertEqual(row.closing_count, 4)
        self.assertEqual((row.service_cost, row.cost_to_keep), (40, 10))
        self.assertEqual(row.ratio, 20)

    def test_a_month_without_new_customers_or_cost_divides_by_nothing(self):
        partner = self._make_partner()
        self._make_order(partner, 40)
        self.close()
        self.spend("2026-06-01", 50)
        row = self.report()
        self.assertEqual((row.new_count, row.cost_to_win, row.ratio), (0, 0, 0))
        may = self.report(date(2026, 5, 1))
        self.assertEqual((may.new_count, may.cost_to_win), (1, 0))

    def test_cost_is_kept_on_the_first_day_and_never_negative(self):
        cost = self.spend("2026-02-17", 5)
        self.assertEqual(cost.month, date(2026, 2, 1))
        cost.month = "2026-03-31"
        self.assertEqual(cost.month, date(2026, 3, 1))
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.spend("2026-02-01", -1)

    def test_only_officers_see_and_enter_costs(self):
        user, officer = (
            new_test_user(
                self.env,
                name,
                f"crm_sme.crm_sme_group_{name}",
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for name in ("user", "officer")
        )
        self.spend("2026-06-01", 50)
        with self.assertRaises(AccessError):
            self.env["sme.acquisition.report"].with_user(user).search([])
        cost = (
            self.env["sme.acquisition.cost"]
            .with_user(officer)
            .create({"month": "2026-06-01", "amount": 5})
        )
        self.assertEqual(cost.company_id, self.company)
        seen = self.env["sme.acquisition.report"].with_user(officer).search([])
        self.assertEqual(sum(seen.mapped("acquisition_cost")), 55)

    def test_costs_of_another_company_stay_there(self):
        other = self._make_company("Other Ltd", "USD", "UTC")
        self.spend("2026-06-01", 50)
        self.spend("2026-06-01", 900, company_id=other.id)
        self.assertEqual(self.report().acquisition_cost, 50)
