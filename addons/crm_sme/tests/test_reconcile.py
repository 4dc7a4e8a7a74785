from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import V2, DoorCase, make_customer, make_line, make_order


@tagged("post_install", "-at_install")
class TestReconcile(DoorCase):
    """What the nightly comparison found, as people see it in Odoo."""

    def compare(self, state="comparing", differences=(), run="r1", **counts):
        report = {"run": run, "state": state, **counts}
        return self.door.compared(1, "shop", "order", report, list(differences))

    def found(self):
        return self.env["sme.reconcile"].search([("run_key", "=", "r1")])

    @staticmethod
    def difference(external_id, what):
        return {
            "external_id": external_id,
            "what": what,
            "odoo_version": "",
            "shop_version": V2,
        }

    def test_count_sum_and_list_of_the_differences_are_kept(self):
        """Demand 13: the boss sees that the figures were off, by how much, and why."""
        self.push(make_order(), make_order("o2"))
        before = self.order("o1").revenue
        rows = [
            self.difference("o1", "differing"),
            self.difference("o2", "gone"),
            self.difference("o3", "missing"),
        ]
        counts = {"missing_count": 1, "differing_count": 1, "gone_count": 1}
        self.compare(differences=rows, known_count=2, listed_count=2, **counts)
        bigger = make_order(
            "o1", V2, lines=[make_line("1", "120.00", "3.80")], total="128.80"
        )
        self.push(bigger, make_order("o3", V2), stream="reconcile/order")
        self.push(
            {"kind": "order", "external_id": "o2", "version": V2, "data": None},
            stream="reconcile/order",
            run="b",
        )
        answer = self.compare("mended", known_count=2, listed_count=2, **counts)
        report = self.found()
        self.assertEqual(answer, {"listed": 3, "refused": 0})
        self.assertEqual(report.difference_count, 3)
        self.assertEqual(report.line_ids.mapped("result"), ["mended"] * 3)
        self.assertAlmostEqual(report.revenue_before, 2 * before)
        now = sum(self.order(name).revenue for name in ("o1", "o3"))
        self.assertAlmostEqual(report.revenue_after, now)
        self.assertAlmostEqual(report.revenue_difference, now - 2 * before)

    def test_a_difference_that_the_door_refused_is_shown_as_such(self):
        self.push(make_customer())
        self.compare(differences=[self.difference("o9", "missing")], missing_count=1)
        self.push(make_order("o9", total="1"), stream="reconcile/order")
        answer = self.compare("mended", missing_count=1)
        self.assertEqual(answer["refused"], 1)
        line = self.found().line_ids
        self.assertEqual(line.result, "refused")
        self.assertEqual(line.action_open_record()["res_model"], "sme.reject")

    def test_the_same_word_twice_lists_nothing_twice(self):
        rows = [self.difference("o1", "missing")]
        self.compare(differences=rows, missing_count=1)
        self.compare(differences=rows, missing_count=1)
        self.assertEqual(len(self.found().line_ids), 1)

    def test_a_listed_order_opens(self):
        self.push(make_order())
        self.compare(differences=[self.difference("o1", "differing")])
        action = self.found().line_ids.action_open_record()
        self.assertEqual(action["res_id"], self.order("o1").id)

    def test_a_failed_comparison_says_why(self):
        self.compare("failed", message="The shop lists nothing.", gone_count=7)
        self.assertEqual(self.found().state, "failed")
        self.assertEqual(self.found().message, "The shop lists nothing.")

    def test_malformed_words_are_refused_with_the_place(self):
        for wrong in (
            {"state": "done"},
            {"known_count": -1},
            {"known_count": "7"},
            {"run": ""},
            {"surprise": 1},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(UserError) as caught:
                report = {"run": "r1", "state": "mended", **wrong}
                self.door.compared(1, "shop", "order", report)
            self.assertIn(next(iter(wrong)), str(caught.exception))
        with self.assertRaises(UserError):
            self.compare(differences=[{"external_id": "1", "what": "lost"}])
        with self.assertRaises(UserError):
            self.compare(differences=[self.difference("1", "gone")] * 5001)

    def test_only_the_agent_tells(self):
        user = self.env.ref("base.user_admin")
        user.group_ids -= self.env.ref("crm_sme.crm_sme_group_sync")
        with self.assertRaises(AccessError):
            self.door.with_user(user).compared(
                1, "shop", "order", {"run": "r", "state": "mended"}
            )
