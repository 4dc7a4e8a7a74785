"""The ready plans, each from what begins it to its last step."""

import re

from odoo.tests import tagged
from odoo.tools import html2plaintext

from .ready_plans_common import CODES, ReadyPlansCase

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LEFT_OPEN = re.compile(r"\{\{|\}\}|t-out|\|\|\|")


@tagged("post_install", "-at_install")
class TestReadyPlans(ReadyPlansCase):
    """Demand 39 and 44: care for every occasion, in words for each kind of customer."""

    def _run(self, code, **over):
        """Run a ready plan for a customer of each kind; give plan and customers."""
        customers = self.one_of_each_kind(**over)
        for partner in customers.values():
            self.occasion(code, partner)
        plan = self.ready(code).with_context(code=code)
        self.start(plan)
        self.run_to_the_end(plan, customers.values())
        return plan, customers

    def _said(self, plan, partner):
        """All that a customer, or the colleague who cares for him, got to read."""
        said = [
            (mail.subject or "", html2plaintext(mail.body_html or ""))
            for mail in self.mails(partner)
        ]
        touches = self.touches(plan, partner)
        calls = self.env["sme.suggestion"].search(
            [("key", "in", [f"care:{touch.id}" for touch in touches])]
        )
        said += [(call.reason, call.script or "") for call in calls]
        activities = partner.activity_ids.filtered("automated")
        said += [(act.summary, html2plaintext(act.note or "")) for act in activities]
        return said

    def _check_plan(self, code):
        plan, customers = self._run(code)
        steps = plan._ordered_steps()
        for kind, partner in customers.items():
            touches = self.touches(plan, partner)
            self.assertEqual(
                [(t.step_id, t.state, t.skip_reason) for t in touches],
                [(step, "done", False) for step in steps],
                f"{code} {kind}",
            )
            self.assertEqual(self.enrollment(plan, partner).state, "done")
            said = self._said(plan, partner)
            self.assertEqual(len(said), len(steps), f"{code} {kind}")
            for title, text in said:
                self.assertFalse(LEFT_OPEN.search(title + text), text)
                self.assertGreater(len(text), 60)
            letters = [text for _title, text in said[: len(self.mails(partner))]]
            for text in letters:
                self.assertIn(self.company.name, text)
                self.assertIn(partner.name, text)

    def _check_nobody_else(self, code):
        """Who must not be reached gets neither mail nor call nor visit."""
        people = {
            "blacklisted": self._make_customer("blacklisted"),
            "opted out": self._make_customer("opted out", consent_phone="refused"),
            "consentless": self._make_customer(
                "consentless",
                **dict.fromkeys(("consent_mail", "consent_sms"), "unknown"),
                consent_phone="unknown",
            ),
            "refused": self._make_customer(
                "refused",
                **dict.fromkeys(("consent_mail", "consent_sms"), "refused"),
                consent_phone="refused",
            ),
            "archived": self._make_customer("archived"),
            "complains": self._make_customer("complains"),
        }
        for partner in people.values():
            self.occasion(code, partner)
        self._shut_off(people)
        plan = self.ready(code).with_context(code=code)
        # Somebody who may be reached, so that the plan has a reason to run.
        glad = self._make_customer("glad")
        self.occasion(code, glad)
        self.start(plan)
        self.run_to_the_end(plan, [*people.values(), glad])
        self.assertTrue(self.touches(plan, glad, "done"), code)
        for who, partner in people.items():
            self.assertFalse(self.touches(plan, partner, "done"), f"{code} {who}")
            self.assertFalse(self._said(plan, partner), f"{code} {who}")

    def _shut_off(self, people):
        blacklisted = people["blacklisted"]
        self.env["mail.blacklist"]._add(blacklisted.email)
        self.env["phone.blacklist"]._add([blacklisted.phone_sanitized])
        list_ = self.env["mailing.list"].create({"name": "News"})
        self.env["mailing.contact"].create(
            {
                "name": "x",
                "email": people["opted out"].email,
                "subscription_ids": [(0, 0, {"list_id": list_.id, "opt_out": True})],
            }
        )
        people["archived"].active = False
        self.env["sme.feedback"].create(
            {
                "summary": "Still open",
                "kind": "complaint",
                "partner_id": people["complains"].id,
                "company_id": self.company.id,
            }
        )

    def _check_chinese(self, code):
        plan, customers = self._run(code, lang="zh_CN")
        for kind, partner in customers.items():
            for title, text in self._said(plan, partner)[: len(self.mails(partner))]:
                for part in (title, *filter(None, text.split("\n")[1:3])):
                    self.assertTrue(CHINESE.search(part), f"{code} {kind}: {part}")

    def test_satisfaction_is_asked_by_the_customers_own_link(self):
        """Demand 71: an answer to the mail is the answer of its reader."""
        for code in ("after_delivery", "complaint"):
            _plan, customers = self._run(code)
            for partner in customers.values():
                bodies = [str(mail.body_html) for mail in self.mails(partner)]
                self.assertIn(f'href="{partner.sme_satisfaction_url}"', bodies[0])
        links = {partner.sme_satisfaction_url for partner in customers.values()}
        self.assertEqual(len(links), len(customers))


@tagged("post_install", "-at_install")
class TestReadyPlansAll(ReadyPlansCase):
    def test_all_ready_plans_are_there_as_drafts_with_texts_for_everybody(self):
        plans = self.env["sme.care.plan"].search([("template_code", "!=", False)])
        self.assertLessEqual(set(CODES), set(plans.mapped("template_code")))
        for plan in plans.filtered(lambda p: p.template_code in CODES):
            self.assertEqual(plan.state, "draft")
            self.assertEqual(plan.holdout_percent, 10)
            for step in plan.step_ids:
                self.assertFalse(step.problem, f"{plan.name}: {step.name}")
                for kind in self.kinds.values():
                    self.assertTrue(step._content_for(kind))

    def test_the_festival_greeting_has_words_of_its_own_for_each_kind(self):
        step = self.env.ref("crm_sme.sme_care_step_spring_festival_greeting")
        texts = [step._content_for(kind) for kind in self.kinds.values()]
        self.assertEqual(len({text.body_html for text in texts}), len(self.kinds))


def _add_tests():
    """One test for each plan and question, so that each is reported by its name."""
    for code in CODES:
        word = code.replace("_", " ").replace(" ", "_")
        for name, check in (
            (f"test_{word}_runs_from_trigger_to_last_step", "_check_plan"),
            (f"test_{word}_reaches_nobody_who_must_not_be", "_check_nobody_else"),
            (f"test_{word}_speaks_chinese_to_each_kind", "_check_chinese"),
        ):

            def test(self, code=code, check=check):
                getattr(self, check)(code)

            test.__name__ = name
            test.__doc__ = f"Demand 39: the ready plan {code}."
            setattr(TestReadyPlans, name, test)


_add_tests()
