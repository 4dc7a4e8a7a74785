"""What is done with a line of the call list."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .metrics_common import NOW
from .suggestion_common import TODAY, SuggestionCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSuggestionWork(SuggestionCase):
    def _line(self, partner=None, **over):
        """Suggest to call somebody; as his salesperson sees it."""
        if partner is None:
            partner = self._make_partner(
                "Anna", phone="+86 (138) 0013-8000", user_id=self.seller.id
            )
        key = f"care:{partner.id}:{len(self.rows())}"
        self.suggestions._suggest(
            [
                {"key": key, "kind": "care", "partner_id": partner.id, "reason": "R"}
                | over
            ]
        )
        return self.rows(key=key).with_user(self.seller)

    def _talks(self, line):
        return self.env["sme.interaction"].search(
            [("partner_id", "=", line.partner_id.id), ("direction", "=", "out")]
        )

    def test_done_is_a_call_with_the_note(self):
        """Demand 10: one click, no typing, and the relation remembers it."""
        line = self._line()
        line.action_done("Wants the new harvest\nin June")
        talk = self._talks(line)
        self.assertEqual((talk.kind, talk.user_id), ("call", self.seller))
        self.assertEqual(talk.summary, "Wants the new harvest")
        self.assertEqual(talk.company_id, self.company)
        self.assertEqual(line.interaction_id, talk)
        self.assertEqual((line.state, line.settled_on), ("done", NOW))

    def test_done_without_a_note_says_why_was_called(self):
        line = self._line()
        line.action_done()
        self.assertEqual(self._talks(line).summary, "R")

    def test_done_answers_what_the_customer_asked(self):
        partner = self._make_partner("Asker", phone="1", user_id=self.seller.id)
        word = self._make_word(partner)
        self.refresh()
        line = self.rows("unanswered").with_user(self.seller)
        line.action_done("Told her")
        self.assertFalse(word.is_unanswered)
        self.assertEqual(line.state, "done")
        self.assertEqual(line.interaction_id.answered_on, False)

    def test_an_answer_by_mail_takes_the_line_off_the_list(self):
        partner = self._make_partner("Asker", user_id=self.seller.id)
        self._make_word(partner)
        self.refresh()
        self.assertTrue(self.rows("unanswered"))
        self._make_word(partner, 0, "mail", "out")
        self.assertFalse(self.rows("unanswered"))

    def test_a_kept_promise_is_a_done_activity_and_one_interaction(self):
        partner = self._make_partner("Waiting", user_id=self.seller.id)
        activity = self._make_promise(partner)
        self.refresh()
        line = self.rows("promise").with_user(self.seller)
        line.action_done("Sent them")
        self.assertFalse(activity.exists() and activity.active)
        self.assertEqual(self._talks(line).body_text, "Sent them")
        self.assertEqual(line.state, "done")

    def test_snooze_sleeps_until_the_day_and_no_longer(self):
        line = self._line()
        line.action_snooze(3)
        self.assertEqual(line.state, "snoozed")
        self.assertEqual(line.snooze_until, TODAY + timedelta(days=3))
        self.assertFalse(self._talks(line))
        for days in (0, 366):
            with self.assertRaisesRegex(UserError, "1 to 365"):
                line.action_snooze(days)

    def test_snooze_after_dialling_notes_that_nobody_was_reached(self):
        line = self._line()
        action = line.action_call()
        self.assertEqual(action["params"], {"number": "+8613800138000"})
        self.assertEqual(line.called_on, NOW)
        line.action_snooze()
        self.assertEqual(self._talks(line).kind, "note")

    def test_a_vain_try_answers_no_question(self):
        partner = self._make_partner("Asker", phone="1", user_id=self.seller.id)
        word = self._make_word(partner)
        self.refresh()
        line = self.rows("unanswered").with_user(self.seller)
        line.action_call()
        line.action_snooze()
        self.assertTrue(word.is_unanswered)

    def test_without_a_number_the_remedy_is_named(self):
        line = self._line(self._make_partner("Berta", user_id=self.seller.id))
        with self.assertRaisesRegex(UserError, "Berta has no phone number"):
            line.action_call()

    def test_a_company_is_called_by_the_number_of_one_of_its_people(self):
        firm = self._make_partner("Firm", is_company=True, user_id=self.seller.id)
        self._make_partner("Chef", parent_id=firm.id, phone="+491")
        self.assertEqual(self._line(firm).phone, "+491")

    def test_who_works_on_what_is_nobodys_gets_it(self):
        line = self._line(self._make_partner("Free", phone="1"))
        self.assertFalse(line.user_id)
        line.action_call()
        self.assertEqual(line.user_id, self.seller)

    def test_what_a_colleague_settled_is_told(self):
        line = self._line(self._make_partner("Free", phone="1"))
        line.with_user(self.boss).action_drop()
        line.with_user(self.boss).user_id = False
        with self.assertRaisesRegex(UserError, "has already settled Free"):
            line.action_done()

    def test_a_dropped_one_can_be_put_back(self):
        line = self._line()
        line.action_drop()
        self.assertEqual(line.state, "dropped")
        line.action_reopen()
        self.assertEqual((line.state, line.settled_on), ("open", False))

    def test_open_shows_the_customer_or_the_visitors_lead(self):
        line = self._line()
        self.assertEqual(line.action_open()["res_id"], line.partner_id.id)
        lead = self._make_visitor()
        self.refresh()
        row = self.rows("visitor")
        self.assertEqual(row.action_open()["res_model"], "crm.lead")
        self.assertEqual(row.action_open()["res_id"], lead.id)
        self.assertEqual(row.phone, lead.phone)
        row.action_done("Comes tomorrow")
        self.assertEqual(row.interaction_id.lead_id, lead)

    def test_a_line_without_customer_opens_itself_and_logs_nothing(self):
        self.suggestions._suggest([{"key": "k", "kind": "care", "reason": "R"}])
        row = self.rows(key="k")
        self.assertEqual(row.action_open()["res_model"], "sme.suggestion")
        row.action_done("x")
        self.assertFalse(row.interaction_id)

    def test_the_card_shows_the_last_talks(self):
        line = self._line()
        for days in range(5):
            self._make_word(line.partner_id, days + 1, summary=f"Word {days}")
        talks = line.recent_talks
        self.assertEqual(
            [talk["summary"] for talk in talks], ["Word 0", "Word 1", "Word 2"]
        )
        self.assertEqual(talks[0]["date"], str(TODAY - timedelta(days=1)))

    def test_old_settled_ones_are_forgotten_and_others_kept(self):
        old, new = self._line(), self._line()
        old.action_drop()
        new.action_drop()
        old.sudo().settled_on = NOW - timedelta(days=731)
        self.env["sme.suggestion"]._gc_settled()
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestUnanswered(SuggestionCase):
    """Demand 81: a good answer, quickly."""

    def test_who_waits_is_seen_with_the_hours(self):
        word = self._make_word(self._make_partner("Asker"), 2)
        self.assertEqual(word.waiting_hours, 48)
        word.action_answered()
        self.assertEqual((word.waiting_hours, word.answered_on), (0, NOW))

    def test_the_mean_time_to_answer_leaves_out_what_still_waits(self):
        first, second = (self._make_partner(name) for name in "AB")
        self._make_word(first, 2)
        self._make_word(first, 1, "call", "out")
        self._make_word(second, 1)
        found = self.env["sme.interaction"]._read_group(
            [("company_id", "=", self.company.id), ("direction", "=", "in")],
            [],
            ["response_hours:avg", "answered_share:avg"],
        )
        self.assertEqual(found, [(24.0, 0.5)])

    def test_a_reply_is_written_to_the_customer(self):
        partner = self._make_partner("Asker")
        context = self._make_word(partner).action_reply()["context"]
        self.assertEqual(context["default_res_ids"], partner.ids)
        self.assertEqual(context["default_model"], "res.partner")
        self.assertIn("Where is my parcel?", context["default_subject"])
