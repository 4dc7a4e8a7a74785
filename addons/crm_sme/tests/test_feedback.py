from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .feedback_common import FeedbackCase
from .metrics_common import NOW

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFeedback(FeedbackCase):
    """Demands 74, 75: complaints and requests are written down and settled."""

    def test_quick_form_has_four_fields_and_the_rest_follows(self):
        """Demand 75: written down with little typing."""
        vendor = self._make_partner("Potter", is_company=True)
        product = self.env["product.product"].create(
            {"name": "Pot", "seller_ids": [(0, 0, {"partner_id": vendor.id})]}
        )
        form = Form(
            self.env["sme.feedback"].with_user(self.agent),
            "crm_sme.sme_feedback_view_form_quick",
        )
        form.partner_id = self.customer
        form.summary = "Lid broken"
        form.product_id = product
        shown = [name for name in form._view["fields"] if name != "id"]
        self.assertEqual(
            {n for n in shown if not form._get_modifier(n, "invisible")},
            {"partner_id", "summary", "kind", "product_id"},
        )
        case = form.save()
        self.assertRecordValues(
            case,
            [
                {
                    "kind": "complaint",
                    "team_id": self.team.id,
                    "user_id": self.leader.id,
                    "stage_id": self.stage["new"].id,
                    "vendor_id": vendor.id,
                    "deadline": NOW + 72 * HOUR,
                    "email_from": "anna@example.com",
                    "is_open": True,
                }
            ],
        )
        self.assertRegex(case.display_name, r"^FB\d+ · Lid broken$")

    def test_deadline_follows_the_severity_and_may_be_moved(self):
        case = self.make_case(severity="3")
        self.assertEqual(case.deadline, NOW + 4 * HOUR)
        case.severity = "0"
        self.assertEqual(case.deadline, NOW + 120 * HOUR)
        case.deadline = NOW + HOUR
        self.assertFalse(case.is_overdue)
        with freeze_time(NOW + 2 * HOUR):
            case.invalidate_recordset()
            self.assertTrue(case.is_overdue)
            late = self.env["sme.feedback"].search([("is_overdue", "=", True)])
            self.assertIn(case, late)
            others = self.env["sme.feedback"].search([("is_overdue", "=", False)])
            self.assertNotIn(case, others)

    def test_case_goes_to_the_customers_salesperson_if_he_is_of_the_team(self):
        self.customer.user_id = self.agent
        self.assertEqual(self.make_case(user_id=False).user_id, self.agent)
        self.customer.user_id = self.seller
        self.assertEqual(self.make_case(user_id=False).user_id, self.leader)

    def test_cause_proposes_the_department_that_can_mend_it(self):
        case = self.make_case(
            cause_id=self.env.ref("crm_sme.sme_feedback_cause_late").id
        )
        self.assertEqual(case.department, "delivery")
        case.department = "warehouse"
        self.assertEqual(case.department, "warehouse")

    def test_an_answer_to_the_customer_is_the_first_response(self):
        """Demand 81: how quickly customers are answered."""
        case = self.make_case()
        case.with_user(self.agent).message_post(body="Who knows him?")
        self.assertFalse(case.first_response_on, "a note is no answer")
        with freeze_time(NOW + 3 * HOUR):
            self.answer(case)
        with freeze_time(NOW + 5 * HOUR):
            self.answer(case, body="Sent today")
        self.assertEqual(case.first_response_on, NOW + 3 * HOUR)
        self.assertEqual(case.history_id.response_hours, 3)
        self.assertEqual(len(self.history(kind="mail", direction="out")), 2)

    def test_an_answer_in_one_case_answers_no_other(self):
        first, second = self.make_case(), self.make_case()
        self.answer(first)
        self.assertFalse(second.first_response_on)
        self.assertTrue(second.history_id.is_unanswered)

    def test_a_colleague_of_another_team_may_answer(self):
        """Demand 7: whoever meets the customer can serve him."""
        case = self.make_case(self.agent)
        self.answer(case, self.seller)
        self.assertEqual(case.first_response_on, NOW)

    def test_a_done_call_about_the_case_is_an_answer_and_a_todo_is_not(self):
        case = self.make_case(user_id=self.agent.id)
        for xmlid, is_answer in (("todo", False), ("call", True)):
            activity = case.with_user(self.agent).activity_schedule(
                f"mail.mail_activity_data_{xmlid}", user_id=self.agent.id
            )
            activity.action_feedback(feedback="Done")
            self.assertEqual(bool(case.first_response_on), is_answer, xmlid)
        self.assertEqual(len(self.history(kind="call")), 1)
        self.assertFalse(self.history(kind="note"))

    def test_a_call_noted_on_the_customer_answers_his_case(self):
        case = self.make_case()
        self._make_talk(self.customer, "call", 0, direction="out")
        self.assertEqual(case.first_response_on, NOW)

    def test_solving_dates_the_end_and_reopening_counts_and_renews_the_deadline(self):
        case = self.make_case()
        with freeze_time(NOW + 10 * HOUR):
            case.action_solve()
        self.assertEqual(case.stage_id, self.stage["solved"])
        self.assertEqual(case.closed_on, NOW + 10 * HOUR)
        self.assertEqual(case.first_response_on, NOW + 10 * HOUR)
        self.assertFalse(case.is_open)
        with freeze_time(NOW + 20 * HOUR):
            case.action_reopen()
        self.assertTrue(case.is_open)
        self.assertFalse(case.closed_on)
        self.assertEqual(case.reopened_count, 1)
        self.assertEqual(case.deadline, NOW + 92 * HOUR)
        case.stage_id = self.stage["progress"]
        self.assertEqual(case.reopened_count, 1, "a step forward is no return")

    def test_forgotten_cases_rot(self):
        case = self.make_case()
        for days, is_rotting in ((1, False), (3, True)):
            # Odoo counts from the start of the transaction.
            case.date_last_stage_update = self.env.cr.now() - timedelta(days=days)
            self.env.flush_all()
            self.assertEqual(case.is_rotting, is_rotting)
            found = self.env["sme.feedback"].search([("is_rotting", "=", True)])
            self.assertEqual(case in found, is_rotting)

    def test_overdue_case_is_told_to_the_leader_once(self):
        """Demand 74: complaints are taken seriously."""
        case = self.make_case(user_id=self.agent.id)
        fresh = self.make_case(severity="0")
        for hours in (73, 74):
            with freeze_time(NOW + hours * HOUR):
                self.run_job("escalate")
        todo = self.env["mail.activity"].search(
            [("res_model", "=", "sme.feedback"), ("res_id", "in", (case | fresh).ids)]
        )
        self.assertEqual(todo.res_id, case.id)
        self.assertEqual(todo.user_id, self.leader)
        self.assertIn("Lid broken", todo.summary)
        case.action_solve()
        self.assertFalse(todo.exists().filtered("active"))
        case.action_reopen()
        with freeze_time(NOW + 200 * HOUR):
            self.run_job("escalate")
        self.assertEqual(len(case.activity_ids), 1, "late again: told again")

    def test_without_leader_the_responsible_is_told(self):
        self.team.user_id = False
        case = self.make_case(user_id=self.agent.id)
        with freeze_time(NOW + 80 * HOUR):
            self.run_job("escalate")
        self.assertEqual(case.activity_ids.user_id, self.agent)

    def test_small_compensation_is_free_and_a_large_one_waits_for_a_manager(self):
        """Demand 67: authority matches duty, and who decided is kept."""
        self.company.sme_compensation_limit = 20
        case = self.make_case(self.agent, compensation_amount=20)
        self.assertEqual(case.compensation_state, "free")
        case.compensation_amount = 21
        self.assertEqual(case.compensation_state, "to_approve")
        todo = case.sudo().activity_ids
        self.assertEqual(todo.user_id, self.leader)
        with self.assertRaisesRegex(UserError, "waits for a manager"):
            case.action_solve()
        for attempt in (
            case.action_approve_compensation,
            lambda: case.write({"compensation_state": "approved"}),
            lambda: self.make_case(self.agent, compensation_state="approved"),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
                attempt()
        case.with_user(self.leader).action_approve_compensation()
        self.assertRecordValues(
            case.sudo(),
            [{"compensation_state": "approved", "compensation_by": self.leader.id}],
        )
        self.assertFalse(case.sudo().activity_ids)
        case.action_solve()
        self.assertFalse(case.is_open)

    def test_refused_compensation_is_zero_and_says_by_whom(self):
        self.company.sme_compensation_limit = 20
        case = self.make_case(self.agent, compensation_amount=500)
        case.with_user(self.leader).action_refuse_compensation()
        self.assertRecordValues(
            case.sudo(),
            [
                {
                    "compensation_state": "refused",
                    "compensation_by": self.leader.id,
                    "compensation_amount": 0,
                }
            ],
        )
        said = case.sudo().message_ids.filtered(lambda m: "500" in (m.body or ""))
        self.assertEqual(said.author_id, self.leader.partner_id)

    def test_a_manager_needs_nobodys_leave(self):
        self.company.sme_compensation_limit = 20
        case = self.make_case(self.leader, compensation_amount=500)
        self.assertEqual(case.compensation_state, "approved")
        with self.assertRaisesRegex(ValidationError, "below zero"):
            case.compensation_amount = -1

    def test_everybody_sees_all_cases_and_changes_those_of_his_team(self):
        """Demand 7: the same answer from every department."""
        case = self.make_case(user_id=self.agent.id)
        self.assertEqual(case.with_user(self.seller).summary, "Lid broken")
        case.with_user(self.agent).severity = "2"
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
            case.with_user(self.seller).severity = "0"
        own = self.make_case(self.seller)
        own.severity = "0"
        self.team.member_ids = False
        case.with_user(self.seller).severity = "3"
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base"):
            case.with_user(self.agent).unlink()
        case.with_user(self.leader).unlink()
        self.assertFalse(case.exists())

    def test_cases_of_another_company_are_not_seen(self):
        other = self._make_company("Elsewhere", "EUR", "UTC")
        case = self.make_case(company_id=other.id)
        self.assertNotIn(
            case, self.env["sme.feedback"].with_user(self.agent).search([])
        )

    def test_order_and_review_become_a_case_by_a_button(self):
        order = self._make_order(self.customer, 3)
        action = order.with_user(self.agent).action_new_feedback()
        case = (
            self.env["sme.feedback"]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({"summary": "Box open"})
        )
        self.assertEqual((case.order_id, case.partner_id), (order, self.customer))
        self.assertEqual(order.feedback_count, 1)
        review = self._make_talk(
            self.customer, "review", 2, direction="in", score=5, summary="Lovely"
        )
        first = review.action_make_feedback()
        again = review.action_make_feedback()
        self.assertEqual(first["res_id"], again["res_id"])
        made = self.env["sme.feedback"].browse(first["res_id"])
        self.assertEqual((made.kind, made.summary), ("praise", "Lovely"))
        call = self._make_talk(self.customer, "call", 1, direction="out")
        with self.assertRaisesRegex(UserError, "what you told the customer"):
            call.action_make_feedback()

    def test_customers_page_counts_cases_of_the_family(self):
        """Demand 7: what is open is seen on the customer."""
        contact = self._make_partner("Ben", parent_id=self.customer.id)
        case = self.make_case(partner_id=contact.id)
        done = self.make_case()
        done.action_solve()
        for partner in (self.customer, contact):
            seen = partner.with_user(self.agent)
            self.assertEqual(seen.sme_feedback_count, 2)
            self.assertEqual(seen.sme_open_feedback_count, 1)
            self.assertEqual(seen.sme_last_feedback_ids, case | done)
        window = self.customer.with_user(self.agent).action_view_sme_feedback()
        found = self.env["sme.feedback"].search(window["domain"])
        self.assertEqual(found, case | done)

    def test_hours_and_settings_that_make_no_sense_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "one hour or more"):
            self.team.hours_high = 0
        self.team.hours_high = 24
        with self.assertRaisesRegex(ValidationError, "1 to 5 stars"):
            self.company.sme_bad_review = 6
        self.company.sme_bad_review = 2
        with self.assertRaisesRegex(ValidationError, "one day or more"):
            self.company.sme_case_days = 0

    def test_each_case_has_an_address_for_the_portal(self):
        case = self.make_case()
        self.assertEqual(case.access_url, f"/my/feedback/{case.id}")
        self.assertIn("access_token=", case._get_share_url())
