from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..metrics.as_of import AsOf
from ..metrics.offers import owned_goods
from .feedback_common import FeedbackCase
from .metrics_common import NOW


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFeedbackHistory(FeedbackCase):
    """Demands 15, 74: a case counts for the customer, once, wherever one looks."""

    def value(self):
        self.refresh()
        self.revalue()
        return self.row(self.customer)

    def test_complaint_counts_once_in_all_figures(self):
        self.company.write({"sme_cost_complaint": 15})
        self._make_order(self.customer, 30)
        self.make_case()
        row = self.value()
        self.assertEqual((row.complaint_count, row.service_cost), (1, 15))

    def test_complaint_that_was_noted_first_is_the_same_one(self):
        self._make_order(self.customer, 30)
        noted = self._make_talk(self.customer, "complaint", 1, direction="in")
        noted.action_make_feedback()
        self.assertEqual(self.value().complaint_count, 1)
        self.assertEqual(self.history(kind="complaint"), noted)

    def test_requests_and_praise_are_history_but_no_complaints(self):
        self._make_order(self.customer, 30)
        case = self.make_case(kind="request")
        self.make_case(kind="praise", summary="So friendly")
        self.assertEqual(self.value().complaint_count, 0)
        self.assertEqual(len(self.history(kind="praise")), 1)
        case.kind = "complaint"
        self.assertEqual(self.value().complaint_count, 1)
        self.assertFalse(self.history(kind="request"))

    def test_what_was_no_case_does_not_count_and_what_is_deleted_leaves(self):
        self._make_order(self.customer, 30)
        spam, slip = self.make_case(), self.make_case()
        spam.stage_id = self.stage["refused"]
        self.assertEqual(self.value().complaint_count, 1)
        spam.stage_id = self.stage["new"]
        self.assertEqual(self.value().complaint_count, 2)
        slip.unlink()
        self.assertEqual(self.value().complaint_count, 1)

    def test_case_moves_with_its_customer(self):
        other = self._make_partner("Other")
        case = self.make_case()
        case.partner_id = other
        self.assertFalse(self.history(kind="complaint"))
        self.assertEqual(len(self.history(other, kind="complaint")), 1)
        nameless = self.make_case(partner_id=False)
        self.assertFalse(nameless.history_id)
        nameless.partner_id = other
        self.assertEqual(len(self.history(other, kind="complaint")), 2)

    def test_merged_customers_keep_their_cases(self):
        other = self._make_partner("Anna B.", email="anna@example.com")
        case = self.make_case(partner_id=other.id)
        self.make_case()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, self.customer
        )
        self.assertEqual(case.partner_id, self.customer)
        self._make_order(self.customer, 30)
        self.assertEqual(self.value().complaint_count, 2)

    def test_adopted_suggestion_earns_learning_points(self):
        """Demand 60: learning value; what a suggestion taught counts."""
        self.company.sme_learning_rate = 10
        self._make_order(self.customer, 30)
        case = self.make_case(kind="suggestion", summary="Print the brewing time")
        self.assertEqual(self.value().learning_value, 0)
        case.write({"adopted": True, "learning_points": 3})
        self.assertEqual(self.value().learning_value, 30)
        case.learning_points = 0
        self.assertEqual(self.value().learning_value, 0)

    def test_adopting_without_points_gives_the_least(self):
        case = self.make_case(kind="suggestion")
        case.adopted = True
        self.assertEqual(case.learning_points, 1)

    def test_open_complaint_is_part_of_why_a_customer_fades(self):
        """Demand 46: who leaves after a complaint that nobody settled."""
        self._make_order(self.customer, 30)
        case = self.make_case()
        row = self.value()
        self.assertIn("unanswered: Lid broken", row.fade_reason)
        self.answer(case)
        row.invalidate_recordset()
        self.assertIn("not settled yet: Lid broken", row.fade_reason)
        case.action_solve()
        row.invalidate_recordset()
        self.assertIn("complained on 06/15/2026: Lid broken", row.fade_reason)
        with freeze_time(NOW + timedelta(days=200)):
            row.invalidate_recordset()
            self.assertNotIn("Lid broken", row.fade_reason)
            case.action_reopen()
            row.invalidate_recordset()
            self.assertIn("not settled yet: Lid broken", row.fade_reason)

    def test_goods_complained_about_are_not_offered(self):
        product = self.env["product.product"].create({"name": "Pot"})
        self.make_case(product_id=product.id)
        self.env.flush_all()
        owned = owned_goods(
            self.env, self.company, self.customer, AsOf.of_company(self.company)
        )
        self.assertEqual(owned[product.id].complained, NOW.date())

    def test_a_refused_case_does_not_spoil_the_goods(self):
        product = self.env["product.product"].create({"name": "Pot"})
        case = self.make_case(product_id=product.id)
        case.stage_id = self.stage["refused"]
        self.env.flush_all()
        owned = owned_goods(
            self.env, self.company, self.customer, AsOf.of_company(self.company)
        )
        self.assertNotIn(product.id, owned)
