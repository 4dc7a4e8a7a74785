"""What the customer's form shows, to whom, in whose language."""

from odoo.tests import new_test_user, tagged

from .metrics_common import NOW, MetricsCase


@tagged("post_install", "-at_install")
class TestMetricsPartner(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._make_partner("Head", is_company=True)
        cls.contact = cls._make_partner("Contact", parent_id=cls.head.id)
        for days, revenue in ((123, 250), (93, 250), (63, 200)):
            cls._make_order(cls.contact, days, revenue)
        cls.env["sme.customer.value"]._refresh(company=cls.company)

    def _make_user(self, login, groups):
        return new_test_user(
            self.env,
            login,
            groups,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_contact_shows_his_companys_figures(self):
        for partner in (self.head, self.contact):
            self.assertEqual(partner.sme_value_id, self.row(self.head))
            self.assertEqual(partner.sme_revenue, 700)
            self.assertEqual(partner.sme_order_count, 3)
            self.assertEqual(partner.sme_fade_state, "fading")

    def test_figures_follow_the_company_at_hand(self):
        other = self._make_company("Other Ltd", "EUR", "UTC")
        elsewhere = self.head.with_company(other)
        self.assertFalse(elsewhere.sme_value_id)
        self.assertEqual(elsewhere.sme_revenue, 0)

    def test_partners_can_be_searched_by_their_figures(self):
        found = self.env["res.partner"].search([("sme_fade_state", "=", "fading")])
        self.assertEqual(found, self.head | self.contact)
        found = self.env["res.partner"].search([("sme_revenue", ">", 700)])
        self.assertFalse(found)

    def test_reason_says_rhythm_and_spend_in_words(self):
        """Demand 46: why somebody is called fading, in words."""
        self.assertEqual(
            self.row(self.head).fade_reason,
            "2.1 × own rhythm of 30 days; spend −60 % in 90 days",
        )

    def test_reason_uses_the_users_numbers(self):
        self.env["res.lang"]._activate_lang("de_DE")
        row = self.row(self.head).with_context(lang="de_DE")
        self.assertIn("2,1 ×", row.fade_reason)
        self.assertEqual(
            self.contact.with_context(lang="de_DE").sme_fade_reason, row.fade_reason
        )

    def test_reason_without_own_rhythm_names_what_it_goes_by(self):
        newcomer, stranger = self._make_partner(), self._make_partner()
        self._make_order(newcomer, 15, 30)
        self.env["sme.interaction"].create({"partner_id": stranger.id, "summary": "?"})
        self.refresh()
        self.assertEqual(
            self.row(newcomer).fade_reason,
            "0.5 × the customers' usual 30 days; spends again",
        )
        self.assertEqual(self.row(stranger).fade_reason, "No order yet")

    def test_reason_leaves_a_trend_of_nothing_out(self):
        row = self.row(self.head)
        for now, before, expected in (
            (0, 0, ""),
            (100, 100, ""),
            (120, 100, "spend +20 % in 90 days"),
            (-50, 100, "spend −150 % in 90 days"),
            (0, -10, ""),
        ):
            row.revenue_90d, row.revenue_prev_90d = now, before
            self.assertEqual(row._trend_in_words(), expected)

    def test_counters_and_windows_show_the_whole_family(self):
        self.env["sme.interaction"].create(
            [{"partner_id": self.contact.id, "summary": str(n)} for n in range(12)]
        )
        self._make_shipments()
        self.assertEqual(self.head.sme_interaction_count, 12)
        self.assertEqual(self.head.sme_open_shipment_count, 1)
        self.assertEqual(len(self.head.sme_last_interaction_ids), 10)
        self.assertEqual(len(self.head.sme_last_order_ids), 3)
        self.assertEqual(self.contact.sme_open_shipment_ids.state, "in_transit")
        for action, count in (
            (self.head.action_view_sme_interactions(), 12),
            (self.head.action_view_sme_orders(), 3),
            (self.head.action_view_sme_shipments(), 1),
        ):
            model = self.env[action["res_model"]]
            self.assertEqual(model.search_count(action["domain"]), count)

    def _make_shipments(self):
        self.env["sme.shipment"].create(
            [
                {
                    "source_id": self.source.id,
                    "external_id": state,
                    "company_id": self.company.id,
                    "partner_id": self.contact.id,
                    "state": state,
                    "is_open": is_open,
                }
                for state, is_open in (("in_transit", True), ("delivered", False))
            ]
        )

    def test_value_button_opens_the_customers_sales(self):
        action = self.contact.action_view_sme_value()
        report = self.env[action["res_model"]].search(action["domain"])
        self.assertAlmostEqual(sum(report.mapped("price_subtotal")), 700)

    def test_contact_cards_show_a_badge(self):
        user = self._make_user("carer", "crm_sme.crm_sme_group_user")
        badges = self.contact.with_user(user).application_statistics
        self.assertIn(
            ("Shop Orders", 3), [(badge["label"], badge["value"]) for badge in badges]
        )
        clerk = self._make_user("clerk", "base.group_user")
        badges = self.contact.with_user(clerk).application_statistics
        self.assertNotIn("Shop Orders", [badge["label"] for badge in badges or []])

    def test_staff_without_the_group_reads_partners_without_figures(self):
        clerk = self._make_user("clerk", "base.group_user")
        partner = self.contact.with_user(clerk)
        names = [name for name in partner._fields if name.startswith("sme_")]
        for name in names:
            if partner._fields[name].compute:
                self.assertFalse(partner[name], name)

    def test_portal_customer_reads_none_of_it(self):
        portal = self._make_user("portal", "base.group_portal")
        fields = portal.partner_id.with_user(portal).fields_get()
        self.assertFalse(
            [name for name in fields if name.startswith(("sme_", "lifecycle_"))]
        )
        self.assertFalse({"character_note", "date_last_stage_update"} & set(fields))

    def test_user_reads_all_fields_of_the_form(self):
        user = self._make_user("carer", "crm_sme.crm_sme_group_user")
        partner = self.head.with_user(user)
        names = [name for name in partner._fields if name.startswith("sme_")]
        values = partner.read(names)[0]
        self.assertEqual(values["sme_rfm_code"], False)
        self.assertEqual(
            values["sme_last_order_date"], self.row(self.head).last_order_date
        )
        self.assertEqual((NOW.date() - values["sme_last_order_date"]).days, 63)

    def test_a_page_of_contacts_costs_as_many_queries_as_one(self):
        partners = self.env["res.partner"].create(
            [{"name": f"C{number}"} for number in range(40)]
        )
        for partner in partners[::4]:
            self._make_order(partner, 5)
        self.refresh()
        costs = []
        for some in (partners[:1], partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.read(["sme_order_count", "sme_fade_state", "sme_fade_reason"])
            costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(costs[1], costs[0] + 2)

    def test_settings_refuse_a_window_of_nothing(self):
        for name in ("sme_rfm_window_days", "sme_default_gap_days"):
            with self.assertRaisesRegex(Exception, "one day or more"):
                self.company[name] = 0
