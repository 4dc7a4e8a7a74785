from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestStockUi(HttpCase):
    """The stock and the cohorts, as the user with the least rights sees them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.company = cls.env.company
        cls.source = cls.env["sme.source"].create({"name": "Tea", "code": "tea-stock"})
        cls.start = fields.Datetime.now().replace(day=10) - relativedelta(months=2)
        rita = cls._make_customer("Regular Rita")
        otto = cls._make_customer("Once Otto")
        cls._order(rita, cls.start)
        cls._order(rita, cls.start + relativedelta(months=1))
        cls._order(otto, cls.start + timedelta(days=2))
        cls.env["sme.customer.value"]._refresh(company=cls.company)
        cls.env["sme.customer.snapshot"]._update(cls.company)
        cls.user = new_test_user(
            cls.env, "stock_user", "crm_sme.crm_sme_group_user", lang="en_US"
        )

    @classmethod
    def _make_customer(cls, name):
        return cls.env["res.partner"].create({"name": name})

    @classmethod
    def _order(cls, partner, at):
        cls.env["sme.order"].create(
            {
                "name": "T",
                "source_id": cls.source.id,
                "external_id": f"{partner.id}-{at}",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "partner_id": partner.id,
                "date_order": at,
                "state": "completed",
                "counted": True,
                "revenue": 100,
            }
        )

    def test_user_counts_the_stock_and_opens_its_customers(self):
        """Demand 22: the stock of customers, from the sum to the person."""
        self.start_tour(
            "/odoo/sme-customer-stock", "sme_customer_stock", login=self.user.login
        )

    def test_user_sees_who_came_back(self):
        """Demand 97: persistency by month of the first order."""
        self.start_tour("/odoo/sme-cohorts", "sme_cohorts", login=self.user.login)
