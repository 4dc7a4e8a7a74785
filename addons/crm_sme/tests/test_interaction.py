from datetime import timedelta

from odoo.tests import Form, new_test_user, tagged

from .metrics_common import NOW, MetricsCase


@tagged("post_install", "-at_install")
class TestInteraction(MetricsCase):
    """Demands 7, 15, 81: what happens with a customer is kept, whoever does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_partner("Customer", email="customer@example.com")
        cls.user = new_test_user(
            cls.env,
            "seller",
            "crm_sme.crm_sme_group_user,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            email="seller@example.com",
        )

    def kept(self, **by):
        domain = [(name, "=", value) for name, value in by.items()]
        return self.env["sme.interaction"].search(domain)

    def _schedule(self, record, xmlid, **over):
        return record.with_user(self.user).activity_schedule(
            f"mail.mail_activity_data_{xmlid}", user_id=self.user.id, **over
        )

    def test_done_call_of_a_customer_is_kept_once(self):
        activity = self._schedule(self.partner, "call", summary="Ask about the boxes")
        activity.action_feedback(feedback="Wants 200")
        call = self.kept(partner_id=self.partner.id)
        self.assertRecordValues(
            call,
            [
                {
                    "kind": "call",
                    "direction": "out",
                    "summary": "Ask about the boxes",
                    "body_text": "Wants 200",
                    "user_id": self.user.id,
                    "date": NOW,
                    "company_id": self.company.id,
                }
            ],
        )
        activity.active = True
        activity.action_feedback()
        self.assertEqual(self.kept(partner_id=self.partner.id), call)

    def test_kinds_of_activities_become_kinds_of_interactions(self):
        for xmlid, kind in (
            ("meeting", "meeting"),
            ("email", "mail"),
            ("todo", "note"),
        ):
            self._schedule(self.partner, xmlid).action_feedback()
            self.assertEqual(self.kept(partner_id=self.partner.id)[0].kind, kind, xmlid)
            self.kept(partner_id=self.partner.id).unlink()

    def test_done_activity_of_a_lead_is_kept_with_its_customer(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Boxes",
                "partner_id": self.partner.id,
                "user_id": self.user.id,
                "company_id": self.company.id,
            }
        )
        self._schedule(lead, "call").action_feedback()
        self.assertEqual(self.kept(lead_id=lead.id).partner_id, self.partner)

    def test_activities_of_other_records_are_none(self):
        self._schedule(self.user.partner_id, "call")
        activity = self.env["mail.activity"].create({"user_id": self.user.id})
        before = self.env["sme.interaction"].search_count([])
        activity.action_feedback()
        self.assertEqual(self.env["sme.interaction"].search_count([]), before)

    def test_message_to_the_customer_is_kept_a_note_is_not(self):
        partner = self.partner.with_user(self.user)
        partner.message_post(
            body="Dear customer",
            subject="Your boxes",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=partner.ids,
        )
        partner.message_post(body="He is slow", subtype_xmlid="mail.mt_note")
        partner.message_post(
            body="Colleagues, who knows him?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        mail = self.kept(partner_id=self.partner.id)
        self.assertRecordValues(
            mail,
            [
                {
                    "kind": "mail",
                    "direction": "out",
                    "summary": "Your boxes",
                    "body_text": "Dear customer",
                    "user_id": self.user.id,
                }
            ],
        )

    def _receive(self, body="Where are my boxes?"):
        return self.partner.message_post(
            body=body,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.partner.id,
        )

    def test_mail_of_the_customer_waits_for_an_answer(self):
        """Demand 81: unanswered words of customers can be listed."""
        self._receive()
        asked = self.kept(is_unanswered=True, partner_id=self.partner.id)
        self.assertEqual(asked.direction, "in")
        asked.date = NOW - timedelta(hours=5)
        self._schedule(self.partner, "call").action_feedback()
        self.assertFalse(asked.is_unanswered)
        self.assertEqual(asked.answered_on, NOW)
        self.assertEqual(asked.response_hours, 5)
        self.assertFalse(self.kept(is_unanswered=True, partner_id=self.partner.id))
        self.assertIn(asked, self.kept(is_unanswered=False))

    def test_praise_waits_for_no_answer_but_a_bad_review_does(self):
        """Demand 81: two-year-old praise is no message that somebody forgot."""
        self.assertFalse(self.kept(is_unanswered=True, partner_id=self.partner.id))
        given = {
            stars: self.env["sme.interaction"].create(
                {
                    "partner_id": self.partner.id,
                    "kind": "review",
                    "direction": "in",
                    "score": stars,
                    "summary": "★" * stars or "no stars",
                }
            )
            for stars in range(6)
        }
        waiting = self.kept(is_unanswered=True, partner_id=self.partner.id)
        self.assertEqual(sorted(waiting.mapped("score")), [1, 2, 3])
        for stars, review in given.items():
            self.assertEqual(review.is_unanswered, 1 <= stars <= 3)
            self.assertEqual(
                review in self.kept(is_unanswered=False), stars in (0, 4, 5)
            )

    def test_answer_to_somebody_else_answers_nothing(self):
        self._receive()
        self.env["sme.interaction"].create(
            {"partner_id": self._make_partner().id, "kind": "call", "summary": "Hi"}
        )
        self.assertTrue(self.kept(is_unanswered=True, partner_id=self.partner.id))

    def test_note_and_order_answer_nothing(self):
        self._receive()
        for kind in ("note", "order"):
            self.env["sme.interaction"].create(
                {"partner_id": self.partner.id, "kind": kind, "summary": kind}
            )
        self.assertTrue(self.kept(is_unanswered=True, partner_id=self.partner.id))

    def test_person_logs_a_call_by_hand(self):
        form = Form(self.env["sme.interaction"].with_user(self.user))
        form.partner_id = self.partner
        form.kind = "call"
        form.summary = "Asked about the boxes"
        call = form.save()
        self.assertEqual(call.user_id, self.user)
        self.assertEqual(call.company_id, self.company)

    def test_first_talk_makes_a_customer(self):
        self.assertFalse(self.row(self.partner))
        self.env["sme.interaction"].create(
            {"partner_id": self.partner.id, "summary": "Hi"}
        )
        self.assertIn(self.partner, self.env["sme.touch"].search([]).partner_id)

    def test_merge_keeps_the_interactions_of_both(self):
        other = self._make_partner("Customer again")
        for partner in self.partner | other:
            self.env["sme.interaction"].create(
                {"partner_id": partner.id, "summary": "Hi"}
            )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.partner | other).ids, self.partner
        )
        self.assertEqual(len(self.kept(partner_id=self.partner.id)), 2)
