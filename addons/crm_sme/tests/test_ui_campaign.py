from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestUiCampaign(HttpCase):
    """A campaign as the officer plans and judges it."""

    def test_officer_plans_and_judges_a_campaign(self):
        """Demands 82, 83: plan, cost, checklist and what came of it, on one form."""
        self.env["res.lang"]._activate_lang("en_US")
        company = self.env.company
        carla = self.env["res.partner"].create({"name": "Coupon Carla"})
        source = self.env["sme.source"].create(
            {"name": "Shop", "code": "tour", "company_id": company.id}
        )
        self.env["sme.order"].create(
            {
                "name": "S1",
                "external_id": "1",
                "source_id": source.id,
                "company_id": company.id,
                "partner_id": carla.id,
                "date_order": "2026-01-05 10:00:00",
                "state": "completed",
                "counted": True,
                "currency_id": company.currency_id.id,
                "currency_rate": 1,
                "amount_untaxed": 200,
                "amount_total": 200,
                "revenue": 200,
                "margin": 80,
                "coupon_codes": "AUTUMN",
            }
        )
        user = new_test_user(
            self.env, "campaigner", "crm_sme.crm_sme_group_officer", lang="en_US"
        )
        self.start_tour("/odoo/sme-campaigns", "sme_campaign", login=user.login)
        campaign = self.env["utm.campaign"].search([("title", "=", "Autumn tea")])
        self.assertEqual((campaign.order_total, campaign.cost_total), (1, 25))
        self.assertAlmostEqual(campaign.roi, 2.2)
        self.assertEqual(campaign.checklist_total, 7)
