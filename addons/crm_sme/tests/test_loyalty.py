"""The seven kinds of loyalty, delivered value, ratings."""

import random
from datetime import timedelta
from itertools import product

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..tools import loyalty as plain
from ..tools.worth import Decimal
from .metrics_common import NOW
from .worth_common import WorthCase

YEAR_AGO = NOW.date() - timedelta(days=364)


@tagged("post_install", "-at_install")
class TestLoyalty(WorthCase):
    def _regular(self, orders=3, discount=0, **over):
        partner = self._make_partner(**over)
        for number in range(orders):
            self._make_order(partner, 30 * number, 100, amount_discount=discount)
        return partner

    def kind(self, partner):
        return self.row(partner).loyalty_kind

    def test_each_of_the_seven_kinds_has_its_sign(self):
        """Demand 69: seven kinds of loyalty, premium is the best."""
        people = {
            "monopoly": self._regular(sme_sole_supply=True),
            "kinship": self._regular(sme_relation=True),
            "benefit": self._regular(discount=5),
            "inertia": self._regular(),
            "trust": self._regular(2),
            "latent": self._make_partner(),
            "premium": self._regular(),
        }
        self._make_order(people["latent"], 500)
        for name in ("trust", "latent", "premium", "benefit", "kinship"):
            self._make_talk(people[name], "review", score=5)
        self.refresh()
        for name, partner in people.items():
            self.assertEqual(self.kind(partner), name)

    def test_what_a_person_says_wins(self):
        partner = self._regular()
        self.refresh()
        self.assertEqual(self.kind(partner), "inertia")
        self.env["sme.touch"].search([]).unlink()
        partner.sme_loyalty_manual = "trust"
        self.assertIn(partner, self.env["sme.touch"].search([]).partner_id)
        self.refresh(partner)
        self.assertEqual(self.kind(partner), "trust")
        partner.sme_loyalty_manual = False
        self.refresh(partner)
        self.assertEqual(self.kind(partner), "inertia")

    def test_a_complaint_speaks_against_satisfaction(self):
        partner = self._regular()
        self._make_talk(partner, "review", score=5)
        self.refresh()
        self.assertEqual(self.kind(partner), "premium")
        self._make_talk(partner, "complaint")
        self.refresh(partner)
        self.assertEqual(self.kind(partner), "inertia")

    def test_discounts_of_odoos_own_orders_count_once(self):
        partner = self._make_partner()
        goods = self.env["product.product"].create({"name": "Tea", "list_price": 10})
        for discount in (0, 10):
            order = self.env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "order_line": [
                        (0, 0, {"product_id": goods.id, "discount": discount})
                        for _ in range(2)
                    ],
                }
            )
            order.action_confirm()
        self.refresh()
        self.assertEqual(self.row(partner).order_count_12m, 2)
        self.assertEqual(self.kind(partner), "benefit")

    def test_delivered_value_is_gains_less_costs_of_the_latest_answer(self):
        """Demand 55: what the customer gets less what it costs him."""
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        self._make_order(head, 30)
        self._make_score(head, 20, product_score=1)
        self._make_score(
            head, 10, product_score=9, service_score=8, image_score=7, time_score=3
        )
        self._make_score(contact, 5, product_score=6)
        self._make_score(contact, 5, product_score=8, effort_score=8)
        self.refresh()
        # 24 - 13 of the head, 18 - 18 of the contact, six scores each.
        self.assertEqual(self.row(head).delivered_value, 1.8)
        self.assertAlmostEqual(
            self.env["sme.delivered.score"].search([], limit=1).delivered_value, 0
        )

    def test_answers_older_than_two_years_are_forgotten(self):
        partner = self._regular()
        self._make_score(partner, 730, product_score=10)
        self._make_talk(partner, "review", 730, score=5)
        self.refresh()
        self.assertEqual(self.row(partner).delivered_value, 0)
        self.assertEqual(self.row(partner).rating_avg, 0)

    def test_scores_are_from_one_to_ten(self):
        with self.assertRaisesRegex(ValidationError, "from 1 to 10"):
            self._make_score(self._make_partner(), product_score=11)

    def test_a_new_score_queues_the_customer(self):
        partner = self._regular()
        self.refresh()
        self.env["sme.touch"].search([]).unlink()
        score = self._make_score(partner, product_score=9)
        self.assertIn(partner, self.env["sme.touch"].search([]).partner_id)
        self.refresh(partner)
        self.assertEqual(self.row(partner).delivered_value, 1.3)
        score.unlink()
        self.refresh(partner)
        self.assertEqual(self.row(partner).delivered_value, 0)

    def test_sql_and_the_plain_way_agree(self):
        """Demand 69: every combination gives what the plain rules give."""
        dice = random.Random(3)
        bonds = {}
        signs = list(product((0, 1, 2, 4), (0, 1), (None, 2, 4), (None, 1, 9), (0, 1)))
        for orders, discount, stars, gain, complaint in dice.sample(signs, 70):
            last = dice.choice((0, 0, 300))
            partner = self._make_partner(
                sme_relation=dice.random() < 0.1, sme_sole_supply=dice.random() < 0.1
            )
            for number in range(orders):
                self._make_order(
                    partner, last + 20 * number, 100, amount_discount=discount * number
                )
            if stars is not None:
                self._make_talk(partner, "review", score=stars)
            if gain is not None:
                self._make_score(partner, product_score=gain)
            if complaint:
                self._make_talk(partner, "complaint")
            bonds[partner] = (stars, gain)
        self.refresh()
        seen = set()
        for partner, (stars, gain) in bonds.items():
            row = self.row(partner)
            if not row:
                continue
            bond = plain.Bond(
                order_count=row.order_count,
                order_count_12m=row.order_count_12m,
                discount_count=len(
                    partner.sme_order_ids.filtered(
                        lambda o: o.amount_discount and o.date_order.date() >= YEAR_AGO
                    )
                ),
                fade_state=row.fade_state,
                rating=None if stars is None else Decimal(str(row.rating_avg)),
                delivered=None if gain is None else Decimal(str(row.delivered_value)),
                complaints=row.complaint_count,
                sole_supply=partner.sme_sole_supply,
                relation=partner.sme_relation,
            )
            self.assertEqual(row.loyalty_kind or None, plain.loyalty_kind(bond), bond)
            seen.add(row.loyalty_kind)
        self.assertGreaterEqual(len(seen), 6)
