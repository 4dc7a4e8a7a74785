from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.rfm import (
    Behaviour,
    Limits,
    quintile_limits,
    rfm_scores,
    score_all,
    score_one,
)


@tagged("post_install", "-at_install")
class TestRfm(BaseCase):
    def test_one_time_buyers_are_the_lowest_class_of_frequency(self):
        """Demand 48: ties never push the one-time buyers out of the lowest class.

        The distribution of a real shop: more than a fifth bought once. Counting equal
        limits as well leaves F=1 empty.
        """
        orders = [1] * 1494 + [2] * 835 + [3] * 508 + [4] * 630 + [5] * 172 + [9] * 700
        limits = quintile_limits(orders)
        classes = [score_one(value, limits) for value in orders]
        self.assertEqual(
            [classes.count(number) for number in range(1, 6)],
            [1494, 835, 508, 802, 700],
        )

    def test_equal_customers_have_equal_scores(self):
        same = {key: Behaviour(10, 2, Decimal(50)) for key in range(100)}
        self.assertEqual(set(score_all(same).values()), {"111"})

    def test_recent_often_and_much_is_best(self):
        codes = score_all(
            {
                key: Behaviour(100 - 10 * key, key, Decimal(10 * key))
                for key in range(1, 11)
            }
        )
        self.assertEqual(codes[10], "555")
        self.assertEqual(codes[1], "111")

    def test_four_customers_have_no_fifths(self):
        self.assertEqual(quintile_limits([1, 2, 3, 4]), [])
        four = {key: Behaviour(key, key, Decimal(key)) for key in range(1, 5)}
        self.assertEqual(set(score_all(four).values()), {None})

    def test_no_customer_at_all_does_not_raise(self):
        self.assertEqual(score_all({}), {})

    def test_a_net_sum_of_nothing_is_the_lowest_monetary_class(self):
        limits = Limits([-9, -8, -7, -6], [1, 1, 1, 1], [Decimal(-9)] * 4)
        self.assertEqual(rfm_scores(Behaviour(1, 2, Decimal(-5)), limits), (5, 5, 1))

    def test_who_bought_before_the_window_is_lowest_everywhere(self):
        limits = Limits([-9, -8, -7, -6], [1, 1, 1, 1], [Decimal(1)] * 4)
        self.assertEqual(rfm_scores(None, limits), (1, 1, 1))
