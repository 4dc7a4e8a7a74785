from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestUiToday(HttpCase):
    """The list of today, as the user with the least rights works it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.user = new_test_user(
            cls.env, "sme_caller", "crm_sme.crm_sme_group_user", lang="en_US"
        )
        cls.manager = new_test_user(
            cls.env, "sme_leader", "crm_sme.crm_sme_group_manager", lang="en_US"
        )
        cls.suggestions = cls.env["sme.suggestion"]
        cls.anna = cls._suggest("Angry Anna", "complaint", 400, "Say sorry")
        cls.fiona = cls._suggest("Fading Fiona", "fading", 300, "Ask how it was")
        cls.vera = cls._suggest("Visiting Vera", "visitor", 20, "Offer the small pot")
        cls.paul = cls._suggest("Poor Paul", "data_gap", 10, "Ask for the birthday")

    @classmethod
    def _suggest(cls, name, kind, value, script):
        partner = cls.env["res.partner"].create(
            {"name": name, "phone": "+86 138 0013 8000", "user_id": cls.user.id}
        )
        cls.suggestions._suggest(
            [
                {
                    "key": f"{kind}:{partner.id}",
                    "kind": kind,
                    "partner_id": partner.id,
                    "reason": f"A reason for {name}",
                    "script": script,
                    "expected_value": value,
                }
            ]
        )
        return partner

    def _row(self, partner):
        return self.suggestions.search([("partner_id", "=", partner.id)])

    def _talks(self, partner):
        return self.env["sme.interaction"].search(
            [("partner_id", "=", partner.id), ("direction", "=", "out")]
        )

    def test_user_works_the_list_to_empty_by_click(self):
        """Demand 40: whom to call, with what to say, done in one click."""
        self.start_tour("/odoo/sme-today", "sme_today_click", login=self.user.login)
        self.assertEqual(self._row(self.anna).state, "done")
        self.assertEqual(self._talks(self.anna).kind, "call")
        self.assertEqual(self._talks(self.anna).summary, "Gets a new pot")
        self.assertEqual(self._row(self.fiona).state, "snoozed")
        self.assertEqual(self._talks(self.fiona).kind, "note")
        self.assertEqual(self._row(self.paul).state, "done")
        self.assertEqual(self._row(self.vera).state, "snoozed")

    def test_user_works_the_list_to_empty_by_keyboard(self):
        self.start_tour("/odoo/sme-today", "sme_today_keys", login=self.user.login)
        self.assertEqual(self._row(self.anna).note, "said sorry")
        self.assertEqual(self._row(self.fiona).state, "done")
        self.assertTrue(self._row(self.fiona).called_on)
        self.assertEqual(self._row(self.vera).state, "snoozed")
        self.assertEqual(self._row(self.paul).state, "done")

    def test_manager_switches_between_his_own_list_and_the_teams(self):
        self.start_tour("/odoo/sme-today", "sme_today_team", login=self.manager.login)
        self.assertEqual(self._row(self.fiona).state, "open")


@tagged("post_install", "-at_install")
class TestUiVisitor(HttpCase):
    """The quick entry on a telephone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_visitor_is_noted_on_a_telephone(self):
        """Demand 28: who asked and did not buy, noted where he stands."""
        self.env["res.lang"]._activate_lang("en_US")
        user = new_test_user(
            self.env, "sme_shop_floor", "crm_sme.crm_sme_group_user", lang="en_US"
        )
        self.env["product.product"].create({"name": "Tour Teapot", "type": "consu"})
        self.start_tour("/odoo/sme-visitor-new", "sme_visitor_phone", login=user.login)
        leads = self.env["crm.lead"].search([("user_id", "=", user.id)])
        lead = leads.filtered("contact_name")
        self.assertEqual(lead.name, "Ms Lin · Tour Teapot")
        self.assertEqual(lead.visit_kind, "store")
        self.assertEqual(
            lead.not_bought_reason_id,
            self.env.ref("crm_sme.sme_not_bought_reason_price"),
        )
