"""Running the refresh again, in parts and from the queue."""

import random
from contextlib import closing
from datetime import timedelta

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo.sql_db import db_connect
from odoo.tests import freeze_time, tagged

from ..metrics.touched import persist
from .metrics_common import NOW, MetricsCase


@tagged("post_install", "-at_install")
class TestMetricsRefresh(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dice = random.Random(7)
        cls.partners = cls.env["res.partner"]
        for number in range(20):
            partner = cls._make_partner(f"C{number}")
            cls.partners |= partner
            for _ in range(dice.randrange(1, 6)):
                cls._make_order(partner, dice.randrange(1, 700), dice.randrange(5, 200))

    def test_a_second_refresh_writes_nothing(self):
        self.assertTrue(self.refresh())
        tables = ("sme_customer_value", "sme_rfm_threshold", "res_partner")
        before = {table: self.versions(table) for table in tables}
        self.assertEqual(self.refresh(), 0)
        self.assertEqual(self.refresh(self.partners), 0)
        self.assertEqual({table: self.versions(table) for table in tables}, before)

    def test_only_rows_that_differ_are_written(self):
        self.refresh()
        before = dict.fromkeys(self.versions())
        self._make_order(self.partners[3], 0, 10)
        self.assertTrue(self.refresh(self.partners))
        self.assertEqual(len(set(self.versions()) - before.keys()), 1)

    def test_refresh_of_some_equals_refresh_of_all(self):
        """With the limits unchanged, a part gives what the whole gives."""
        self.refresh()
        self._make_order(self.partners[0], 1, 55)
        self._make_order(self.partners[1], 400, 55, state="cancelled")
        some = self.partners[:4]
        self.refresh(some)
        by_part = self.figures()
        limits = self.env["sme.rfm.threshold"].search([]).mapped("limits")
        self.refresh()
        if self.env["sme.rfm.threshold"].search([]).mapped("limits") == limits:
            self.assertEqual(self.figures(), by_part)
        slow = self.slow_figures()
        for partner in some:
            self.assertAlmostEqual(
                by_part[partner.id]["revenue"], float(slow[partner.id]["revenue"])
            )

    def test_refresh_of_some_goes_by_the_kept_limits(self):
        self.refresh()
        kept = self.env["sme.rfm.threshold"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            set(kept.mapped("measure")),
            {
                *("recency", "frequency", "monetary", "rhythm"),
                *("price", "segment_rhythm"),
            },
        )
        versions = self.versions("sme_rfm_threshold")
        self._make_order(self.partners[0], 1, 5000)
        self.refresh(self.partners[0])
        self.assertEqual(self.versions("sme_rfm_threshold"), versions)
        self.assertEqual(self.row(self.partners[0]).m_score, 5)

    def test_refresh_of_a_contact_refreshes_his_company(self):
        self.refresh()
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        self._make_order(contact, 5, 70)
        self.refresh(contact)
        self.assertEqual(self.row(head).revenue, 70)

    def test_customer_whose_orders_vanish_is_as_if_he_never_bought(self):
        partner = self._make_partner()
        order = self._make_order(partner, 5, 70)
        self.refresh()
        self.assertEqual(self.row(partner).fade_state, "steady")
        order.write({"counted": False, "state": "cancelled"})
        self.refresh(partner)
        row = self.row(partner)
        self.assertEqual(row.fade_state, "none")
        self.assertFalse(row.last_order_date or row.fade_since or row.rfm_code)
        self.assertEqual((row.revenue, row.order_count, row.overdue_ratio), (0, 0, 0))

    def test_archived_customers_leave_and_come_back(self):
        partner = self.partners[0]
        self.refresh()
        partner.action_archive()
        self.refresh(partner)
        self.assertFalse(self.row(partner))
        partner.action_unarchive()
        self.refresh(partner)
        self.assertTrue(self.row(partner).order_count)

    def test_who_joins_a_company_gives_it_his_orders(self):
        head, joiner = self.partners[:2]
        self.refresh()
        total = self.row(head).revenue + self.row(joiner).revenue
        self.env["sme.touch"].search([]).unlink()
        joiner.parent_id = head
        self.assertEqual(self.env["sme.touch"].search([]).partner_id, head | joiner)
        self._drain()
        self.assertAlmostEqual(self.row(head).revenue, total)
        self.assertFalse(self.row(joiner))

    def test_fade_since_moves_only_with_the_state(self):
        """Demand 46: since when a customer fades, not when it was computed last."""
        partner = self._make_partner()
        for days in (90, 60, 30):
            self._make_order(partner, days)
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.fade_state, "watch")
        self.assertEqual(row.fade_since, NOW.date())
        for later, state, since in ((5, "watch", 0), (15, "fading", 15)):
            with freeze_time(NOW + timedelta(days=later)):
                self.refresh()
            self.assertEqual(row.fade_state, state)
            self.assertEqual((row.fade_since - NOW.date()).days, since)

    def test_a_long_lost_customer_is_dated_back_when_first_seen(self):
        partner = self._make_partner()
        for days in (420, 410, 400):
            self._make_order(partner, days)
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.fade_state, "lost")
        self.assertEqual((NOW.date() - row.fade_since).days, 340)

    def test_figures_of_who_left_stand_still(self):
        partner = self._make_partner()
        for days in (1720, 1710, 1700):
            self._make_order(partner, days)
        self.refresh()
        self.assertEqual(self.row(partner).overdue_ratio, 99.9)
        with freeze_time(NOW + timedelta(days=1)):
            self.refresh(partner)
        self.assertEqual(self.row(partner).computed_on, NOW)

    def test_every_customer_of_a_source_or_a_talk_has_a_row(self):
        bound, talked, stranger, cancelled = (
            self._make_partner(name) for name in ("Bound", "Talked", "No", "Cancelled")
        )
        self.env["sme.binding"].create(
            {
                "source_id": self.source.id,
                "kind": "customer",
                "external_id": "b1",
                "partner_id": bound.id,
            }
        )
        self.env["sme.interaction"].create({"partner_id": talked.id, "summary": "Hi"})
        self._make_order(cancelled, 4, state="cancelled")
        self.refresh()
        for partner in (bound, talked, cancelled):
            self.assertEqual(self.row(partner).fade_state, "none")
        self.assertFalse(self.row(stranger))

    def _drain(self):
        """Run the job of the queue until it is empty."""
        queue = self.env["sme.touch"]
        with self.enter_registry_test_mode():
            self.env.ref("crm_sme.ir_cron_refresh_touched").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(queue.search_count([("company_id", "=", self.company.id)]))

    def test_queue_is_drained_and_doubles_are_harmless(self):
        self.refresh()
        partner = self.partners[0]
        before = self.row(partner).order_count
        self._make_order(partner, 0)
        value = self.env["sme.customer.value"]
        value._touch(partner, self.company)
        value._touch(partner, self.company)
        self._drain()
        self.assertEqual(self.row(partner).order_count, before + 1)

    def test_queue_that_holds_many_refreshes_all_and_finds_new_limits(self):
        self.refresh()
        old = self._limits("monetary")
        for partner in self.partners:
            self._make_order(partner, 0, 1000)
        self.env["sme.customer.value"]._touch(self.partners, self.company)
        self._drain()
        self.assertNotEqual(self._limits("monetary"), old)

    def _limits(self, measure):
        kept = self.env["sme.rfm.threshold"].search(
            [("company_id", "=", self.company.id), ("measure", "=", measure)]
        )
        return kept.limits

    def test_a_step_that_met_a_push_is_run_again(self):
        calls = []

        def step():
            calls.append(1)
            if len(calls) < 3:
                raise SerializationFailure
            return "done"

        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.assertEqual(persist(self.env(cr=cr), step), "done")
            self.assertEqual(len(calls), 3)
            with self.assertRaises(LockNotAvailable):
                persist(self.env(cr=cr), self._always_locked)

    def test_queue_waits_while_the_nightly_job_runs(self):
        self.env["sme.customer.value"]._touch(self.partners, self.company)
        self.env["ir.cron.trigger"].search([]).unlink()
        with closing(db_connect(self.env.cr.dbname).cursor()) as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(hashtext('sme_customer_value'))"
            )
            with self.enter_registry_test_mode():
                job = self.env.ref("crm_sme.ir_cron_refresh_touched")
                job.method_direct_trigger()
            waiting = self.env["sme.touch"].search_count([])
        self.assertTrue(waiting)
        trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        self.assertEqual(trigger.call_at, NOW + timedelta(minutes=1))

    def _always_locked(self):
        raise LockNotAvailable

    def test_nightly_job_refreshes_every_company(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_sme.ir_cron_refresh_all").method_direct_trigger()
        self.assertEqual(len(self.figures()), 20)

    def test_merged_customers_own_the_orders_together(self):
        """One row stays after a merge, with the sums of both."""
        keep, gone = self.partners[:2]
        self.refresh()
        total = self.row(keep).revenue + self.row(gone).revenue
        self.env["base.partner.merge.automatic.wizard"]._merge((keep | gone).ids, keep)
        self._drain()
        self.assertFalse(gone.exists())
        self.assertAlmostEqual(self.row(keep).revenue, total)
        self.assertEqual(len(self.row(keep)), 1)

    def test_customer_merged_into_a_contact_counts_for_the_contacts_company(self):
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        self._make_order(head, 3, 11)
        gone = self.partners[0]
        self.refresh()
        total = self.row(head).revenue + self.row(gone).revenue
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (contact | gone).ids, contact
        )
        self._drain()
        self.assertAlmostEqual(self.row(head).revenue, total)
