"""Who asked or looked and did not buy: entry, leads of shops, scoring, conversion."""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged

from .metrics_common import NOW
from .suggestion_common import TODAY, SuggestionCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVisitors(SuggestionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.teapot = cls.env["product.product"].create(
            {"name": "Teapot", "type": "consu", "list_price": 40}
        )
        cls.price = cls.env.ref("crm_sme.sme_not_bought_reason_price")
        cls.leads = cls.env["crm.lead"].with_company(cls.company)

    def _make_cart(self, partner, amount=800, hours=5, **over):
        return self.env["sme.interaction"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "source_id": self.source.id,
                "kind": "cart",
                "direction": "in",
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "date": NOW - timedelta(hours=hours),
                "summary": "A cart",
                "product_text": "2 × Teapot",
                **over,
            }
        )

    def _look(self, partner, times, **over):
        for number in range(times):
            self._make_cart(partner, 0, 3 + number, kind="visit", **over)

    def _settle(self):
        return self.leads._sme_settle_visitors(self.company)

    def _found(self, partner):
        return self.leads.search([("partner_id", "=", partner.id)])

    def test_four_fields_are_enough_and_one_of_them_will_do(self):
        """Demand 28: who asked and did not buy is noted at once."""
        view = "crm_sme.sme_visitor_view_form_quick"
        seller_leads = self.leads.with_user(self.seller).with_context(
            default_visit_kind="store"
        )
        with Form(seller_leads, view) as form:
            form.contact_name = "Ms Lin"
            form.phone = "+8613912345678"
            form.asked_product_ids.add(self.teapot)
            form.not_bought_reason_id = self.price
        lead = form.record
        self.assertEqual(lead.name, "Ms Lin · Teapot")
        self.assertEqual((lead.user_id, lead.company_id), (self.seller, self.company))
        with Form(seller_leads, view) as form:
            form.not_bought_reason_id = self.price
        self.assertEqual(form.record.name, "In the store")
        with self.assertRaisesRegex(ValidationError, "Enter a name"):
            Form(seller_leads, view).save()
        action = lead.action_sme_next_visitor()
        self.assertEqual(action["res_model"], "crm.lead")

    def test_a_known_number_is_a_known_customer(self):
        known = self._make_partner("Anna", phone="+8613912345678")
        lead = self._make_visitor(phone="+86 139 1234 5678")
        self.assertEqual(lead.partner_id, known)

    def test_a_number_that_two_have_is_nobodys(self):
        for name in ("Anna", "Berta"):
            self._make_partner(name, phone="+8613912345678")
        lead = self._make_visitor(phone="+8613912345678")
        self.assertFalse(lead.partner_id)

    def test_the_budget_is_what_the_lead_may_bring(self):
        lead = self._make_visitor(budget=30)
        self.assertEqual(lead.expected_revenue, 30)

    def test_a_visitor_is_called_on_the_agreed_day(self):
        lead = self._make_visitor(next_step_date=TODAY)
        self.refresh()
        self.assertEqual(self.rows("visitor").lead_id, lead)
        lead.next_step_date = TODAY + timedelta(days=4)
        self.assertFalse(self.rows("visitor"))
        with freeze_time(NOW + timedelta(days=4)):
            self.refresh()
        self.assertEqual(self.rows("visitor").due, lead.next_step_date)

    def test_a_visitor_who_bought_is_won_and_off_the_list(self):
        partner = self._make_partner("Anna", phone="1")
        lead = self._make_visitor(partner_id=partner.id)
        self.refresh()
        self.assertTrue(self.rows("visitor"))
        self._make_order(partner, 10)
        self.assertEqual(self._settle(), 0)
        self._make_order(partner, 1)
        self.assertEqual(self._settle(), 1)
        self.assertEqual(lead.won_status, "won")
        self.assertFalse(self.rows("visitor"))
        self.assertEqual(self._settle(), 0)

    def test_a_large_cart_is_one_lead_once(self):
        """Carts become leads only above the company's threshold."""
        partner = self._make_partner("Anna", user_id=self.seller.id)
        self._make_cart(self._make_partner("Small"), 499)
        self._make_cart(self._make_partner("Old"), 800, 24 * 20)
        self._make_cart(self._make_partner("Fresh"), 800, 0.5)
        self._make_cart(self._make_partner("Gone"), 800, gone_on=NOW)
        cart = self._make_cart(partner, product_id=self.teapot.id)
        self.assertEqual(self._settle(), 1)
        lead = self._found(partner)
        self.assertEqual((lead.visit_kind, lead.expected_revenue), ("cart", 800))
        self.assertEqual(lead.asked_product_ids, self.teapot)
        self.assertEqual(cart.lead_id, lead)
        self.assertIn("2 × Teapot", lead.name)
        self.assertEqual(self._settle(), 0)
        lead.action_set_lost()
        self.assertEqual(self._settle(), 0)

    def test_a_cart_that_was_bought_is_no_lead(self):
        partner = self._make_partner("Anna")
        self._make_cart(partner, hours=30)
        self._make_order(partner, 1)
        self.assertEqual(self._settle(), 0)

    def test_carts_in_another_currency_are_not_compared(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self._make_cart(self._make_partner("Anna"), 900, currency_id=usd.id)
        self.assertEqual(self._settle(), 0)

    def test_many_visits_in_a_week_are_one_lead_a_month(self):
        often, seldom = self._make_partner("Often"), self._make_partner("Seldom")
        self._look(often, 5)
        self._look(seldom, 4)
        self.assertEqual(self._settle(), 1)
        lead = self._found(often)
        self.assertEqual(lead.visit_kind, "browse")
        self.assertFalse(self._found(seldom))
        lead.action_set_lost()
        self.assertEqual(self._settle(), 0)

    def test_zero_switches_the_thresholds_off(self):
        self.company.write({"sme_cart_amount": 0, "sme_visit_count": 0})
        partner = self._make_partner("Anna")
        self._make_cart(partner, 9999)
        self._look(partner, 9)
        self.assertEqual(self._settle(), 0)

    def test_the_job_goes_through_all_companies(self):
        partner = self._make_partner("Anna")
        self._make_cart(partner)
        with self.enter_registry_test_mode():
            self.env.ref("crm_sme.ir_cron_visitors").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self._found(partner).company_id, self.company)

    def test_segment_and_kind_of_visit_count_for_the_probability(self):
        fields = self.env["crm.lead.scoring.frequency.field"].search([])
        names = fields.mapped("field_id.name")
        for name in ("sme_segment_id", "visit_kind"):
            self.assertIn(name, names)
            self.assertIn(name, self.leads._pls_get_safe_fields())
        customer = self._make_buyer()
        self.refresh()
        row = self.row(customer)
        segment = self.env["sme.segment"].create({"name": "Loyal", "mode": "manual"})
        row.segment_id = segment
        lead = self._make_visitor(partner_id=customer.id)
        self.assertEqual(lead.sme_segment_id, segment)
        other = self.env["sme.segment"].create({"name": "New", "mode": "manual"})
        row.segment_id = other
        self._settle()
        self.assertEqual(lead.sme_segment_id, other)

    def test_conversion_counts_who_bought_after_all(self):
        won = self._make_visitor(not_bought_reason_id=self.price.id, budget=50)
        self._make_visitor(not_bought_reason_id=self.price.id)
        lost = self._make_visitor(visit_kind="phone")
        won.action_sme_bought()
        lost.action_set_lost()
        self.leads.create({"name": "No visitor", "company_id": self.company.id})
        self.env.flush_all()
        report = self.env["sme.visitor.report"]
        found = report._read_group(
            [("company_id", "=", self.company.id)],
            ["visit_kind"],
            [
                "visitor_count:sum",
                "bought_count:sum",
                "conversion:avg",
                "won_revenue:sum",
            ],
            order="visit_kind",
        )
        self.assertEqual(found, [("phone", 1, 0, 0, 0), ("store", 2, 1, 0.5, 50)])

    def test_a_salesperson_sees_the_conversion_of_his_own_visitors(self):
        mine = self._make_visitor()
        foreign = self._make_visitor(user_id=self.other.id)
        report = self.env["sme.visitor.report"]
        seen = report.with_user(self.seller).search([]).mapped("lead_id")
        self.assertIn(mine, seen)
        self.assertNotIn(foreign, seen)
        self.assertIn(foreign, report.with_user(self.boss).search([]).mapped("lead_id"))

    def test_thresholds_below_zero_are_refused_with_the_remedy(self):
        with self.assertRaisesRegex(ValidationError, "Enter 0"):
            self.company.sme_cart_amount = -1
