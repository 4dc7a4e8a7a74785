from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestUiAnalyses(HttpCase):
    """The analyses in the browser, as the user with the least rights."""

    def test_user_walks_through_the_analyses(self):
        """Demand 97: from a class of customers to the customer and on."""
        self.env["res.lang"]._activate_lang("en_US")
        company = self.env.company
        tier = self.env["sme.value.tier"].search([("kind", "=", "permanent")], limit=1)
        tier.with_context(lang="en_US").name = "Permanent"
        fiona = self.env["res.partner"].create({"name": "Fading Fiona"})
        self.env["sme.customer.value"].create(
            {
                "partner_id": fiona.id,
                "company_id": company.id,
                "tier_id": tier.id,
                "order_count": 1,
                "fade_state": "fading",
            }
        )
        values = {
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "month": fields.Date.today().replace(day=1),
            "calendar_month": f"{fields.Date.today().month:02}",
            "tier_id": tier.id,
            "customer_kind": "consumer",
            "fade_state": "fading",
            "revenue": 500,
            "margin": 200,
            "order_count": 1,
        }
        self.env["sme.sales"].create({**values, "partner_id": fiona.id})
        self.env["sme.sales.class"].create({**values, "cell_count": 1})
        user = new_test_user(
            self.env,
            "sme_analyst",
            groups="crm_sme.crm_sme_group_user",
            lang="en_US",
        )
        self.start_tour("/odoo/sme-profit", "sme_analyses", login=user.login)
