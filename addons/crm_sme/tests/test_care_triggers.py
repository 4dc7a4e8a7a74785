"""What makes a customer enter a plan, trigger by trigger."""

from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .care_common import CareCase
from .metrics_common import NOW

TODAY = NOW.date()


def day(back):
    return TODAY - timedelta(days=back)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCareTriggers(CareCase):
    def _entered(self, plan, after_days=0):
        """Run the job; give the names of those who ever entered."""
        self.care(after_days)
        return sorted(plan.enrollment_ids.partner_id.mapped("name"))

    def _call_plan(self, trigger, **over):
        return self._make_plan([{"channel": "call"}], trigger=trigger, **over)

    def test_days_after_the_first_order(self):
        self._make_customer("today", figures={"first_order_date": day(3)})
        self._make_customer("earlier", figures={"first_order_date": day(4)})
        self._make_customer("later", figures={"first_order_date": day(2)})
        plan = self._call_plan("first_order", trigger_days=3)
        self.assertEqual(self._entered(plan), ["today"])
        self.assertEqual(self._entered(plan, after_days=1), ["later", "today"])

    def test_days_after_the_last_order_are_made_up_for_after_an_outage(self):
        self._make_customer("a", figures={"last_order_date": day(29)})
        self._make_customer("b", figures={"last_order_date": day(20)})
        plan = self._call_plan("after_order", trigger_days=30)
        self.assertEqual(self._entered(plan), [])
        self.assertEqual(self._entered(plan, after_days=4), ["a"])

    def test_new_order_is_a_new_occasion(self):
        anna = self._make_customer("a", figures={"last_order_date": day(5)})
        plan = self._call_plan("after_order", trigger_days=5)
        self.care()
        anna.sme_value_ids.last_order_date = TODAY
        self.care(after_days=5)
        self.assertEqual(len(plan.enrollment_ids), 2)

    def _make_shipment(self, partner, **over):
        self.serial += 1
        return self.env["sme.shipment"].create(
            {
                "source_id": self.source.id,
                "company_id": self.company.id,
                "external_id": f"p{self.serial}",
                "partner_id": partner.id,
                "state": "in_transit",
                **over,
            }
        )

    def test_days_after_a_delivery_also_to_a_contact(self):
        """Demand 41: contact after the sale."""
        firm = self._make_customer("firm")
        clerk = self._make_partner("clerk", parent_id=firm.id)
        anna = self._make_customer("anna")
        back = {"state": "delivered", "delivered_on": NOW - timedelta(days=2)}
        self._make_shipment(clerk, **back)
        self._make_shipment(clerk, **back)
        self._make_shipment(anna, delivered_on=False)
        plan = self._call_plan("after_delivery", trigger_days=2)
        self.assertEqual(self._entered(plan), ["firm"])
        self.assertEqual(len(plan.enrollment_ids), 1)

    def test_late_parcel_is_apologised_for_once(self):
        """Demand 80: help when the customer is in difficulty."""
        anna = self._make_customer("anna")
        bert = self._make_customer("bert")
        late = self._make_shipment(
            anna, is_open=True, promised_on=NOW - timedelta(hours=2)
        )
        self._make_shipment(bert, is_open=True, promised_on=NOW + timedelta(days=3))
        plan = self._call_plan("late_parcel")
        self.assertEqual(self._entered(plan), ["anna"])
        self.assertEqual(self._entered(plan, after_days=2), ["anna"])
        late.is_open = False
        self.assertEqual(self._entered(plan, after_days=4), ["anna", "bert"])

    def test_days_after_a_complaint_was_closed(self):
        """Demand 70: complaints handled well."""
        people = {
            name: self._make_customer(name) for name in ("done", "open", "praise")
        }
        closed = self.env["sme.feedback.stage"].search([("is_closed", "=", True)])[:1]
        for name, partner in people.items():
            feedback = self.env["sme.feedback"].create(
                {
                    "summary": "Broken pot",
                    "kind": "praise" if name == "praise" else "complaint",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                }
            )
            if name != "open":
                feedback.write({"stage_id": closed.id, "closed_on": NOW})
        plan = self._call_plan("after_complaint", trigger_days=3)
        self.assertEqual(self._entered(plan, after_days=3), ["done"])

    def _make_segment(self, *partners):
        segment = self.env["sme.segment"].create(
            {"name": "Chosen", "mode": "manual", "company_id": self.company.id}
        )
        segment.partner_ids = [(6, 0, [partner.id for partner in partners])]
        return segment

    def test_entering_a_segment_and_being_there_already(self):
        anna = self._make_customer("anna")
        bert = self._make_customer("bert")
        with freeze_time(NOW - timedelta(days=9)):
            segment = self._make_segment(anna)
        both = self._call_plan("enter_segment", segment_ids=[(4, segment.id)])
        new = self._call_plan(
            "enter_segment",
            trigger_segment_ids=[(4, segment.id)],
            include_present=False,
        )
        self.assertEqual(self._entered(both), ["anna"])
        self.assertEqual(self._entered(new), [])
        with freeze_time(NOW + timedelta(days=1)):
            segment.partner_ids = [(4, bert.id)]
        self.assertEqual(self._entered(both, after_days=1), ["anna", "bert"])
        self.assertEqual(self._entered(new, after_days=1), ["bert"])

    def test_becoming_silent(self):
        """Demand 46: fading customers."""
        since = {"fade_state": "fading", "fade_since": day(20)}
        self._make_customer("fading", figures=since)
        self._make_customer("watch", figures={**since, "fade_state": "watch"})
        plan = self._call_plan("enter_fade_state")
        later = self._call_plan("enter_fade_state", trigger_days=25)
        self.assertEqual(self._entered(plan), ["fading"])
        self.assertEqual(self._entered(later), [])
        self.assertEqual(self._entered(later, after_days=5), ["fading"])

    def test_entering_a_stage(self):
        stage = self.env["sme.lifecycle.stage"].search([("kind", "=", "lapsed")])[:1]
        self._make_customer("there", lifecycle_stage_id=stage.id)
        self._make_customer("elsewhere")
        plan = self._call_plan("enter_stage", trigger_stage_id=stage.id)
        self.assertEqual(self._entered(plan), ["there"])

    def test_birthday_comes_each_year_and_before_it_with_a_minus(self):
        """Demand 39: greetings."""
        self._make_customer("today", birthday=date(1990, 6, 15))
        self._make_customer("in 3 days", birthday=date(1985, 6, 18))
        self._make_customer("other", birthday=date(1985, 1, 1))
        plan = self._call_plan("birthday")
        before = self._call_plan("birthday", trigger_days=-3)
        self.assertEqual(self._entered(plan), ["today"])
        self.assertEqual(before.enrollment_ids.partner_id.name, "in 3 days")
        self.care(after_days=1)
        self.care(after_days=365)
        self.assertEqual(len(plan.enrollment_ids), 2)

    def test_leap_day_is_kept_on_the_day_before(self):
        self._make_customer("leap", birthday=date(2000, 2, 29))
        plan = self._call_plan("birthday")
        self.assertEqual(self._entered(plan, after_days=257), [])
        self.assertEqual(self._entered(plan, after_days=258), ["leap"])

    def test_contract_day(self):
        self._make_customer("partner", contract_day=date(2020, 6, 15))
        self.assertEqual(self._entered(self._call_plan("contract_day")), ["partner"])

    def test_day_of_the_calendar_reaches_the_audience_once(self):
        """Demand 39: festival greetings."""
        self._make_customer("anna")
        self._make_customer("acme", is_company=True)
        festival = self.env["sme.care.calendar"].create(
            {"name": "Our day", "kind": "fixed", "month": 6, "day": 17}
        )
        plan = self._call_plan(
            "calendar",
            calendar_id=festival.id,
            customer_kind_ids=[(4, self.firm.id)],
        )
        self.assertEqual(self._entered(plan), [])
        self.assertEqual(self._entered(plan, after_days=2), ["acme"])
        self.care(after_days=3)
        self.assertEqual(len(plan.enrollment_ids), 1)

    def test_every_n_days_is_spread_and_returns(self):
        names = sorted(f"c{n:02}" for n in range(20))
        for name in names:
            self._make_customer(name, figures={"fade_state": "steady"})
        plan = self._call_plan("every_n_days", trigger_days=10, fade_states="buying")
        first = self._entered(plan)
        self.assertLess(len(first), len(names))
        for back in range(1, 10):
            self.care(after_days=back)
        self.assertEqual(sorted(plan.enrollment_ids.partner_id.mapped("name")), names)
        self.assertEqual(len(plan.enrollment_ids), len(names))
        for back in range(10, 20):
            self.care(after_days=back)
        self.assertEqual(len(plan.enrollment_ids), 2 * len(names))

    def test_visitor_who_did_not_buy(self):
        """Demand 28: visitors who asked but did not buy."""
        people = {name: self._make_customer(name) for name in ("asked", "won", "lead")}
        for name, partner in people.items():
            lead = self.env["crm.lead"].create(
                {
                    "name": "Asked for a pot",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "visit_kind": False if name == "lead" else "store",
                }
            )
            if name == "won":
                lead.action_set_won()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE name = 'Asked for a pot'",
            [NOW],
        )
        plan = self._call_plan("visitor", trigger_days=1)
        self.assertEqual(self._entered(plan, after_days=1), ["asked"])

    def test_abandoned_cart_without_an_order_after_it(self):
        names = ("left", "bought", "called")
        people = {name: self._make_customer(name) for name in names}
        for partner in people.values():
            self.env["sme.interaction"].create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "kind": "cart",
                    "direction": "in",
                    "date": NOW - timedelta(hours=3),
                    "summary": "Cart",
                }
            )
        self._make_order(people["bought"], NOW - timedelta(hours=1))
        # by telephone: the shop knows nothing of it
        self.env["sale.order"].create(
            {
                "partner_id": people["called"].id,
                "company_id": self.company.id,
                "state": "sale",
                "date_order": NOW - timedelta(hours=1),
            }
        )
        plan = self._call_plan("abandoned_cart", trigger_days=1)
        self.assertEqual(self._entered(plan, after_days=1), ["left"])

    def test_incomplete_file(self):
        """Demand 19: incomplete information."""
        for name, score in (("bad", 40), ("good", 80)):
            partner = self._make_customer(name)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_partner SET data_score = %s, create_date = %s "
                "WHERE id = %s",
                [score, NOW - timedelta(days=9), partner.id],
            )
        plan = self._call_plan("data_gap", trigger_score=60)
        self.assertEqual(self._entered(plan), ["bad"])

    def test_new_customer(self):
        anna = self._make_customer("anna")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s", [NOW, anna.id]
        )
        plan = self._call_plan("new_customer", trigger_days=2)
        self.assertEqual(self._entered(plan), [])
        self.assertEqual(self._entered(plan, after_days=2), ["anna"])
        self.assertEqual(self._entered(plan, after_days=3), ["anna"])

    def test_audience_is_what_all_conditions_leave(self):
        """Demand 49: another strategy for another class."""
        fading = {"fade_state": "fading", "fade_since": TODAY, "order_count": 9}
        best = self._make_customer("best", figures=fading, is_company=True)
        self._make_customer("few", figures={**fading, "order_count": 2})
        self._make_customer("person", figures=fading)
        segment = self._make_segment(best, self._make_customer("else"))
        plan = self._call_plan(
            "enter_fade_state",
            segment_ids=[(4, segment.id)],
            customer_kind_ids=[(4, self.firm.id)],
            fade_states="silent",
            domain="[('order_count', '>', 5)]",
        )
        self.assertEqual(self._entered(plan), ["best"])

    def test_nobody_but_customers_enters(self):
        self._make_customer("anna")
        other = self._make_company("Other", "EUR", "UTC")
        self._make_customer("stranger", company_id=other.id)
        self._make_customer("gone", active=False)
        self.env["res.partner"].create({"name": "vendor", "birthday": TODAY})
        self.env["res.partner"].search([("name", "in", ["anna", "stranger", "gone"])])
        for partner in (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search([("name", "in", ["anna", "stranger", "gone"])])
        ):
            partner.birthday = TODAY
        self.assertEqual(self._entered(self._call_plan("birthday")), ["anna"])

    def test_customer_in_the_plan_does_not_enter_again(self):
        anna = self._make_customer("a", figures={"last_order_date": day(5)})
        plan = self._make_plan(
            [{"channel": "call"}, {"days": 9, "channel": "call"}],
            trigger="after_order",
            trigger_days=5,
            exit_on_order=False,
        )
        self.care()
        anna.sme_value_ids.last_order_date = day(4)
        self.care(after_days=1)
        self.assertEqual(len(plan.enrollment_ids), 1)

    def test_before_is_only_for_days_that_return(self):
        with self.assertRaises(ValidationError):
            self._call_plan("after_order", trigger_days=-1)

    def test_unsafe_conditions_are_refused(self):
        for domain in ("[('id', '=', __import__('os'))]", "[('nothing', '=', 1)]", "x"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self._call_plan("birthday", domain=domain)

    def test_plans_that_cannot_start_say_why(self):
        self._make_customer("王", lang="en_US")
        cases = {
            "has no step": {"steps": ()},
            "Choose the segments": {"trigger": "enter_segment"},
            "“Entered Stage”": {"trigger": "enter_stage"},
            "“Day of the Calendar”": {"trigger": "calendar"},
            "every how many days": {"trigger": "every_n_days"},
            "It is for everybody": {"trigger": "every_n_days", "trigger_days": 5},
            "Nobody belongs": {"domain": "[('order_count', '>', 9999)]"},
            "It has no text": {"steps": ({"text": {"body_html": False}},)},
        }
        cases["lacks its subject"] = cases.pop("It has no text")
        for words, values in cases.items():
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self._make_plan(**values)

    def test_language_of_the_customers_is_needed(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self._make_customer("王", lang="zh_CN")
        plan = self._make_plan(start=False)
        with self.assertRaisesRegex(UserError, "no text in Chinese"):
            plan.action_start()
        plan.step_ids.content_ids.with_context(lang="zh_CN").body_html = "<p>您好</p>"
        plan.action_start()
        self.assertEqual(plan.state, "running")

    def test_broken_placeholder_is_refused_with_those_that_there_are(self):
        for text in ("{{ object.password }}", "{{ 1 + 1 }}", "Hi {{ object.name"):
            with (
                self.subTest(text),
                self.assertRaisesRegex(ValidationError, "object.user_id.name"),
            ):
                self._make_plan([{"text": {"subject": text}}])

    def test_broken_placeholder_in_a_translation_is_refused(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        plan = self._make_plan(start=False)
        content = plan.step_ids.content_ids
        with self.assertRaises(ValidationError):
            content.update_field_translations(
                "subject", {"zh_CN": "{{ object.password }}"}
            )

    def test_missing_app_is_told_on_the_step(self):
        plan = self._make_plan([{"channel": "coupon"}], start=False)
        if "loyalty.program" in self.env:
            self.assertIn("Choose the coupon program", plan.step_ids.problem)
        else:
            self.assertIn("Coupons are not installed", plan.step_ids.problem)
        with self.assertRaises(UserError):
            plan.action_start()
