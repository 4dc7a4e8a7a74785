"""What to offer and needs, as a user meets them in the browser."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestOfferUi(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.customer = cls.env["res.partner"].create({"name": "Thirsty Theo"})
        cls.user = new_test_user(
            cls.env, "sme_una", "crm_sme.crm_sme_group_user", lang="en_US"
        )

    def _make_history(self):
        """Green tea and mugs go together; the customer has tea only."""
        green, mug = self.env["product.product"].create(
            [{"name": "Green tea"}, {"name": "Mug", "list_price": 9}]
        )
        source = self.env["sme.source"].create({"name": "Tea Shop", "code": "tea"})
        company = self.env.company
        self.env["sme.order"].create(
            {
                "name": "T-1",
                "source_id": source.id,
                "external_id": "1",
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "currency_rate": 1,
                "partner_id": self.customer.id,
                "date_order": fields.Datetime.now() - timedelta(days=9),
                "state": "completed",
                "counted": True,
                "revenue": 20,
                "line_ids": [
                    Command.create(
                        {"name": "Tea", "product_id": green.id, "quantity": 1}
                    )
                ],
            }
        )
        self.env["sme.affinity"].create(
            {
                "company_id": company.id,
                "level": "product",
                "scope": "basket",
                "item": green.id,
                "other": mug.id,
                "product_id": green.id,
                "other_product_id": mug.id,
                "joint_count": 31,
                "lift": 4.2,
                "g2": 50,
            }
        )
        return mug

    def test_user_offers_what_goes_with_it(self):
        """Demands 35, 54: the offer, its reason, the quotation."""
        mug = self._make_history()
        self.start_tour(
            f"/odoo/res.partner/{self.customer.id}", "sme_offer", login=self.user.login
        )
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(order.order_line.product_id, mug)
        self.assertEqual(order.create_uid, self.user)

    def test_user_notes_a_need(self):
        """Demand 52: a need is noted where it is heard."""
        self.start_tour(
            f"/odoo/res.partner/{self.customer.id}",
            "sme_note_need",
            login=self.user.login,
        )
        need = self.customer.sme_need_ids
        self.assertEqual((need.name, need.user_id), ("Bigger bags", self.user))
