"""Who gets nothing, by each channel, and why."""

from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time, tagged

from .care_common import CareCase
from .metrics_common import NOW

FADING = {"fade_state": "fading", "fade_since": NOW.date()}
CHANNELS = ("mail", "sms", "call", "activity")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCareLimits(CareCase):
    def _reasons(self, partner, channels=CHANNELS, plans=None):
        """Run one plan a channel; give why the customer got nothing by each."""
        made = plans or {
            channel: self._make_plan([{"channel": channel}]) for channel in channels
        }
        self.care()
        reasons = {
            channel: self.touches(plan, partner).skip_reason
            for channel, plan in made.items()
        }
        for channel, plan in made.items():
            touch = self.touches(plan, partner)
            self.assertEqual(touch.state == "done", not reasons[channel])
        return reasons

    def _reached(self, partner):
        """Say by which channels anything was made for a customer."""
        return {
            "mail": bool(self.mails(partner)),
            "sms": bool(self.env["sms.sms"].search([("partner_id", "=", partner.id)])),
            "call": bool(
                self.env["sme.suggestion"].search(
                    [("partner_id", "=", partner.id), ("kind", "=", "care")]
                )
            ),
            "activity": bool(partner.activity_ids),
        }

    def assertNothing(self, partner, reason, channels=CHANNELS):
        reasons = self._reasons(partner, channels)
        self.assertEqual(reasons, dict.fromkeys(channels, reason))
        reached = self._reached(partner)
        self.assertFalse(any(reached[channel] for channel in channels), reached)

    def test_who_may_be_reached_is_reached_by_every_channel(self):
        anna = self._make_customer(figures=FADING)
        self.assertEqual(self._reasons(anna), dict.fromkeys(CHANNELS, False))
        self.assertEqual(self._reached(anna), dict.fromkeys(CHANNELS, True))

    def test_archived_customers_never_get_anything(self):
        anna = self._make_customer(figures=FADING)
        plans = {
            channel: self._make_plan([{"channel": channel, "days": 1}])
            for channel in CHANNELS
        }
        self.care()
        anna.active = False
        self.care(after_days=1)
        for plan in plans.values():
            self.assertEqual(self.enrollment(plan, anna).reason, "gone")
        self.assertFalse(any(self._reached(anna).values()))
        # Whoever is archived between planning and doing: the touch is planned already.
        bert = self._make_customer("Bert", figures=FADING, tz="UTC")
        plan = self._make_plan()
        self.care(hour=23)
        self.assertEqual(self.touches(plan, bert).state, "planned")
        bert.active = False
        self.care(after_days=1, hour=9)
        self.assertEqual(self.touches(plan, bert).skip_reason, "archived")
        self.assertFalse(self.mails(bert))

    def test_blacklisted_customers_never_get_anything(self):
        anna = self._make_customer(figures=FADING)
        self.env["mail.blacklist"]._add(anna.email)
        self.env["phone.blacklist"]._add([anna.phone_sanitized])
        self.assertNothing(anna, "blacklist")

    def test_opted_out_customers_get_no_mail(self):
        anna = self._make_customer(figures=FADING)
        mailing_list = self.env["mailing.list"].create({"name": "News"})
        self.env["mailing.contact"].create(
            {
                "name": "Anna",
                "email": anna.email,
                "subscription_ids": [
                    Command.create({"list_id": mailing_list.id, "opt_out": True})
                ],
            }
        )
        self.assertNothing(anna, "blacklist", ("mail",))

    def test_who_unsubscribes_gets_no_further_mail(self):
        anna = self._make_customer(figures=FADING)
        plan = self._make_plan([{}, {"days": 1}])
        self.care()
        mailing = self.touches(plan, anna).mailing_id
        self.env["mail.blacklist"]._add(anna.email)
        self.care(after_days=1)
        self.assertTrue(mailing.use_exclusion_list)
        self.assertEqual(self.touches(plan, anna)[1].skip_reason, "blacklist")

    def test_who_refused_never_gets_anything_under_either_policy(self):
        """Demand 12: the customers' data, and their word, are safe."""
        for policy in ("opt_in", "opt_out"):
            self.company.sme_consent_policy = policy
            anna = self._make_customer(
                figures=FADING,
                consent_mail="refused",
                consent_sms="refused",
                consent_phone="refused",
            )
            self.assertNothing(anna, "consent")

    def test_unknown_consent_is_none_where_consent_comes_first(self):
        unknown = dict.fromkeys(
            ("consent_mail", "consent_sms", "consent_phone"), "unknown"
        )
        self.assertNothing(self._make_customer(figures=FADING, **unknown), "consent")
        self.company.sme_consent_policy = "opt_out"
        bert = self._make_customer("Bert", figures=FADING, **unknown)
        self.assertEqual(self._reasons(bert), dict.fromkeys(CHANNELS, False))

    def test_each_channel_asks_for_its_own_consent(self):
        anna = self._make_customer(figures=FADING, consent_sms="refused")
        self.assertEqual(
            self._reasons(anna),
            {"mail": False, "sms": "consent", "call": False, "activity": False},
        )

    def test_no_address_no_message(self):
        anna = self._make_customer(figures=FADING, email=False, phone=False)
        self.assertNothing(anna, "no_address", ("mail", "sms", "call"))

    def test_open_complaint_stops_care(self):
        """Demand 74: a complaint comes first."""
        anna = self._make_customer(figures=FADING)
        clerk = self._make_partner("Clerk", parent_id=anna.id)
        self.env["sme.feedback"].create(
            {
                "summary": "Broken",
                "kind": "complaint",
                "partner_id": clerk.id,
                "company_id": self.company.id,
            }
        )
        self.assertNothing(anna, "complaint")

    def test_overdue_invoice_stops_care(self):
        """Demand 65: who does not pay gets no favours."""
        anna = self._make_customer(figures=FADING)
        self.env.cr.execute(
            """
            INSERT INTO account_journal (name, code, type, company_id,
                                         invoice_reference_type,
                                         invoice_reference_model, active)
            VALUES ('{"en_US": "Sales"}', 'CARE', 'sale', %(company)s, 'invoice',
                    'odoo', TRUE)
            RETURNING id
            """,
            {"company": self.company.id},
        )
        journal = self.env.cr.fetchone()[0]
        self.env.cr.execute(
            """
            INSERT INTO account_move (journal_id, company_id, currency_id, date, state,
                move_type, commercial_partner_id, partner_id, amount_residual,
                invoice_date_due, auto_post)
            VALUES (%(journal)s, %(company)s, %(currency)s, %(due)s, 'posted',
                'out_invoice', %(partner)s, %(partner)s, 50, %(due)s, 'no')
            """,
            {
                "journal": journal,
                "company": self.company.id,
                "currency": self.company.currency_id.id,
                "partner": anna.id,
                "due": NOW - timedelta(days=1),
            },
        )
        self.assertNothing(anna, "dunning")

    def test_cap_holds_over_all_plans_and_days(self):
        self.company.write({"sme_care_cap": 2, "sme_care_cap_days": 7})
        anna = self._make_customer(figures=FADING)
        plans = [
            self._make_plan([{}, {"days": 3}], sequence=at, name=f"Plan {at}")
            for at in (3, 1, 2)
        ]
        self.care()
        self.assertEqual(
            [self.touches(plan, anna).skip_reason for plan in plans],
            ["cap", False, False],
        )
        self.care(after_days=3)
        self.assertEqual(len(self.touches(partner=anna, state="done")), 2)
        self.assertEqual(
            set(self.touches(partner=anna, state="skipped").mapped("skip_reason")),
            {"cap"},
        )

    def test_cap_counts_what_is_done_not_what_is_skipped(self):
        self.company.write({"sme_care_cap": 1, "sme_care_cap_days": 7})
        anna = self._make_customer(figures=FADING, email=False)
        mail = self._make_plan(sequence=1)
        call = self._make_plan([{"channel": "call"}], sequence=2)
        self.care()
        self.assertEqual(self.touches(mail, anna).skip_reason, "no_address")
        self.assertEqual(self.touches(call, anna).state, "done")

    def test_shared_address_gets_a_step_once(self):
        anna = self._make_customer(figures=FADING)
        bert = self._make_customer("Bert", figures=FADING, email=anna.email.upper())
        plan = self._make_plan()
        self.care()
        states = self.touches(plan, anna) | self.touches(plan, bert)
        self.assertEqual(sorted(states.mapped("state")), ["done", "skipped"])
        self.assertEqual(
            states.filtered("skip_reason").mapped("skip_reason"), ["duplicate"]
        )

    def test_kind_without_a_text_is_told(self):
        anna = self._make_customer(figures=FADING)
        acme = self._make_customer("ACME", figures=FADING, is_company=True)
        plan = self._make_plan(
            [{"text": {"customer_kind_id": self.firm.id}}],
            customer_kind_ids=[Command.link(self.firm.id)],
        )
        plan.customer_kind_ids = False
        self.care()
        self.assertEqual(self.touches(plan, anna).skip_reason, "no_text")
        self.assertEqual(self.touches(plan, acme).state, "done")

    def test_quiet_mail_is_judged_again_when_it_goes(self):
        anna = self._make_customer(figures=FADING, tz="UTC")
        plan = self._make_plan()
        self.care(hour=23)
        self.assertEqual(self.touches(plan, anna).state, "planned")
        self.env["mail.blacklist"]._add(anna.email)
        self.care(after_days=1, hour=9)
        self.assertEqual(self.touches(plan, anna).skip_reason, "blacklist")

    def test_who_buys_while_a_mail_waits_gets_it_no_more(self):
        anna = self._make_customer(figures=FADING, tz="UTC")
        plan = self._make_plan()
        self.care(hour=23)
        self._make_order(anna, NOW + timedelta(hours=13))
        self.care(after_days=1, hour=9)
        self.assertEqual(self.touches(plan, anna).skip_reason, "left")

    def test_calls_wait_for_no_quiet_hour(self):
        anna = self._make_customer(figures=FADING, tz="UTC")
        plan = self._make_plan([{"channel": "call"}])
        self.care(hour=23)
        self.assertEqual(self.touches(plan, anna).state, "done")
