"""Full refreshes that look at few customers give what looking at all of them gives."""

import random
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ..metrics import kept_state
from .metrics_common import NOW
from .sales_common import TABLES, SalesCase

DAYS = 30


@tagged("post_install", "-at_install")
class TestRefreshMoved(SalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_history()

    def setUp(self):
        super().setUp()
        # The weekly look at everything would hide what a night overlooked.
        self.enterContext(patch.object(kept_state, "CHECK_EVERY", timedelta(days=9999)))

    def _settle(self):
        """Refresh until nothing is written: segments and rhythms follow each other."""
        for _ in range(6):
            if not self.refresh():
                return
        self.fail("The figures never come to rest.")

    def _check_all(self):
        """All customers computed anew must be what was there before."""
        self._settle()
        tables = [self.env[name]._table for name in TABLES]
        tables += ["sme_customer_value", "res_partner", "sme_segment_member"]
        before = {table: self.versions(table) for table in tables}
        sums, figures = self._sums(), self.figures()
        self.env.cr.execute("DELETE FROM sme_kept_state")
        written = self.refresh()
        self.assertEqual(self._differences(figures), {})
        self.assertEqual(written, 0)
        self.assertEqual({table: self.versions(table) for table in tables}, before)
        self.assertEqual(self._sums(), sums)

    def _differences(self, before):
        """Figures that are others now, by customer."""
        found = {}
        for partner, new in self.figures().items():
            old = before.get(partner, {})
            other = {name: (old.get(name), new[name]) for name in new
                     if old.get(name) != new[name]}  # fmt: skip
            if other:
                found[partner] = other
        return found

    def _sums(self):
        self.env.cr.execute(
            "SELECT * FROM sme_kept_sums WHERE company_id = %s ORDER BY partner_id",
            [self.company.id],
        )
        return self.env.cr.fetchall()

    def _change(self, dice, now):
        """Let one of the many things happen that figures depend on."""
        changes = (
            *(self._order, self._order, self._order_back, self._sell),
            *(self._cancel, self._edit_by_hand, self._give_a_refund_away),
            *(self._talk, self._archive, self._move_contact, self._give_owner),
            *(self._merge, self._rename_goods, self._set, self._lock, self._guest),
        )
        change = dice.choice(changes)
        change(dice, now)
        return change.__name__

    def _anybody(self, dice):
        people = self.env["res.partner"].with_context(active_test=False)
        return dice.choice(people.browse(self.people.ids).exists())

    def _any_order(self, dice):
        orders = self.env["sme.order"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "order")]
        )
        return dice.choice(orders)

    def _order(self, dice, now):
        self._make_shop_order(
            self._anybody(dice), now - timedelta(days=dice.randrange(400))
        )

    def _guest(self, dice, now):
        self._make_shop_order(self.nobody, now - timedelta(hours=dice.randrange(99)))

    def _order_back(self, dice, now):
        order = self._any_order(dice)
        if order.counted and not order.refund_ids:
            self._make_back(order, now, dice.choice([1, 0.5]))

    def _sell(self, dice, now):
        self._make_sale(self._anybody(dice), now - timedelta(days=dice.randrange(90)))

    def _cancel(self, dice, now):
        order = self._any_order(dice)
        order.write({"counted": not order.counted})
        sale = self.env["sale.order"].search(
            [("company_id", "=", self.company.id), ("state", "=", "sale")], limit=1
        )
        sale._action_cancel()

    def _edit_by_hand(self, dice, now):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sme_order SET revenue = revenue + 1, date_order = %s WHERE id = %s",
            [now - timedelta(days=dice.randrange(300)), self._any_order(dice).id],
        )
        self.env.invalidate_all()

    def _give_a_refund_away(self, dice, now):
        refund = self.env["sme.order"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "refund")], limit=1
        )
        refund.partner_id = self._anybody(dice)

    def _talk(self, dice, now):
        self.env["sme.interaction"].create(
            {
                "partner_id": self._anybody(dice).id,
                "company_id": self.company.id,
                "kind": dice.choice(["call", "complaint"]),
                "date": now,
                "summary": "Talk",
            }
        )

    def _archive(self, dice, now):
        partner = self._anybody(dice)
        if partner != self.company.partner_id:
            partner.active = not partner.active

    def _move_contact(self, dice, now):
        contact, head = self.people[-1], self._anybody(dice)
        if contact.exists() and head != contact and head.active:
            contact.parent_id = head

    def _give_owner(self, dice, now):
        self._anybody(dice).write(
            {
                "user_id": dice.choice([False, self.env.uid]),
                "country_id": self.env.ref(dice.choice(["base.fr", "base.de"])).id,
            }
        )

    def _merge(self, dice, now):
        keep, gone = self._anybody(dice), self._anybody(dice)
        if keep != gone and not (keep | gone).child_ids and keep.active and gone.active:
            wizard = self.env["base.partner.merge.automatic.wizard"]
            wizard._merge((keep | gone).ids, keep)

    def _rename_goods(self, dice, now):
        product = dice.choice(self.products)
        product.categ_id = dice.choice(self.categories)
        product.seller_ids.partner_id = dice.choice(self.vendors)

    def _set(self, dice, now):
        name, values = dice.choice(
            [
                ("sme_rfm_window_days", (100, 365)),
                ("sme_watch_ratio", (1.1, 1.5)),
                ("sme_default_gap_days", (30, 90)),
                ("sme_cost_call", (5, 10)),
            ]
        )
        self.company[name] = dice.choice(values)

    def _lock(self, dice, now):
        stages = self.env["sme.lifecycle.stage"].search([])
        self._anybody(dice).write(
            {
                "lifecycle_stage_id": dice.choice(stages).id,
                "lifecycle_locked": dice.random() < 0.5,
            }
        )

    def test_day_after_day_whatever_happens(self):
        """Random histories, refunds, merges, settings, over the turn of many days."""
        dice = random.Random(314)
        now = NOW
        self.refresh()
        for number in range(DAYS):
            now += timedelta(hours=dice.choice([1, 5, 24, 24, 48]))
            with freeze_time(now):
                seen = [self._change(dice, now) for _ in range(dice.randrange(4))]
                if dice.random() < 0.3:
                    self.refresh(self._anybody(dice))
                self.refresh()
                if number % 5 == 4:
                    with self.subTest(number=number, seen=seen):
                        self._check_all()
                        self.assert_reconciled()

    def test_nights_without_any_change(self):
        """Windows, silence and limits move with the days alone."""
        for days in (0, 1, 2, 3, 5, 8, 30, 31, 60, 89, 90, 91, 200, 365):
            with freeze_time(NOW + timedelta(days=days)), self.subTest(days=days):
                self.refresh()
                self._check_all()

    def test_a_night_asks_only_who_may_differ(self):
        self.refresh()
        self._settle()
        partner = self.people[5]
        self._make_shop_order(partner, 1)
        self.refresh()
        self.env.cr.execute("SELECT id FROM sme_wanted")
        self.assertEqual(self.env.cr.fetchall(), [(partner.id,)])

    def test_companies_of_which_one_is_new_are_refreshed_for_the_same_customers(self):
        """A first refresh of one leaves those wanted of the other alone."""
        self.refresh()
        other = self._make_company("Another Ltd", "EUR", "UTC")
        other.sequence = -1
        source = self._make_source(other)
        for partner in self.people[:8]:
            for days in (5, 30, 60):
                self._make_order(partner, days, 20, source=source)
        partner = self.people[7]
        before = self.row(partner).order_count
        self._make_order(partner, 1, 10)
        self.env["sme.customer.value"]._refresh(partner.ids)
        self.assertEqual(self.row(partner).order_count, before + 1)
        self.assertTrue(self.row(self.people[0], other).order_count)

    def test_a_table_that_is_not_watched_is_looked_at_as_a_whole(self):
        self.refresh()
        self._settle()
        partner = self.people[5]
        before = self.row(partner).order_count
        self.env.cr.execute("ALTER TABLE sme_order DISABLE TRIGGER USER")
        self._make_shop_order(partner, 1)
        self.env.flush_all()
        self.refresh()
        self.assertEqual(self.row(partner).order_count, before + 1)
        self.env.cr.execute("ALTER TABLE sme_order ENABLE TRIGGER USER")

    def test_once_a_week_everybody_is_looked_at(self):
        """A figure that somebody overwrote in the database is put right."""
        self.refresh()
        self._settle()
        self.enterContext(patch.object(kept_state, "CHECK_EVERY", timedelta(days=7)))
        row = self.row(self.people[5])
        right = row.revenue
        self.env.cr.execute(
            "UPDATE sme_customer_value SET revenue = -1 WHERE id = %s", [row.id]
        )
        row.invalidate_recordset()
        self.refresh()
        self.assertEqual(row.revenue, -1)
        with freeze_time(NOW + timedelta(days=7)):
            self.refresh()
        row.invalidate_recordset()
        self.assertEqual(row.revenue, right)
