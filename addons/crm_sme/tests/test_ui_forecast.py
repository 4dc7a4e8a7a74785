from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from ..metrics import holdout


@tagged("post_install", "-at_install")
class TestUiForecast(HttpCase):
    """The forecast as the user meets it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.company = cls.env.company
        cls.source = cls.env["sme.source"].create({"name": "Tea", "code": "tea-fc"})
        cls.serial = 0
        for number in range(12):
            cls._make_customer(f"Customer {number}", range(1, 300, 50 + number), 20)
        cls._make_customer("Doubtful Dora", range(60, 400, 30), 200)
        cls.env["sme.customer.value"]._refresh(company=cls.company)
        holdout.check_newest(cls.env, cls.company)

    @classmethod
    def _make_customer(cls, name, days, revenue):
        partner = cls.env["res.partner"].create({"name": name})
        now = fields.Datetime.now()
        vals_list = []
        for day in days:
            cls.serial += 1
            vals_list.append(
                {
                    "name": f"F-{cls.serial}",
                    "source_id": cls.source.id,
                    "external_id": str(cls.serial),
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                    "partner_id": partner.id,
                    "date_order": now - timedelta(days=day),
                    "state": "completed",
                    "counted": True,
                    "amount_total": revenue,
                    "revenue": revenue,
                    "margin": revenue / 2,
                }
            )
        cls.env["sme.order"].create(vals_list)

    def _make_user(self, group):
        return new_test_user(
            self.env,
            login=f"sme_{group}",
            groups=f"crm_sme.crm_sme_group_{group}",
            lang="en_US",
        )

    def test_manager_reads_and_repeats_the_check(self):
        """Demand 97: the future, and how far to believe it."""
        user = self._make_user("manager")
        self.start_tour(
            "/odoo/sme-forecast-check", "sme_forecast_check", login=user.login
        )
        forecasts = self.env["sme.forecast"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(forecasts), 2)
        self.assertTrue(all(forecasts.mapped("checked_on")))

    def test_user_sees_whom_to_call_first(self):
        """Demand 46: fading customers, those worth a call on top."""
        user = self._make_user("user")
        self.start_tour("/odoo/sme-fading", "sme_fading_ranking", login=user.login)
