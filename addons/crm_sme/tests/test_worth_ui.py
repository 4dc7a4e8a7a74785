from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestWorthUi(HttpCase):
    def test_user_asks_why_a_customer_is_worth_so_much(self):
        """Demands 56, 62: value, tier and the reasons, where the customer is seen."""
        company = self.env.company
        company.sme_cost_call = 3
        partner = self.env["res.partner"].create({"name": "Worthy Wanda"})
        tier = self.env.ref("crm_sme.sme_value_tier_most_valuable")
        self.env["sme.customer.value"].create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "tier_id": tier.id,
                "fade_state": "steady",
                "order_count": 4,
                "order_count_12m": 4,
                "margin": 400,
                "margin_12m": 400,
                "existing_value": 397,
                "potential_value": 300,
                "influence_value": 20,
                "total_value": 717,
                "first_order_date": fields.Date.today() - timedelta(days=100),
            }
        )
        self.env["sme.interaction"].create(
            {"partner_id": partner.id, "kind": "call", "summary": "Asked for tea"}
        )
        user = new_test_user(
            self.env, "sme_worth", "crm_sme.crm_sme_group_user", lang="en_US"
        )
        self.start_tour("/odoo/sme-value-board", "sme_worth_why", login=user.login)
