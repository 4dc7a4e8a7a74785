"""Needs: who may note, change and see them."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .offer_common import OfferCase


@tagged("post_install", "-at_install")
class TestNeed(OfferCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.una, cls.carl = cls._make_user("una"), cls._make_user("carl")
        cls.customer = cls._make_partner("Anna")
        cls.need = cls._note(cls.una)

    @classmethod
    def _note(cls, user, **over):
        return (
            cls.env["sme.need"]
            .with_user(user)
            .create({"name": "Bigger bags", "partner_id": cls.customer.id, **over})
        )

    def test_need_is_noted_in_one_line(self):
        """Demand 52: needs are collected where they are heard."""
        self.assertEqual((self.need.state, self.need.strength), ("open", 3))
        self.assertEqual(self.need.user_id, self.una)
        self.assertEqual(self.need.company_id, self.company)
        self.assertEqual(self.customer.sme_open_need_ids, self.need)

    def test_naming_a_product_fills_the_rest(self):
        with Form(self.env["sme.need"].with_user(self.una)) as form:
            form.partner_id = self.customer
            form.product_id = self.green
            self.assertEqual(form.name, "Green tea")
            self.assertEqual(form.categ_id, self.tea)

    def test_need_is_met_dropped_and_wanted_again(self):
        self.need.action_meet()
        self.assertEqual(self.need.state, "met")
        self.assertFalse(self.customer.sme_open_need_ids)
        self.need.action_reopen()
        self.need.action_drop()
        self.assertEqual(self.need.state, "dropped")

    def test_colleagues_read_but_do_not_change_it(self):
        need = self.need.with_user(self.carl)
        self.assertEqual(need.name, "Bigger bags")
        with self.assertRaises(AccessError):
            need.name = "Smaller bags"
        with self.assertRaises(AccessError):
            self._note(self.carl, user_id=self.una.id)
        self.need.with_user(self._make_user("olaf", "officer")).name = "Huge bags"

    def test_needs_of_a_colleagues_customer_are_not_seen(self):
        """Demand 12: customer data is safe."""
        self.customer.user_id = self.una
        seen = self.env["sme.need"].with_user(self.carl).search([])
        self.assertNotIn(self.need, seen)
        self.assertIn(self.need, self.env["sme.need"].with_user(self.una).search([]))

    def test_needs_of_another_company_are_not_seen(self):
        other = self._make_company("Other Ltd", "EUR", "UTC")
        foreign = self.env["sme.need"].create(
            {
                "name": "Elsewhere",
                "partner_id": self.customer.id,
                "company_id": other.id,
                "user_id": self.una.id,
            }
        )
        self.assertNotIn(foreign, self.env["sme.need"].with_user(self.una).search([]))
        customer = self.customer.with_user(self.una)
        self.assertEqual(customer.sme_open_need_ids, self.need)

    def test_board_shows_every_state(self):
        needs = self.env["sme.need"].with_context(read_group_expand=True)
        groups = needs.web_read_group(
            [("id", "=", self.need.id)], ["state"], ["__count"]
        )["groups"]
        self.assertEqual(
            [group["state"] for group in groups], ["open", "offered", "met", "dropped"]
        )

    @mute_logger("odoo.sql_db")
    def test_need_without_a_customer_is_refused(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env["sme.need"].create({"name": "Nobody's"})

    def test_days_until_bought_again_are_not_negative(self):
        with self.assertRaisesRegex(Exception, "cannot be negative"):
            self.green.sme_care_cycle_days = -1
