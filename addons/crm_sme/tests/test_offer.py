"""The dialog *What to Offer*: reasons in words, what is left out, what comes of it."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .metrics_common import NOW
from .offer_common import OfferCase


@tagged("post_install", "-at_install")
class TestOffer(OfferCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._buy_together(8, cls.green, cls.mug, apart=(cls.black,), at=150)
        cls.customer = cls._make_partner("Anna")
        cls._buy(cls.customer, 10, cls.green)
        cls.env["sme.customer.value"]._refresh(company=cls.company)
        cls._find_pairs()
        cls.user = cls._make_user("una")

    def advise(self, partner=None, user=None):
        advice = self.env["sme.offer.advice"].with_user(user or self.user)
        return advice._advise((partner or self.customer).with_user(user or self.user))

    def reasons(self, advice):
        return {each["product"].name: each["reason"] for each in advice["offers"]}

    def offer(self, **origin):
        action = (
            self.env["sme.offer"]
            .with_user(self.user)
            ._open_for(self.customer.with_user(self.user), **origin)
        )
        return self.env["sme.offer"].with_user(self.user).browse(action["res_id"])

    def need(self, **over):
        return self.env["sme.need"].create(
            {
                "name": "Something new",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "date": "2026-05-03",
                **over,
            }
        )

    def test_pair_is_offered_with_its_reason_in_words(self):
        """Demand 35: cross-selling, and why."""
        offer = self.advise()["offers"][0]
        self.assertEqual(offer["product"], self.mug)
        self.assertEqual(offer["why"], "pair")
        self.assertEqual(
            offer["reason"],
            "bought together with Green tea: 1.9 times as often as chance, 8 orders",
        )
        self.assertEqual((offer["price"], offer["margin"]), (20, 15))

    def test_need_with_its_day_comes_first(self):
        """Demand 54: what was asked for goes before what is similar."""
        self.need(name="Something to drink from", categ_id=self.cups.id)
        self.need(name="Black tea, please", product_id=self.black.id, intensity="5")
        first, second = self.advise()["offers"][:2]
        self.assertEqual((first["product"], second["product"]), (self.mug, self.black))
        self.assertIn("asked for “Black tea, please” on 05/03/2026", second["reason"])
        self.assertIn("Something to drink from", first["reason"])
        self.assertEqual(second["need"].intensity, "5")

    def test_need_of_a_category_is_met_by_goods_below_it(self):
        child = self.env["product.category"].create(
            {"name": "Bowls", "parent_id": self.cups.id}
        )
        bowl = self._make_product("Bowl", child)
        self.need(categ_id=child.parent_id.id)
        self.env["sme.best.seller"].search([]).unlink()
        self.assertIn(bowl, [each["product"] for each in self.advise()["offers"]])

    def test_goods_are_due_again_after_their_usual_time(self):
        self.green.sme_care_cycle_days = 9
        offer = self.advise()["offers"][0]
        self.assertEqual((offer["product"], offer["why"]), (self.green, "rebuy"))
        self.assertEqual(
            offer["reason"],
            "usually bought again after 9 days, last bought 10 days ago",
        )

    def test_left_out_says_why(self):
        self.env["sme.interaction"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "kind": "complaint",
                "date": NOW - timedelta(days=5),
                "product_id": self.mug.id,
                "summary": "Broken",
            }
        )
        advice = self.advise()
        left = {each["product"]: each["reason"] for each in advice["left_out"]}
        self.assertEqual(left[self.mug], "complained about on 06/10/2026")
        self.assertEqual(left[self.green], "bought on 06/05/2026, not long ago")
        self.assertNotIn("Mug", self.reasons(advice))

    def test_what_was_given_back_as_a_whole_is_left_out(self):
        order = self._buy(self.customer, 200, self.mug)
        self._make_refund(order, 190)
        left = {each["product"]: each["reason"] for each in self.advise()["left_out"]}
        self.assertIn("given back", left[self.mug])

    def test_bad_review_of_a_product_keeps_it_out(self):
        self.env["sme.interaction"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "kind": "review",
                "score": 2,
                "date": NOW - timedelta(days=5),
                "product_id": self.mug.id,
                "summary": "Leaks",
            }
        )
        self.assertNotIn("Mug", self.reasons(self.advise()))

    def test_new_customer_gets_the_best_sellers_of_his_tier(self):
        """Demand 50: what customers of the same tier buy; the dialog says so."""
        stranger = self._make_partner("New")
        self.assertIn("of all customers", self.advise(stranger)["basis"])
        tier = self.env.ref("crm_sme.sme_value_tier_most_valuable")
        self.row(self.customer).tier_id = tier
        self.env["sme.customer.value"].create(
            {
                "partner_id": stranger.id,
                "company_id": self.company.id,
                "tier_id": tier.id,
            }
        )
        self._find_pairs()
        self.env.invalidate_all()
        advice = self.advise(stranger)
        self.assertIn("Most valuable", advice["basis"])
        self.assertEqual(advice["offers"][0]["product"], self.green)
        reasons = self.reasons(advice)
        self.assertEqual(
            reasons["Green tea"],
            "best seller among Most valuable customers: 1 have it",
        )
        self.assertEqual(reasons["Mug"], "best seller: 8 customers have it")

    def test_without_any_pairs_the_dialog_says_what_to_do(self):
        self.env["sme.affinity"].search([]).unlink()
        self.env["sme.best.seller"].search([]).unlink()
        advice = self.advise()
        self.assertEqual(advice["offers"], [])
        self.assertIn("Bought Together", advice["basis"])

    def test_category_pairs_help_where_products_have_none(self):
        rare = self._make_product("Rare tea", self.tea)
        partner = self._make_partner("Rare lover")
        self._buy(partner, 10, rare)
        other = self.env["product.category"].create({"name": "Other"})
        other = self._make_product("Other", other)
        for _ in range(30):
            self._buy(self._make_partner(), 9, other)
        self._find_pairs()
        reasons = self.reasons(self.advise(partner))
        self.assertIn("best seller of Cups, which goes with Tea", reasons["Mug"])

    def test_grade_of_goods_moves_them(self):
        """Demand 50: product grade by customer grade."""
        bowl = self._make_product("Bowl", self.cups)
        for number in range(8):
            self._buy(self._make_partner(f"B{number}"), 100, self.green, bowl)
            self._buy(self._make_partner(), 100, self.black)
            self._buy(self._make_partner(), 100, self.black)
        self._find_pairs()
        row = self.row(self.customer)
        row.write({"price_band": "high", "tier_id": False})
        self.mug.sme_value_grade, bowl.sme_value_grade = "low", "high"
        offers = self.advise()["offers"]
        self.assertEqual(offers[0]["product"], bowl)
        self.assertIn("suits a customer of this grade", offers[0]["reason"])
        self.assertIn("another grade", self.reasons({"offers": offers})["Mug"])

    def test_goods_not_for_sale_or_of_another_company_are_not_offered(self):
        self.mug.sale_ok = False
        self.assertNotIn("Mug", self.reasons(self.advise()))
        self.mug.sale_ok = True
        other = self._make_company("Other Ltd", "EUR", "UTC")
        self.mug.company_id = other
        self.assertNotIn("Mug", self.reasons(self.advise()))

    def test_customer_of_a_colleague_is_refused_with_the_remedy(self):
        """Demand 12: customer data is safe."""
        self.customer.user_id = self._make_user("carl")
        with self.assertRaisesRegex(AccessError, "carl"):
            self.advise()
        self.assertTrue(self.advise(user=self._make_user("olaf", "officer"))["offers"])

    def test_orders_of_another_company_say_nothing(self):
        other = self._make_company("Other Ltd", "EUR", "UTC")
        source = self._make_source(other)
        self._buy(self.customer, 5, self.mug, source=source)
        self.assertIn("Mug", self.reasons(self.advise()))

    def test_merged_customer_keeps_needs_and_history(self):
        double = self._make_partner("Anna again")
        self._buy(double, 5, self.mug)
        need = self.need(partner_id=double.id, product_id=self.black.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | double).ids, self.customer, extra_checks=False
        )
        self.env.flush_all()
        self.env.invalidate_all()
        advice = self.advise()
        self.assertEqual(need.partner_id, self.customer)
        self.assertIn("Black tea", self.reasons(advice))
        self.assertIn(self.mug, [each["product"] for each in advice["left_out"]])

    def test_chosen_goods_make_a_quotation_and_mark_the_need(self):
        need = self.need(product_id=self.mug.id)
        offer = self.offer()
        with self.assertRaisesRegex(UserError, "at least one"):
            offer.action_quote()
        line = offer.line_ids[0]
        self.assertEqual(line.product_id, self.mug)
        line.is_chosen = True
        action = offer.action_quote()
        order = self.env["sale.order"].browse(action["res_id"])
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.order_line.product_id, self.mug)
        self.assertEqual(need.state, "offered")

    def test_chosen_goods_go_on_the_quotation_at_hand(self):
        order = (
            self.env["sale.order"]
            .with_user(self.user)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "order_line": [Command.create({"product_id": self.black.id})],
                }
            )
        )
        action = order.action_sme_offer()
        offer = self.env["sme.offer"].with_user(self.user).browse(action["res_id"])
        offer.line_ids[0].is_chosen = True
        offer.action_quote()
        self.assertEqual(order.order_line.product_id, self.black | self.mug)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "new one"):
            offer.action_quote()

    def test_quotation_of_a_lead_belongs_to_it(self):
        lead = self.env["crm.lead"].create(
            {"name": "Spring", "partner_id": self.customer.id, "type": "opportunity"}
        )
        action = lead.with_user(self.user).action_sme_offer()
        offer = self.env["sme.offer"].with_user(self.user).browse(action["res_id"])
        offer.line_ids[0].is_chosen = True
        order = self.env["sale.order"].browse(offer.action_quote()["res_id"])
        self.assertEqual(order.opportunity_id, lead)
        lead.partner_id = False
        with self.assertRaisesRegex(UserError, "customer first"):
            lead.action_sme_offer()

    def test_offer_in_a_call_is_logged(self):
        offer = self.offer()
        offer.line_ids[0].is_chosen = True
        offer.action_log()
        noted = self.customer.sme_interaction_ids
        self.assertEqual(noted.summary, "Offered: Mug")
        self.assertIn("bought together", noted.body_text)

    def test_heart_notes_a_need(self):
        offer = self.offer()
        line = offer.line_ids[0]
        action = line.action_note_need()
        self.assertEqual(action["res_id"], offer.id)
        line.action_note_need()
        need = self.customer.sme_need_ids
        self.assertEqual(need.product_id, self.mug)
        self.assertEqual((need.user_id, line.need_id), (self.user, need))

    def test_customers_list_opens_the_same_dialog(self):
        row = self.row(self.customer).with_user(self.user)
        action = row.action_sme_offer()
        offer = self.env["sme.offer"].browse(action["res_id"])
        self.assertEqual(offer.partner_id, self.customer)
        self.assertEqual(offer.left_out_ids.product_id, self.green)

    def test_contact_is_offered_what_suits_his_company(self):
        contact = self._make_partner("Bob", parent_id=self.customer.id)
        self.assertIn("Mug", self.reasons(self.advise(contact)))

    def test_a_long_history_costs_no_more_queries_than_a_short_one(self):
        """Demand 11: growth of the data must not spoil speed."""

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.advise()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for number in range(40):
            product = self._make_product(f"P{number}", sme_care_cycle_days=30)
            self._buy(self.customer, 40 + number, product)
        queries()  # new products emptied the caches of rules
        many = queries()
        self.assertLessEqual(many, few + 3)
        self.assertLess(many, 60)
