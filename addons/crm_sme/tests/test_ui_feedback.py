"""Complaints and requests, as a user meets them in the browser."""

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestFeedbackUi(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.customer = cls.env["res.partner"].create(
            {"name": "Picky Paula", "email": "paula@example.com"}
        )
        cls.user = new_test_user(
            cls.env,
            "sme_sid",
            "crm_sme.crm_sme_group_user,base.group_partner_manager",
            lang="en_US",
            email="sid@example.com",
        )

    def test_complaint_is_entered_answered_settled_and_rated(self):
        """Demands 74, 75, 81: from the first word to the question how it was."""
        self.start_tour("/odoo/sme-feedback", "sme_feedback", login="sme_sid")
        case = self.env["sme.feedback"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(case.kind, "complaint")
        self.assertTrue(case.first_response_on)
        self.assertTrue(case.closed_on)
        self.assertTrue(case.rating_asked_on)
        self.assertIn("New lid sent", case.solution)
        asked = case.message_ids.filtered(lambda m: "/rate/" in (m.body or ""))
        self.assertEqual(asked.partner_ids, self.customer)

    def test_boss_sees_where_complaints_come_from(self):
        """Demand 74: complaints show where to improve."""
        cause = self.env.ref("crm_sme.sme_feedback_cause_defect")
        self.env["sme.feedback"].create(
            [
                {
                    "summary": "Handle came off",
                    "partner_id": self.customer.id,
                    "cause_id": cause.id,
                }
                for _ in range(3)
            ]
        )
        self.start_tour(
            "/odoo/sme-complaint-sources", "sme_feedback_pareto", login="sme_sid"
        )
        rows = self.env["sme.feedback.pareto"].search([("label", "=", cause.name)])
        self.assertEqual(set(rows.mapped("period")), {"30", "90", "365"})
