import random
from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..metrics import care_proof
from ..metrics.as_of import AsOf
from .care_common import CareCase
from .metrics_common import NOW


@tagged("post_install", "-at_install")
class TestCareProof(CareCase):
    """Demand 44: it is known which care earns money, against a hold-out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._make_plan([{"days": 0}], holdout_percent=10, order_days=30)

    def _enter(self, partner, days_ago, holdout, occurrence="a", plan=None):
        plan = plan or self.plan
        return self.env["sme.care.enrollment"].create(
            {
                "plan_id": plan.id,
                "company_id": plan.company_id.id,
                "partner_id": partner.id,
                "occurrence": occurrence,
                "date": NOW - timedelta(days=days_ago),
                "holdout": holdout,
            }
        )

    def _measure(self, plan=None):
        plan = plan or self.plan
        with freeze_time(NOW):
            self.env["sme.care.report"]._measure(plan)
        return plan.report_id

    def test_orders_from_the_first_entry_on_count_for_as_many_days_in_both_groups(self):
        for holdout in (False, True):
            partner = self._make_customer()
            self._enter(partner, 40, holdout)
            self._make_order(partner, 41, 1000)  # before he entered
            self._make_order(partner, 39, 100)
            self._make_order(partner, 11, 10)
            self._make_order(partner, 9, 5000)  # 31 days later
        row = self._measure()
        self.assertEqual((row.days, row.customer_count, row.holdout_count), (30, 1, 1))
        self.assertEqual((row.revenue_treated, row.revenue_held_out), (110, 110))
        self.assertEqual((row.order_treated, row.order_held_out), (2, 2))
        self.assertEqual((row.margin_verdict, row.net), ("too_few", 0))

    def test_who_enters_again_counts_once_and_in_his_first_group(self):
        partner = self._make_customer()
        self._enter(partner, 40, True, "a")
        self._enter(partner, 20, False, "b")
        self._make_order(partner, 15, 100)
        row = self._measure()
        self.assertEqual((row.customer_count, row.holdout_count), (0, 1))
        self.assertEqual(row.revenue_held_out, 100)

    def test_refunds_are_taken_off_and_own_orders_and_contacts_count(self):
        firm = self._make_customer(is_company=True)
        contact = self._make_partner("Contact", parent_id=firm.id)
        self._enter(firm, 20, False)
        order = self._make_order(contact, 10, 100)
        self._make_refund(order, 5, 40)
        self.env["sale.order"].create(
            {
                "partner_id": contact.id,
                "company_id": self.company.id,
                "date_order": NOW - timedelta(days=3),
                "state": "sale",
                "order_line": [
                    (0, 0, {"name": "x", "product_uom_qty": 1, "price_unit": 7,
                            "tax_ids": False,
                            "product_id": self.env["product.product"].create(
                                {"name": "x"}).id})
                ],
            }
        )  # fmt: skip
        row = self._measure()
        self.assertEqual((row.revenue_treated, row.order_treated), (67, 2))

    def test_the_sums_are_those_of_slow_python(self):
        dice = random.Random(4)
        for _turn in range(40):
            partner = self._make_customer()
            for occurrence in "ab"[: dice.choice((1, 1, 2))]:
                self._enter(
                    partner, dice.randrange(60), dice.random() < 0.3, occurrence
                )
            for _order in range(dice.choice((0, 0, 1, 3))):
                order = self._make_order(
                    partner, dice.randrange(70), dice.randrange(99)
                )
                if order.revenue and dice.random() < 0.2:
                    self._make_refund(order, dice.randrange(9), order.revenue / 2)
        with freeze_time(NOW):
            found = care_proof.outcomes(
                self.env, self.plan, 30, AsOf.of_company(self.company)
            )
        self.assertEqual(found, self._slow(30))

    def _slow(self, days):
        first = {}
        for each in self.env["sme.care.enrollment"].search(
            [("plan_id", "=", self.plan.id)], order="date, id"
        ):
            first.setdefault(each.partner_id, each)
        found = {False: (0, []), True: (0, [])}
        for partner in sorted(first, key=lambda p: p.id):
            entry = first[partner]
            until = entry.date + timedelta(days=days)
            orders = partner.sme_order_ids.filtered(
                lambda o, e=entry, u=until: (
                    e.date <= o.date_order < u and o.date_order <= NOW and o.counted
                )
            )
            size, rows = found[entry.holdout]
            if orders:
                bought = orders.filtered(lambda o: o.kind == "order" and o.revenue > 0)
                rows.append(
                    (
                        float(len(bought)),
                        sum(orders.mapped("revenue")),
                        sum(orders.mapped("margin")),
                    )
                )
            found[entry.holdout] = (size + 1, rows)
        return found

    def _shop(self, treated, held_out, brings):
        """Customers of whom every third buys; those cared for as told.

        :param brings: revenue of an order of those cared for
        """
        for at in range(treated + held_out):
            holdout = at >= treated
            partner = self._make_customer()
            self._enter(partner, 20, holdout)
            if at % 3 == 0:
                self._make_order(
                    partner, 10, 40 + at % 7 if holdout else brings + at % 7
                )

    def test_a_plan_that_brings_more_is_told_to_have_earned_after_its_costs(self):
        self._shop(60, 30, 400)
        entry = self.plan.enrollment_ids.filtered(lambda e: not e.holdout)[:1]
        self.env["sme.care.touch"].create(
            {
                "enrollment_id": entry.id,
                "step_id": self.plan.step_ids.id,
                "plan_id": self.plan.id,
                "company_id": self.company.id,
                "partner_id": entry.partner_id.id,
                "channel": "mail",
                "date": NOW - timedelta(days=20),
                "state": "done",
                "cost": 50,
            }
        )
        row = self._measure()
        self.assertEqual(row.margin_verdict, "earned")
        self.assertLess(0, row.margin_low)
        self.assertLess(row.margin_low, row.margin_uplift)
        self.assertLess(row.margin_uplift, row.margin_high)
        self.assertEqual((row.cost, row.touch_count), (50, 1))
        self.assertAlmostEqual(row.earned, row.margin_uplift * 60, delta=1)
        self.assertAlmostEqual(row.net, row.earned - 50, 2)
        self.assertIn("Earned", row.words)
        self.assertEqual(self.plan.verdict, "earned")

    def test_a_plan_that_brings_as_much_is_not_proven_yet(self):
        self._shop(60, 30, 40)
        row = self._measure()
        self.assertEqual(row.margin_verdict, "not_proven")
        self.assertIn("Not proven yet", row.words)

    def test_a_plan_that_drives_customers_away_is_told_to_have_lost(self):
        self._shop(60, 30, 1)
        row = self._measure()
        self.assertEqual(row.margin_verdict, "lost")
        self.assertIn("Lost", row.words)

    def test_a_plan_that_nobody_entered_has_no_result(self):
        self.assertFalse(self._measure())
        partner = self._make_customer()
        entry = self._enter(partner, 5, False)
        self.assertTrue(self._measure())
        entry.unlink()
        self.plan.invalidate_recordset()
        self.assertFalse(self._measure())

    def test_measuring_again_gives_the_same_result(self):
        self._shop(30, 12, 80)
        names = ["margin_low", "margin_high", "net", "margin_verdict"]
        first = self._measure().read(names)
        self.assertEqual(self._measure().read(names), first)

    def test_the_days_counted_cover_all_steps_and_a_year_of_what_repeats(self):
        steps = [{"days": 3}, {"days": 7}, {"days": 5, "wait_from": "entry"}]
        plan = self._make_plan(steps, start=False, order_days=14)
        self.assertEqual(plan._counted_days(), 24)
        plan.trigger = "after_delivery"
        self.assertEqual(plan._counted_days(), 365)
        plan.result_days = 60
        self.assertEqual(plan._counted_days(), 60)

    def test_a_customer_has_one_lot_in_a_plan_whatever_the_occasion(self):
        for _customer in range(12):
            self._make_customer(
                figures={"fade_state": "fading", "fade_since": NOW.date()}
            )
        plan = self._make_plan(
            start=False,
            trigger="every_n_days",
            trigger_days=1,
            holdout_percent=50,
            fade_states="fading",
            exit_on_order=False,
        )
        with freeze_time(NOW):
            plan.action_start()
        for day in range(4):
            self.care(after_days=day)
        groups = {}
        for entry in plan.enrollment_ids:
            groups.setdefault(entry.partner_id, []).append(entry.holdout)
        self.assertGreater(max(len(lots) for lots in groups.values()), 1)
        self.assertTrue(all(len(set(lots)) == 1 for lots in groups.values()))
        self.assertEqual(len({lots[0] for lots in groups.values()}), 2)
