from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .feedback_common import FeedbackCase
from .metrics_common import NOW

MAIL = """\
From: {sender}
To: {to}
Subject: {subject}
Message-ID: <{id}@customer.example>
{extra}MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

{body}
"""


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFeedbackMail(FeedbackCase):
    """Demands 36, 81: a mail to the team's address is a case and is answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": "tea.example"})
        cls.company.alias_domain_id = cls.domain
        cls.team.write({"alias_name": "service", "alias_domain_id": cls.domain.id})

    def receive(self, sender="Anna <anna@example.com>", **over):
        """Let a mail arrive; return the case it belongs to."""
        words = {
            "sender": sender,
            "to": "service@tea.example",
            "subject": "Lid broken",
            "id": "first",
            "extra": "",
            "body": "The lid came in two pieces.",
            **over,
        }
        case = self.env["mail.thread"].message_process(None, MAIL.format(**words))
        return self.env["sme.feedback"].browse(case)

    def test_mail_becomes_a_case_of_the_customer_who_wrote(self):
        case = self.receive()
        self.assertRecordValues(
            case,
            [
                {
                    "summary": "Lid broken",
                    "kind": "request",
                    "origin": "mail",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "user_id": self.leader.id,
                }
            ],
        )
        self.assertIn("two pieces", case.description)
        self.assertEqual(len(self.history()), 1, "once in the history")

    def test_address_for_complaints_makes_complaints(self):
        self.team.mail_kind = "complaint"
        self.assertEqual(self.receive().kind, "complaint")

    def test_stranger_is_kept_by_his_address_until_somebody_answers(self):
        case = self.receive("Zoe <zoe@example.org>")
        self.assertFalse(case.partner_id)
        self.assertEqual(case.email_from, '"Zoe" <zoe@example.org>')
        made = self.env["res.partner"].create({"name": "Z", "email": "zoe@example.org"})
        case.with_user(self.agent).message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=made.ids,
        )
        self.assertEqual(case.partner_id, made)
        self.assertEqual(case.first_response_on, NOW)
        self.assertEqual(case.history_id.partner_id, made)

    def test_colleague_who_passes_a_mail_on_is_not_the_customer(self):
        case = self.receive("Agent <agent@example.com>")
        self.assertFalse(case.partner_id)
        self.assertFalse(case.email_from)

    def test_reply_threads_into_the_case_and_opens_it_again(self):
        case = self.receive()
        with freeze_time(NOW + timedelta(hours=1)):
            self.answer(case)
        sent = case.message_ids.filtered(lambda m: m.message_type == "comment")
        case.action_solve()
        again = self.receive(
            id="second",
            subject="Re: Lid broken",
            extra=f"In-Reply-To: {sent[0].message_id}\n",
            body="It came broken again.",
        )
        self.assertEqual(again, case)
        self.assertTrue(case.is_open)
        self.assertEqual(case.reopened_count, 1)
        self.assertEqual(len(self.history(kind="mail", direction="in")), 1)

    def test_team_may_want_closed_cases_to_stay_closed(self):
        self.team.reopen_on_reply = False
        case = self.receive()
        sent = case.message_ids[:1]
        case.action_solve()
        self.receive(id="second", extra=f"In-Reply-To: {sent.message_id}\n")
        self.assertFalse(case.is_open)

    # ------------------------------------------------------------------ ratings
    def _asked(self, case):
        return case.message_ids.filtered(lambda m: "/rate/" in (m.body or ""))

    def test_closing_asks_the_customer_for_a_rating_which_is_kept(self):
        """Demand 71: satisfaction is measured where it arises."""
        case = self.receive()
        case.with_user(self.agent).action_solve()
        self.assertEqual(case.rating_asked_on, NOW)
        mail = self._asked(case)
        self.assertEqual(len(mail), 1)
        self.assertIn("Lid broken", mail.body)
        self.assertIn("How did we do?", mail.subject)
        rating = case.sudo().rating_ids
        self.assertIn(f"/rate/{rating.access_token}/5", mail.body)
        self.assertEqual(mail.partner_ids, self.customer)
        case.rating_apply(5, token=rating.access_token, feedback="Quick!")
        self.assertEqual((case.rating_count, case.rating_avg), (1, 5))
        self.assertFalse(case.is_open, "thanks do not open it")
        case.action_reopen()
        case.action_solve()
        self.assertEqual(len(self._asked(case)), 1, "who has answered is left alone")

    def test_nobody_is_asked_whom_we_may_not_write_to_or_who_had_no_case(self):
        self.team.ask_rating = True
        quiet = self.receive()
        self.env["mail.blacklist"]._add("anna@example.com")
        quiet.action_solve()
        self.assertFalse(quiet.rating_asked_on)
        self.env["mail.blacklist"]._remove("anna@example.com")
        spam = self.receive(id="spam", subject="Buy now")
        spam.stage_id = self.stage["refused"]
        self.assertFalse(spam.rating_asked_on)
        self.team.ask_rating = False
        shy = self.receive(id="shy", subject="Other")
        shy.action_solve()
        self.assertFalse(shy.rating_asked_on)

    def test_the_question_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("crm_sme.sme_feedback_rating_template")
        template.with_context(lang="zh_CN").subject = "您满意吗？ {{ object.name }}"
        self.customer.lang = "zh_CN"
        case = self.receive()
        case.action_solve()
        self.assertIn("您满意吗", self._asked(case).subject)
