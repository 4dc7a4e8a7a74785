"""What is bought together: the SQL beside the plain way, and known examples."""

import random
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from ..metrics import pair_tables
from ..tools.affinity import Caps, bought_together, log_likelihood_ratio
from .metrics_common import NOW
from .offer_common import OfferCase

# Tan, Steinbach, Kumar, Introduction to Data Mining, table of market baskets.
BREAD, MILK, DIAPERS, BEER, EGGS, COLA = range(1, 7)
TEXTBOOK = [
    (BREAD, MILK),
    (BREAD, DIAPERS, BEER, EGGS),
    (MILK, DIAPERS, BEER, COLA),
    (BREAD, MILK, DIAPERS, BEER),
    (BREAD, MILK, DIAPERS, COLA),
]


@tagged("post_install", "-at_install")
class TestAffinityTool(BaseCase):
    def test_evidence_is_that_of_the_paper(self):
        """Dunning (1993): "the swiss" and others of his table of bigrams."""
        for both, first, second, rest, expected in (
            (110, 2442, 111, 29114, 270.72),
            (29, 13, 123, 31612, 263.90),
            (31, 23, 139, 31584, 256.84),
        ):
            total = both + first + second + rest
            found = log_likelihood_ratio(both, both + first, both + second, total)
            self.assertAlmostEqual(found, expected, 2)

    def test_textbook_baskets_have_the_textbook_figures(self):
        baskets = {
            (copy, number): dict.fromkeys(items, 1.0)
            for copy in range(20)
            for number, items in enumerate(TEXTBOOK)
        }
        pairs = {(p.item, p.other): p for p in bought_together(baskets)}
        pair = pairs[DIAPERS, BEER]
        self.assertAlmostEqual(pair.support, 3 / 5)
        self.assertAlmostEqual(pair.confidence, 3 / 4)
        self.assertAlmostEqual(pair.lift, 1.25)
        self.assertAlmostEqual(pairs[BEER, DIAPERS].confidence, 1)
        self.assertNotIn((BREAD, MILK), pairs, "less often than chance")

    def test_what_was_bought_together_four_times_is_chance(self):
        """Without a floor the lift has no bounds."""
        baskets = {n: {1: 1.0, 2: 1.0} for n in range(4)}
        baskets |= {n: {3: 1.0} for n in range(4, 1000)}
        self.assertEqual(bought_together(baskets), [])
        baskets[5] = {1: 1.0, 2: 1.0}
        self.assertEqual(len(bought_together(baskets)), 2)

    def test_nothing_sold_gives_no_pairs(self):
        self.assertEqual(bought_together({}), [])
        self.assertEqual(bought_together({1: {}}), [])


@tagged("post_install", "-at_install")
class TestAffinity(OfferCase):
    def stored(self, level, scope, company=None):
        return {
            (row.item, row.other): row
            for row in self.env["sme.affinity"].search(
                [
                    ("level", "=", level),
                    ("scope", "=", scope),
                    ("company_id", "=", (company or self.company).id),
                ]
            )
        }

    def _baskets(self, level, scope, company):
        """Money by item and basket, read with the ORM."""
        baskets = {}
        for order in self.env["sme.order"].search(
            [
                ("company_id", "=", company.id),
                ("counted", "=", True),
                ("kind", "=", "order"),
                ("revenue", ">", 0),
                ("date_order", ">", NOW - timedelta(days=720)),
            ]
        ):
            head = order.partner_id.commercial_partner_id
            key = order.id if scope == "basket" else head.id
            if not key:
                continue
            basket = baskets.setdefault(key, {})
            for line in order.line_ids:
                item = line.product_id
                if level == "category":
                    item = line.categ_id or line.product_id.categ_id
                basket[item.id] = basket.get(item.id, 0) + line.price_subtotal
        return baskets

    def _check(self, level, scope, caps=None, company=None):
        company = company or self.company
        expected = bought_together(self._baskets(level, scope, company), caps)
        stored = self.stored(level, scope, company)
        self.assertEqual(set(stored), {(p.item, p.other) for p in expected})
        for pair in expected:
            row = stored[pair.item, pair.other]
            self.assertEqual(row.joint_count, pair.joint)
            self.assertAlmostEqual(row.support, pair.support, 5)
            self.assertAlmostEqual(row.confidence, pair.confidence, 3)
            self.assertAlmostEqual(row.lift, pair.lift, delta=0.0051)
            self.assertAlmostEqual(row.g2, pair.g2, delta=0.011)
        return expected

    def test_sql_and_the_plain_way_agree_on_random_baskets(self):
        """Demand 35: support, confidence, lift and G2 equal the plain computation."""
        dice = random.Random(4)
        goods = [self._make_product(f"P{n}", (self.tea, self.cups)[n % 2])
                 for n in range(9)]  # fmt: skip
        people = [self._make_partner(f"C{n}") for n in range(60)]
        for number in range(160):
            start = dice.choice((0, 3, 6))
            chosen = {goods[start], *dice.sample(goods[start : start + 3], 2)}
            chosen |= set(dice.sample(goods, dice.choice((0, 0, 0, 4))))
            partner = dice.choice([*people, self.env["res.partner"]])
            self._buy(partner, 1 + number % 600, *chosen)
        found = 0
        for caps in (Caps(), Caps(items=6, basket=3, partners=1)):
            self._find_pairs(caps=caps)
            with patch.object(pair_tables, "load_library", return_value=None):
                self.assertEqual(self._find_pairs(caps=caps), 0, "the join")
            for level in ("product", "category"):
                for scope in ("basket", "customer"):
                    with self.subTest(caps=caps, level=level, scope=scope):
                        found += len(self._check(level, scope, caps))
        self.assertGreater(found, 20)

    def test_a_second_search_writes_nothing_and_old_pairs_go(self):
        self._buy_together(8, self.green, self.mug, apart=(self.black,))
        self.assertGreater(self._find_pairs(), 0)
        before = self.versions("sme_affinity"), self.versions("sme_best_seller")
        self.assertEqual(self._find_pairs(), 0)
        after = self.versions("sme_affinity"), self.versions("sme_best_seller")
        self.assertEqual(after, before)
        self.assertTrue(self.stored("product", "basket"))
        self.env["sme.order"].search([("company_id", "=", self.company.id)]).write(
            {"counted": False}
        )
        self._find_pairs()
        self.assertFalse(self.stored("product", "basket"))
        self.assertFalse(self.env["sme.best.seller"].search([]))

    def test_goods_bought_on_two_days_go_together_by_customer_only(self):
        for number in range(8):
            partner = self._make_partner(f"C{number}")
            self._buy(partner, 20, self.green)
            self._buy(partner, 10, self.mug)
            self._buy(self._make_partner(), 5, self.black)
        self._find_pairs()
        pair = (self.green.id, self.mug.id)
        self.assertNotIn(pair, self.stored("product", "basket"))
        row = self.stored("product", "customer")[pair]
        self.assertEqual((row.joint_count, row.lift), (8, 2))
        categories = self.stored("category", "customer")
        self.assertNotIn((self.tea.id, self.tea.id), categories)

    def test_orders_paid_back_and_old_ones_do_not_count(self):
        self._buy_together(8, self.green, self.mug, apart=(self.black,), at=800)
        for number in range(8):
            order = self._buy(self._make_partner(), number, self.green, self.glass)
            self._make_refund(order, 0)
            self._buy(self._make_partner(), number, self.black)
        self._find_pairs()
        self.assertFalse(self.stored("product", "basket"))

    def test_companies_keep_their_pairs_apart(self):
        other = self._make_company("Other Ltd", "USD", "UTC")
        self._buy_together(8, self.green, self.mug, apart=(self.black,))
        self._find_pairs()
        self._find_pairs(other)
        self.assertTrue(self.stored("product", "basket"))
        self.assertFalse(self.stored("product", "basket", other))
        seen = self.env["sme.affinity"].with_user(self._make_user("eve")).search([])
        self.assertEqual(seen.company_id, self.company)

    def test_best_sellers_are_those_of_each_tier(self):
        """Demand 50: what customers of a tier buy."""
        tier = self.env.ref("crm_sme.sme_value_tier_permanent")
        for number in range(3):
            partner = self._make_partner(f"C{number}")
            self._buy(partner, 10, self.green)
            self._buy(partner, 5, self.green)
        self._buy(partner, 3, self.mug)
        self.refresh()
        self.row(partner).tier_id = tier
        self._find_pairs()
        best = self.env["sme.best.seller"].search(
            [("company_id", "=", self.company.id), ("tier_id", "=", False)]
        )
        self.assertEqual(best.product_id, self.green | self.mug)
        self.assertEqual(best.mapped("customer_count"), [3, 1])
        of_tier = self.env["sme.best.seller"].search([("tier_id", "=", tier.id)])
        self.assertEqual(of_tier.mapped("customer_count"), [1, 1])
        self.assertEqual(of_tier.mapped("position"), [1, 2])

    def test_product_tells_how_much_goes_with_it(self):
        self._buy_together(8, self.green, self.mug, apart=(self.black,))
        self._find_pairs()
        template = self.green.product_tmpl_id
        self.assertEqual(template.sme_affinity_count, 2)
        action = template.action_view_sme_affinity()
        rows = self.env["sme.affinity"].search(action["domain"])
        self.assertEqual(rows.other_product_id, self.mug)
        self.assertEqual(set(rows.mapped("scope")), {"basket", "customer"})
        self.assertEqual(rows[0].display_name, "Green tea → Mug")

    def test_only_officers_have_pairs_searched(self):
        pairs = self.env["sme.affinity"]
        with self.assertRaisesRegex(AccessError, "officer"):
            pairs.with_user(self._make_user("una")).action_refresh()
        self._buy_together(8, self.green, self.mug, apart=(self.black,))
        pairs.with_user(self._make_user("olaf", "officer")).action_refresh()
        self.assertTrue(self.stored("product", "basket"))

    def test_monthly_job_searches_every_company(self):
        self._buy_together(8, self.green, self.mug, apart=(self.black,))
        with self.enter_registry_test_mode():
            self.env.ref("crm_sme.ir_cron_affinity").method_direct_trigger()
        self.assertTrue(self.stored("product", "basket"))

    def test_goods_that_are_deleted_take_their_pairs_along(self):
        self._buy_together(8, self.green, self.mug, apart=(self.black,))
        self._find_pairs()
        self.env["sme.order.line"].search([("product_id", "=", self.mug.id)]).unlink()
        self.mug.unlink()
        self.assertFalse(self.stored("product", "basket"))
