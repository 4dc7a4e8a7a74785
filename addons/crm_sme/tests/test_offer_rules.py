"""The rules of what to offer, in plain Python."""

from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..tools.offers import (
    Customer,
    Goods,
    Hint,
    Owned,
    Wish,
    customer_grade,
    grade_fit,
    rank,
)

TODAY = date(2026, 6, 15)
TEA, CUP, POT, TRAY = 1, 2, 3, 4
HINTS = [
    Hint(CUP, "pair", 4.2, 31, TEA, "basket"),
    Hint(POT, "pair", 3.0, 12, TEA, "basket"),
    Hint(TRAY, "pair", 2.0, 40, TEA, "basket"),
]


def _ago(days):
    return TODAY - timedelta(days=days)


def _goods(**over):
    """The four products; ``over`` holds fields by name of the product."""
    names = {"tea": TEA, "cup": CUP, "pot": POT, "tray": TRAY}
    return [
        Goods(number, frozenset({10 + number}), **over.get(name, {}))
        for name, number in names.items()
    ]


def _ranked(offers):
    return [offer.goods.product for offer in offers]


@tagged("post_install", "-at_install")
class TestOfferRules(BaseCase):
    def rank(self, goods=None, hints=HINTS, **over):
        owned = over.pop("owned", {TEA: Owned(_ago(10))})
        customer = Customer(today=TODAY, owned=owned, **over)
        return rank(customer, goods or _goods(), hints)

    def test_similar_goods_alone_are_not_the_answer(self):
        """Demand 54: needs and grade give another order than bare similarity."""
        bare, _left = self.rank()
        self.assertEqual(_ranked(bare), [CUP, POT, TRAY])
        graded, _left = self.rank(_goods(cup={"grade": 0}, pot={"grade": 2}), grade=2)
        self.assertEqual(_ranked(graded), [POT, CUP, TRAY])
        asked, _left = self.rank(wishes=[Wish(1, _ago(3), 4, product=TRAY)])
        self.assertEqual(_ranked(asked), [TRAY, CUP, POT])

    def test_grade_of_goods_meets_grade_of_customer(self):
        """Demand 50: goods of a grade for customers of that grade."""
        self.assertEqual(customer_grade("permanent", "high"), 2)
        self.assertEqual(customer_grade("ordinary", "high"), 1.5)
        self.assertEqual(customer_grade(None, "low"), 0)
        self.assertIsNone(customer_grade(None, None))
        self.assertEqual(grade_fit(2, 2), 1.5)
        self.assertEqual(grade_fit(0, 2), 0.5)
        self.assertEqual(grade_fit(None, 2), 1)
        self.assertEqual(grade_fit(1, None), 1)

    def test_what_was_bought_lately_is_left_out(self):
        offers, left = self.rank(owned={TEA: Owned(_ago(10)), CUP: Owned(_ago(89))})
        self.assertEqual(_ranked(offers), [POT, TRAY])
        self.assertEqual([(each.goods.product, each.why) for each in left],
                         [(TEA, "recent"), (CUP, "recent")])  # fmt: skip
        offers, _left = self.rank(owned={CUP: Owned(_ago(90))})
        self.assertIn(CUP, _ranked(offers))

    def test_what_was_complained_about_is_left_out_though_asked_for(self):
        owned = {CUP: Owned(_ago(200), complained=_ago(100))}
        wishes = [Wish(1, _ago(3), 5, product=CUP)]
        offers, left = self.rank(owned=owned, wishes=wishes)
        self.assertNotIn(CUP, _ranked(offers))
        self.assertEqual(left[0].why, "complaint")
        forgotten = {CUP: Owned(_ago(500), complained=_ago(366))}
        self.assertIn(CUP, _ranked(self.rank(owned=forgotten)[0]))

    def test_what_was_given_back_is_left_out_until_bought_again(self):
        owned = {CUP: Owned(_ago(200), returned=_ago(190))}
        self.assertEqual(self.rank(owned=owned)[1][0].why, "returned")
        again = {CUP: Owned(_ago(120), returned=_ago(190))}
        self.assertIn(CUP, _ranked(self.rank(owned=again)[0]))

    def test_goods_are_offered_again_when_their_time_has_come(self):
        """Demand 35: the re-buy is due by the usual time of the product."""
        goods = _goods(tea={"cycle_days": 60})
        offers, left = self.rank(goods, owned={TEA: Owned(_ago(75))})
        self.assertEqual(offers[0].why, "rebuy")
        self.assertEqual(offers[0].days_since, 75)
        self.assertFalse(left)
        offers, left = self.rank(goods, owned={TEA: Owned(_ago(59))})
        self.assertNotIn(TEA, _ranked(offers))
        self.assertEqual(left[0].why, "recent")

    def test_wish_for_a_category_makes_an_offer_of_its_goods(self):
        """Demand 90: offers go by need, also without any history."""
        wishes = [Wish(1, _ago(30), 2, category=13), Wish(2, _ago(3), 5, category=13)]
        offers, _left = self.rank(hints=[], owned={}, wishes=wishes)
        self.assertEqual(_ranked(offers), [POT])
        self.assertEqual((offers[0].why, offers[0].wish.key), ("need", 2))
        self.assertEqual(offers[0].score, 6)

    def test_nothing_known_gives_no_offers(self):
        self.assertEqual(self.rank(hints=[], owned={}), ([], []))

    def test_equal_scores_go_to_what_more_customers_took(self):
        hints = [Hint(CUP, "best", joint=3), Hint(POT, "best", joint=9)]
        offers, _left = self.rank(hints=hints, owned={})
        self.assertEqual(_ranked(offers), [POT, CUP])

    def test_huge_lift_of_a_rare_pair_does_not_rule(self):
        hints = [*HINTS, Hint(TRAY, "pair", 31170.0, 5, TEA, "basket")]
        offers, _left = self.rank(hints=hints)
        self.assertEqual(offers[0].score, 10)

    def test_owned_goods_that_are_not_due_come_after_new_ones(self):
        hints = [Hint(CUP, "pair", 4.0, 9, TEA), Hint(POT, "pair", 3.0, 9, TEA)]
        offers, _left = self.rank(hints=hints, owned={CUP: Owned(_ago(300))})
        self.assertEqual(_ranked(offers), [POT, CUP])
