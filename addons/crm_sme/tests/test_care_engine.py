"""Who enters, which step is due, what goes out: one plan at a time."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models.sme_care_touch_act import SmeCareTouchAct
from .care_common import CareCase
from .metrics_common import NOW

FADING = {"fade_state": "fading", "fade_since": NOW.date()}


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCareEngine(CareCase):
    def test_step_reaches_a_customer_once_however_often_the_job_runs(self):
        """Demand 44: care strategies."""
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan()
        self.assertEqual(self.care(), 1)
        self.assertEqual(self.care(), 0)
        self.assertEqual(self.care(after_days=3), 0)
        touch = self.touches(plan, anna)
        self.assertEqual(touch.mapped("state"), ["done"])
        self.assertEqual(len(self.mails(anna)), 1)
        self.assertEqual(self.enrollment(plan, anna).state, "done")

    def test_steps_come_after_their_waits(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan([{}, {"days": 3}, {"days": 10, "wait_from": "entry"}])
        self.care()
        self.assertEqual(len(self.touches(plan, anna)), 1)
        self.care(after_days=2)
        self.assertEqual(len(self.touches(plan, anna)), 1)
        self.care(after_days=3)
        self.assertEqual(len(self.touches(plan, anna)), 2)
        self.care(after_days=9)
        self.assertEqual(len(self.touches(plan, anna)), 2)
        self.care(after_days=10)
        self.assertEqual(len(self.touches(plan, anna, "done")), 3)
        self.assertEqual(self.enrollment(plan, anna).state, "done")

    def test_steps_without_a_wait_come_on_the_same_day(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan([{}, {"channel": "call"}])
        self.care()
        self.assertEqual(len(self.touches(plan, anna, "done")), 2)

    def test_mail_belongs_to_email_marketing(self):
        """Demand 39: e-mails whose content depends on the customer's kind."""
        anna = self._make_customer(name="Anna <b>", figures=FADING)
        plan = self._make_plan()
        self.care()
        mail = self.mails(anna)
        self.assertEqual(mail.subject, "Hello Anna <b>")
        self.assertIn("Dear Anna &lt;b&gt;", mail.body_html)
        self.assertIn("/unsubscribe_from_list", mail.body_html)
        self.assertIn("/r/", mail.body_html)
        self.assertNotIn("shop.example.com", mail.body_html)
        self.assertEqual(mail.mailing_id.campaign_id, plan.campaign_id)
        touch = self.touches(plan, anna)
        self.assertEqual(touch.trace_id.email, anna.email_normalized)
        self.assertEqual(touch.trace_id.trace_status, "outgoing")
        self.assertEqual(touch.mailing_id, mail.mailing_id)
        email = mail._prepare_outgoing_list()[0]
        self.assertIn(f"/m/{touch.trace_id.id}", email["body"])
        self.assertIn("confirm_unsubscribe", email["body"])
        self.assertIn("List-Unsubscribe", email["headers"])

    def test_links_are_shortened_once_for_all(self):
        for name in ("Anna", "Bert", "Carl"):
            self._make_customer(name, figures=FADING)
        plan = self._make_plan()
        self.care()
        links = self.env["link.tracker"].search(
            [("campaign_id", "=", plan.campaign_id.id)]
        )
        self.assertEqual(links.mapped("url"), ["https://shop.example.com/new"])

    def test_text_follows_kind_and_language(self):
        """Demand 39: content by the customer's kind."""
        self.env["res.lang"]._activate_lang("zh_CN")
        firm = self._make_customer("ACME", is_company=True, figures=FADING)
        wang = self._make_customer("王", lang="zh_CN", figures=FADING)
        plan = self._make_plan([{"text": {"subject": "For all"}}], start=False)
        step = plan.step_ids
        own = step.content_ids.copy(
            {"customer_kind_id": self.firm.id, "subject": "For firms"}
        )
        general = step.content_ids - own
        for content in (general, own):
            chinese = content.with_context(lang="zh_CN")
            chinese.subject = f"中文 {content.subject}"
            chinese.body_html = "<p>您好 <t t-out='object.name'/></p>"
        plan.action_start()
        self.care()
        self.assertEqual(self.mails(firm).subject, "For firms")
        self.assertEqual(self.mails(wang).subject, "中文 For all")
        self.assertIn("您好 王", self.mails(wang).body_html)
        self.assertEqual(len(self.touches(plan).mailing_id), 2)

    def test_second_day_uses_the_same_mailing(self):
        self._make_customer(figures=FADING)
        plan = self._make_plan()
        self.care()
        self._make_customer("Bert", figures=FADING)
        self.care(after_days=1)
        self.assertEqual(len(self.touches(plan)), 2)
        self.assertEqual(len(self.touches(plan).mailing_id), 1)

    def test_customer_who_buys_leaves(self):
        anna = self._make_customer(figures=FADING)
        bert = self._make_customer("Bert", figures=FADING)
        plan = self._make_plan([{}, {"days": 3}])
        self.care()
        self._make_order(anna, NOW + timedelta(days=1))
        self.care(after_days=3)
        self.assertEqual(self.enrollment(plan, anna).reason, "ordered")
        self.assertEqual(len(self.touches(plan, anna)), 1)
        self.assertEqual(len(self.touches(plan, bert)), 2)

    def test_customer_who_buys_stays_if_the_plan_says_so(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan([{}, {"days": 3}], exit_on_order=False)
        self.care()
        self._make_order(anna, NOW + timedelta(days=1))
        self.care(after_days=3)
        self.assertEqual(len(self.touches(plan, anna)), 2)

    def test_condition_no_order_skips_the_step_only(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan(
            [{}, {"days": 3, "condition": "no_order"}, {"days": 1}],
            exit_on_order=False,
        )
        self.care()
        self._make_order(anna, NOW + timedelta(days=1))
        self.care(after_days=3)
        self.care(after_days=4)
        self.assertEqual(
            self.touches(plan, anna).mapped("skip_reason"), [False, "condition", False]
        )

    def test_conditions_see_what_was_opened_clicked_and_answered(self):
        people = {
            name: self._make_customer(name, figures=FADING)
            for name in ("nothing", "opened", "clicked", "answered")
        }
        plan = self._make_plan(
            [
                {},
                {"days": 3, "condition": "not_opened", "name": "opened?"},
                {"channel": "call"},
                {"condition": "not_answered", "name": "answered?"},
            ]
        )
        self.care()
        trace = {
            name: self.touches(plan, person).trace_id for name, person in people.items()
        }
        with freeze_time(NOW + timedelta(days=1)):
            trace["opened"].set_opened()
            trace["clicked"].set_opened()
            trace["clicked"].set_clicked()
            trace["answered"].set_replied()
        self.care(after_days=3)
        skipped = {
            name: self.touches(plan, person, "skipped").mapped("step_id.name")
            for name, person in people.items()
        }
        self.assertEqual(skipped["nothing"], [])
        self.assertEqual(skipped["opened"], ["opened?"])
        self.assertEqual(skipped["clicked"], ["opened?"])
        # Who answers has opened it.
        self.assertEqual(skipped["answered"], ["opened?", "answered?"])
        first = self.touches(plan, people["clicked"])[0]
        self.assertTrue(first.opened_on and first.clicked_on)

    def test_answer_in_any_channel_counts(self):
        anna = self._make_customer(figures=FADING)
        clerk = self.env["res.partner"].create({"name": "Clerk", "parent_id": anna.id})
        plan = self._make_plan([{}, {"days": 1, "condition": "not_answered"}])
        self.care()
        self.env["sme.interaction"].create(
            {
                "partner_id": clerk.id,
                "company_id": self.company.id,
                "kind": "call",
                "direction": "in",
                "date": NOW + timedelta(hours=5),
                "summary": "Asked for the price",
            }
        )
        self.care(after_days=1)
        self.assertEqual(self.touches(plan, anna, "skipped").skip_reason, "condition")

    def test_holdout_is_stable_and_gets_nothing(self):
        customers = [self._make_customer(f"C{n}", figures=FADING) for n in range(60)]
        plan = self._make_plan([{"channel": "call"}, {"days": 1}], holdout_percent=50)
        self.care()
        drawn = {e.partner_id: e.holdout for e in plan.enrollment_ids}
        self.assertEqual(len(drawn), len(customers))
        self.assertTrue(10 < sum(drawn.values()) < 50)
        plan.enrollment_ids.unlink()
        self.care(after_days=1)
        self.assertEqual(drawn, {e.partner_id: e.holdout for e in plan.enrollment_ids})
        self.care(after_days=2)
        reached = self.touches(plan, state="done").partner_id
        self.assertFalse(any(drawn[partner] for partner in reached))
        held = plan.enrollment_ids.filtered("holdout")
        self.assertEqual(set(held.mapped("state")), {"done"})

    def test_paused_plan_waits_and_goes_on(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan([{}, {"days": 1}])
        self.care()
        plan.action_pause()
        self._make_customer("Bert", figures=FADING)
        self.assertEqual(self.care(after_days=5), 0)
        plan.action_resume()
        self.assertEqual(self.care(after_days=6), 2)
        self.assertEqual(len(self.touches(plan, anna)), 2)

    def test_stopped_plan_lets_all_go(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan([{}, {"days": 1}])
        self.care()
        plan.action_stop()
        self.assertEqual(self.enrollment(plan, anna).reason, "stopped")
        self.assertEqual(self.care(after_days=5), 0)
        self.assertEqual(plan.state, "done")

    def test_call_stands_on_the_list_of_the_account_manager(self):
        """Demand 40: whom to call."""
        anna = self._make_customer(figures={**FADING, "aov": 80})
        anna.user_id = self.env.user
        plan = self._make_plan([{"channel": "call"}])
        self.care()
        suggestion = self.env["sme.suggestion"].search([("partner_id", "=", anna.id)])
        self.assertEqual(suggestion.kind, "care")
        self.assertEqual(suggestion.script, "Ask Anna")
        self.assertEqual(suggestion.user_id, self.env.user)
        self.assertEqual(suggestion.expected_value, 80)
        self.assertEqual(suggestion.res_id, self.touches(plan, anna).id)

    def test_colleague_reads_his_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        plan = self._make_plan([{"channel": "call"}], start=False)
        plan.with_context(lang="zh_CN").name = "唤回"
        plan.step_ids.content_ids.with_context(lang="zh_CN").script = "问候"
        plan.action_start()
        wang = self.env["res.users"].create(
            {"name": "Wang", "login": "care_wang", "lang": "zh_CN"}
        )
        anna = self._make_customer(figures=FADING, user_id=wang.id)
        self.care()
        suggestion = self.env["sme.suggestion"].search([("partner_id", "=", anna.id)])
        self.assertEqual(suggestion.script, "问候")
        self.assertTrue(suggestion.reason.startswith("唤回"))

    def test_activity_goes_to_who_is_responsible(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan([{"channel": "activity"}])
        self.care()
        self.assertEqual(anna.activity_ids.user_id, plan.user_id)
        self.assertIn("Ask Anna", anna.activity_ids.note)
        self.assertEqual(self.touches(plan, anna).res_id, anna.activity_ids.id)

    def test_activity_plan_is_scheduled(self):
        anna = self._make_customer(figures=FADING)
        visits = self.env["mail.activity.plan"].create(
            {
                "name": "Visit",
                "res_model": "res.partner",
                "template_ids": [
                    (
                        0,
                        0,
                        {
                            "summary": summary,
                            "activity_type_id": self.env.ref(
                                "mail.mail_activity_data_todo"
                            ).id,
                            "responsible_type": "on_demand",
                        },
                    )
                    for summary in ("Prepare", "Go")
                ],
            }
        )
        self._make_plan([{"channel": "activity", "activity_plan_id": visits.id}])
        self.care()
        self.assertEqual(sorted(anna.activity_ids.mapped("summary")), ["Go", "Prepare"])

    def test_sms_waits_in_odoos_queue(self):
        anna = self._make_customer(figures=FADING)
        self._make_plan([{"channel": "sms"}])
        self.care()
        message = self.env["sms.sms"].search([("partner_id", "=", anna.id)])
        self.assertEqual(message.body, "Hello Anna")
        self.assertEqual(message.number, anna.phone_sanitized)

    def test_touch_stands_among_the_interactions(self):
        anna = self._make_customer(figures=FADING)
        self._make_plan()
        self.care()
        interaction = anna.sme_interaction_ids
        self.assertEqual(interaction.kind, "care")
        self.assertEqual(interaction.summary, "Win back: Step 1")
        self.assertEqual(anna.sme_care_touch_count, 1)

    def test_order_after_a_touch_is_shown_with_it(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan(order_days=10)
        self.care()
        self._make_order(anna, NOW + timedelta(days=2), 50)
        self._make_order(anna, NOW + timedelta(days=4), 30)
        self._make_order(anna, NOW + timedelta(days=12), 99)
        self.care(after_days=13)
        touch = self.touches(plan, anna)
        self.assertEqual(touch.order_amount, 80)
        self.assertEqual(touch.ordered_on, NOW + timedelta(days=2))

    def test_undelivered_mail_is_told(self):
        anna = self._make_customer(figures=FADING)
        bert = self._make_customer("Bert", figures=FADING)
        plan = self._make_plan()
        self.care()
        self.touches(plan, anna).trace_id.set_failed(failure_type="mail_smtp")
        self.touches(plan, bert).trace_id.set_sent()
        self.care(after_days=1)
        self.assertEqual(self.touches(plan, anna).skip_reason, "failed")
        self.assertEqual(self.touches(plan, bert).state, "done")
        self.assertEqual(len(self.mails(bert)), 1)

    def test_one_that_fails_does_not_stop_the_others(self):
        people = [self._make_customer(name, figures=FADING) for name in ("A", "B", "C")]
        plan = self._make_plan()
        send = SmeCareTouchAct._act_group

        def refuse(touches, step, content, lang):
            send(touches, step, content, lang)
            if people[1] in touches.partner_id:
                raise ValueError("no such street")

        self.patch(SmeCareTouchAct, "_act_group", refuse)
        with mute_logger("odoo.addons.crm_sme.models.sme_care_touch_act"):
            self.care()
        states = [self.touches(plan, person).state for person in people]
        self.assertEqual(states, ["done", "skipped", "done"])
        self.assertEqual(self.touches(plan, people[1]).note, "no such street")
        self.assertEqual([len(self.mails(person)) for person in people], [1, 0, 1])

    def test_job_works_as_the_scheduler_runs_it(self):
        anna = self._make_customer(figures=FADING)
        self._make_plan()
        with self.enter_registry_test_mode():
            self.env.ref("crm_sme.ir_cron_care").method_direct_trigger()
        self.assertEqual(self.touches(partner=anna).state, "done")

    def test_next_step_that_was_deleted_ends_the_stay(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan([{}, {"days": 3}])
        self.care()
        plan.step_ids[1].unlink()
        self.assertFalse(self.enrollment(plan, anna).next_step_id)
        self.care(after_days=4)
        self.assertEqual(self.enrollment(plan, anna).state, "done")

    def test_deleting_leaves_nothing_behind_and_takes_nothing_that_was_done(self):
        self._make_customer(figures=FADING, email=False)
        plan = self._make_plan([{}, {"days": 3}])
        self.care()
        skipped = self.touches(plan)
        self.assertEqual(skipped.state, "skipped")
        plan.step_ids[0].unlink()
        self.assertFalse(skipped.exists())
        entry = plan.enrollment_ids
        plan.unlink()
        self.assertFalse(entry.exists())
        bert = self._make_customer("Bert", figures=FADING)
        done = self._make_plan()
        self.care(after_days=1)
        for kept in (done, done.step_ids):
            with self.assertRaises(UserError):
                kept.unlink()
        self.assertEqual(self.touches(done, bert).state, "done")
        self.assertTrue(self.enrollment(done, bert).exists())

    def test_quiet_hours_put_a_mail_off(self):
        self.company.write({"sme_quiet_from": 21, "sme_quiet_to": 8})
        anna = self._make_customer(figures=FADING, tz="Asia/Shanghai")
        bert = self._make_customer("Bert", figures=FADING, tz="Europe/Berlin")
        plan = self._make_plan()
        self.care(hour=14)  # 22:00 in Shanghai, 16:00 in Berlin
        self.assertEqual(self.touches(plan, bert).state, "done")
        waiting = self.touches(plan, anna)
        self.assertEqual(waiting.state, "planned")
        self.assertEqual(waiting.date, datetime(2026, 6, 16, 0, 0))
        self.care(hour=23)
        self.assertEqual(self.touches(plan, anna).state, "planned")
        self.care(after_days=1, hour=0)
        self.assertEqual(self.touches(plan, anna).state, "done")
