"""Sums kept from one full refresh to the next."""

import random
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ..metrics import kept_state
from .metrics_common import NOW, MetricsCase

DAYS = (0, 1, 2, 3, 30, 31, 89, 90, 91, 180, 181, 364, 365, 366, 730)


@tagged("post_install", "-at_install")
class TestKeptSums(MetricsCase):
    def setUp(self):
        super().setUp()
        self.enterContext(self.steps())
        # The weekly look at everything would hide what a night overlooked.
        self.enterContext(patch.object(kept_state, "CHECK_EVERY", timedelta(days=9999)))

    def _forget(self):
        self.env.cr.execute("DELETE FROM sme_kept_state")

    def _kept(self):
        """Give who has sums and the version of each row."""
        self.env.cr.execute(
            "SELECT partner_id, ctid::text FROM sme_kept_sums WHERE company_id = %s",
            [self.company.id],
        )
        return dict(self.env.cr.fetchall())

    def _check_as_from_nothing(self):
        """The figures must be those of a refresh that has no sums to go by."""
        figures = self.figures()
        self._forget()
        self.assertEqual(self.refresh(), 0)
        self.assertEqual(self.figures(), figures)

    def test_as_days_go_by_figures_are_those_of_a_refresh_from_nothing(self):
        self._make_random_shop(11, 40, self.source)
        for days in DAYS:
            with freeze_time(NOW + timedelta(days=days)), self.subTest(days=days):
                self.refresh()
                kept = self._kept()
                self._check_as_from_nothing()
                self.assertEqual(self._kept().keys(), kept.keys())

    def test_day_after_day_sums_stay_right_without_being_made_anew(self):
        """No sum is forgotten between the days, so that only time makes them due."""
        self._make_random_shop(12, 30, self.source)
        for days in range(0, 200, 3):
            with freeze_time(NOW + timedelta(days=days)):
                self.refresh()
        with freeze_time(NOW + timedelta(days=199)):
            self.refresh()
            self._check_as_from_nothing()

    def test_a_day_before_the_sums_were_made_is_right_too(self):
        self._make_random_shop(13, 20, self.source)
        with freeze_time(NOW + timedelta(days=300)):
            self.refresh()
        self.refresh()
        self._check_as_from_nothing()

    def test_changes_that_nobody_told_of_are_seen(self):
        self._make_random_shop(14, 40, self.source)
        self.refresh()
        dice = random.Random(14)
        for change in (
            "revenue = revenue + 1",
            "margin = margin - 1",
            "margin = NULL",
            "date_order = date_order - interval '1 day'",
            "counted = NOT counted",
            "kind = 'refund'",
            "commercial_partner_id = (SELECT min(partner_id) FROM sme_kept_sums)",
            "amount_total = 0",
        ):
            ids = self.env["sme.order"].search([("company_id", "=", self.company.id)])
            self.env.flush_all()
            self.env.cr.execute(
                f"UPDATE sme_order SET {change} WHERE id = ANY(%s)",
                [dice.sample(ids.ids, 4)],
            )
            self.env.invalidate_all()
            with self.subTest(change=change):
                self.refresh()
                self._check_as_from_nothing()

    def test_an_order_paid_back_as_a_whole_is_seen(self):
        partner = self._make_partner()
        order = self._make_order(partner, 10, 80)
        self._make_order(partner, 40, 30)
        self.refresh()
        self._make_refund(order, 2)
        self.refresh()
        self.assertEqual(self.row(partner).order_count, 1)
        self._check_as_from_nothing()

    def test_only_who_ordered_or_is_due_is_summed_anew(self):
        partners = [self._make_partner(f"C{number}") for number in range(20)]
        for number, partner in enumerate(partners):
            self._make_order(partner, 10 + number, 50)
        self.refresh()
        before = self._kept()
        self.refresh()
        self.assertEqual(self._kept(), before)
        self._make_order(partners[3], 0, 10)
        with freeze_time(NOW + timedelta(days=61)):
            self.refresh()
        after = self._kept()
        changed = {who for who in after if after[who] != before[who]}
        # The 90 days of who ordered 29 days ago hold today and the 89 days before.
        self.assertEqual(changed, {partners[3].id, partners[19].id})

    def test_other_settings_make_other_sums(self):
        self._make_random_shop(15, 30, self.source)
        self.refresh()
        self.company.sme_rfm_window_days = 100
        self.refresh()
        self._check_as_from_nothing()
        self.company.partner_id.tz = "America/New_York"
        self.refresh()
        self._check_as_from_nothing()

    def test_who_has_no_order_any_more_has_sums_of_zero(self):
        partners = [self._make_partner(f"C{number}") for number in range(8)]
        orders = [self._make_order(partner, 5, 70) for partner in partners]
        self.refresh()
        orders[0].write({"counted": False, "state": "cancelled"})
        self.refresh()
        self.env.cr.execute(
            "SELECT partner_id FROM sme_kept_sums "
            "WHERE company_id = %s AND order_count = 0",
            [self.company.id],
        )
        self.assertEqual(self.env.cr.fetchall(), [(partners[0].id,)])
        self.assertEqual(self.row(partners[0]).order_count, 0)
