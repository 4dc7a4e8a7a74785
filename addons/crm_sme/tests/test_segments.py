"""Who is in which segment, by SQL and by plain Python."""

import random
from datetime import date, timedelta
from itertools import product

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .metrics_common import NOW, MetricsCase

TODAY = NOW.date()
NAMED = (
    *("champions", "cannot_lose", "loyal", "promising", "new"),
    *("needs_attention", "at_risk", "hibernating", "lost"),
)


class SegmentCase(MetricsCase):
    """Twenty customers with orders at random; no segment but those of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dice = random.Random(3)
        cls.env["sme.segment"].search([]).action_archive()
        cls.partners = cls.env["res.partner"]
        for number in range(20):
            partner = cls._make_partner(f"C{number:02}")
            cls.partners |= partner
            for _ in range(dice.randrange(1, 6)):
                cls._make_order(partner, dice.randrange(1, 700), dice.randrange(5, 200))
        cls.env["sme.customer.value"]._refresh(company=cls.company)

    def make_segment(self, name="Test", **over):
        return self.env["sme.segment"].create({"name": name, **over})

    def members(self, segment, company=None):
        return (
            self.env["sme.segment.member"]
            .search(
                [
                    ("segment_id", "=", segment.id),
                    ("company_id", "=", (company or self.company).id),
                    ("date_to", "=", False),
                ]
            )
            .partner_id
        )

    def stays(self, segment, partner):
        return self.env["sme.segment.member"].search(
            [("segment_id", "=", segment.id), ("partner_id", "=", partner.id)],
            order="date_from",
        )

    def rows(self):
        return self.env["sme.customer.value"].search(
            [("company_id", "=", self.company.id)]
        )


@tagged("post_install", "-at_install")
class TestSegments(SegmentCase):
    def test_named_segments_hold_every_cell_exactly_once(self):
        """Demand 47: the named segments part all customers who bought."""
        cells = [
            code
            for name in NAMED
            for code in self.env.ref(f"crm_sme.sme_segment_{name}").cells
        ]
        every = sorted(map("".join, product("12345", repeat=3)))
        self.assertEqual(sorted(cells), every)

    def test_every_named_segment_says_what_to_do_and_offer(self):
        """Demands 49 and 50: each class has its strategy and its grade of goods."""
        for name in (*NAMED, "prospects"):
            segment = self.env.ref(f"crm_sme.sme_segment_{name}")
            self.assertGreater(len(segment.strategy), 60, name)
            self.assertTrue(segment.product_grade, name)

    def test_members_are_those_that_plain_python_finds(self):
        """Demand 47: cells, conditions and tiers, against a slow loop."""
        tiers = self.env["sme.value.tier"].search([])
        dice = random.Random(5)
        for row in self.rows():
            row.tier_id = dice.choice(tiers)
        codes = ["".join(c) for c in product("12345", repeat=3) if dice.random() < 0.4]
        cells = self.make_segment(cells=codes, sequence=3)
        ladder = self.make_segment(mode="tier", tier_ids=tiers[:2].ids, sequence=2)
        spend = self.make_segment(
            mode="domain", domain="[('revenue', '>', 150)]", sequence=1
        )
        expected = {cells: [], ladder: [], spend: []}
        for row in self.rows():
            places = []
            if row.revenue > 150:
                places.append(spend)
            if row.tier_id in tiers[:2]:
                places.append(ladder)
            if row.rfm_code in codes:
                places.append(cells)
            for segment in places:
                expected[segment].append(row.partner_id.id)
            self.assertEqual(row.segment_id, places[0] if places else cells.browse())
        for segment, ids in expected.items():
            self.assertEqual(sorted(self.members(segment).ids), sorted(ids))
            self.assertTrue(ids)

    def test_sums_are_those_of_the_members(self):
        segment = self.make_segment(mode="domain", domain="[('revenue', '>', 150)]")
        rows = self.rows()
        inside = rows.filtered(lambda r: r.partner_id in self.members(segment))
        self.assertEqual(segment.member_count, len(inside))
        self.assertAlmostEqual(segment.revenue_12m, sum(inside.mapped("revenue_12m")))
        self.assertAlmostEqual(segment.margin_12m, sum(inside.mapped("margin_12m")))
        share = sum(inside.mapped("revenue_12m")) / sum(rows.mapped("revenue_12m"))
        self.assertAlmostEqual(segment.revenue_share, share, places=5)
        self.assertAlmostEqual(segment.customer_share, len(inside) / 20, places=5)
        self.assertEqual(self.make_segment(cells=[]).member_count, 0)

    def test_a_second_refresh_writes_nothing(self):
        self.make_segment(mode="domain", domain="[('revenue', '>', 150)]")
        self.make_segment(cells=["555", "111", "121"])
        self.refresh()  # what builds on the main segment follows
        tables = ("sme_segment_member", "sme_customer_value", "sme_segment_figure")
        before = {table: self.versions(table) for table in tables}
        self.assertTrue(before["sme_segment_member"])
        self.assertEqual(self.refresh(), 0)
        self.assertEqual(self.refresh(self.partners), 0)
        self.assertEqual({table: self.versions(table) for table in tables}, before)

    def test_entering_and_leaving_are_dated_and_kept(self):
        """Demand 47: a stay has a beginning and an end, and history stays."""
        segment = self.make_segment(mode="domain", domain="[('order_count', '>=', 6)]")
        partner = self.partners[0]
        self.assertNotIn(partner, self.members(segment))
        orders = [self._make_order(partner, 2) for _ in range(6)]
        with freeze_time(NOW + timedelta(days=1)):
            self.refresh(partner)
        stay = self.stays(segment, partner)
        self.assertEqual((stay.date_from, stay.date_to), (date(2026, 6, 16), False))
        self.assertTrue(stay.is_member)
        for order in orders:
            order.write({"counted": False, "state": "cancelled"})
        with freeze_time(NOW + timedelta(days=9)):
            self.refresh(partner)
        self.assertEqual(stay.date_to, date(2026, 6, 24))
        self.assertFalse(stay.is_member)
        for order in orders:
            order.write({"counted": True, "state": "completed"})
        with freeze_time(NOW + timedelta(days=20)):
            self.refresh(partner)
        self.assertEqual(
            self.stays(segment, partner).mapped("date_from"),
            [date(2026, 6, 16), date(2026, 7, 5)],
        )

    def test_who_enters_and_leaves_on_one_day_was_never_in(self):
        segment = self.make_segment(cells=[])
        before = self.env["sme.segment.member"].search_count([])
        segment.write({"mode": "domain", "domain": "[]"})
        self.assertEqual(segment.member_count, 20)
        segment.domain = "[('revenue', '<', 0)]"
        self.assertEqual(self.env["sme.segment.member"].search_count([]), before)

    def test_who_leaves_and_comes_back_on_one_day_never_left(self):
        segment = self.make_segment(mode="domain", domain="[]")
        with freeze_time(NOW + timedelta(days=5)):
            segment.action_archive()
            self.assertFalse(self.members(segment))
            segment.action_unarchive()
            self.assertEqual(len(self.members(segment)), 20)
        stays = self.env["sme.segment.member"].search([("segment_id", "=", segment.id)])
        self.assertEqual(set(stays.mapped("date_from")), {TODAY})
        self.assertEqual(len(stays), 20)

    def test_relative_dates_move_members_by_time_alone(self):
        """Demand 47: nobody does anything, and the silent ones enter."""
        partner = self._make_partner("Silent")
        self._make_order(partner, 80)
        self.refresh()
        segment = self.make_segment(
            mode="domain", domain="[('last_order_date', '<', 'today -90d')]"
        )
        self.assertNotIn(partner, self.members(segment))
        with freeze_time(NOW + timedelta(days=11)):
            self.refresh()
            self.assertIn(partner, self.members(segment))

    def test_conditions_that_cannot_be_used_are_refused_with_a_reason(self):
        for domain, reason in (
            ("[('no_such_field', '=', 1)]", "no_such_field"),
            ("[('revenue', '>', 1)", "near"),
            ("[('last_order_date', '<', 'todoy -9d')]", "todoy"),
            ("[('revenue', '>', __import__('os').getpid())]", "plain values"),
            ("[('user_id', '=', uid)]", "plain values"),
            ("{'a': 1}", "square brackets"),
            ("[('revenue', '>')]", "no condition"),
            ("['revenue']", "no condition"),
            ("[('revenue', 'bigger', 1)]", "bigger"),
        ):
            with (
                self.subTest(domain=domain),
                self.assertRaisesRegex(ValidationError, reason),
            ):
                self.make_segment(mode="domain", domain=domain)

    def test_conditions_do_not_tell_what_their_writer_may_not_read(self):
        officer = new_test_user(
            self.env, "segmenter", "crm_sme.crm_sme_group_officer",
            company_id=self.company.id, company_ids=self.company.ids,
        )  # fmt: skip
        segments = self.env["sme.segment"].with_user(officer)
        with self.assertRaises(AccessError):
            segments.create(
                {
                    "name": "Spy",
                    "mode": "domain",
                    "domain": "[('partner_id.signup_type', '!=', False)]",
                }
            )

    def test_wrong_cells_are_refused(self):
        for cells in (["556"], ["55"], "555", [555]):
            with self.assertRaisesRegex(ValidationError, "three digits"):
                self.make_segment(cells=cells)

    def test_conditions_that_broke_keep_their_members(self):
        segment = self.make_segment(mode="domain", domain="[('revenue', '>', 150)]")
        before = self.members(segment)
        self.env.cr.execute(
            "UPDATE sme_segment SET domain = '[(''gone'', ''='', 1)]' WHERE id = %s",
            [segment.id],
        )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.crm_sme.metrics.segments", "WARNING"):
            self.refresh()
        self.assertEqual(self.members(segment), before)

    def test_customers_chosen_by_hand_need_no_order(self):
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        segment = self.make_segment(
            mode="manual", partner_ids=[Command.set((contact | self.partners[1]).ids)]
        )
        self.assertEqual(self.members(segment), head | self.partners[1])
        segment.partner_ids -= contact
        self.assertEqual(self.members(segment), self.partners[1])

    def test_archived_customers_leave(self):
        segment = self.make_segment(mode="domain", domain="[]")
        partner = self.partners[0]
        partner.action_archive()
        with freeze_time(NOW + timedelta(days=1)):
            self.refresh(partner)
        self.assertTrue(self.stays(segment, partner).date_to)

    def test_an_archived_segment_has_no_members_and_nobodys_main_segment_is_it(self):
        first = self.make_segment(mode="domain", domain="[]", sequence=1)
        second = self.make_segment(mode="domain", domain="[]", sequence=2)
        self.assertEqual(self.rows().segment_id, first)
        with freeze_time(NOW + timedelta(days=1)):
            first.action_archive()
        self.assertFalse(self.members(first))
        self.assertEqual(self.rows().segment_id, second)
        second.sequence, first.active = 5, True
        self.assertEqual(self.rows().segment_id, first)
        first.unlink()
        self.assertEqual(self.rows().segment_id, second)

    def test_merged_customers_are_in_a_segment_once(self):
        segment = self.make_segment(mode="domain", domain="[]")
        keep, gone = self.partners[:2]
        self.stays(segment, gone).date_from = TODAY - timedelta(days=30)
        self.env["base.partner.merge.automatic.wizard"]._merge((keep | gone).ids, keep)
        stay = self.stays(segment, keep)
        self.assertEqual(stay.date_from, TODAY - timedelta(days=30))
        self.assertFalse(stay.date_to)
        self.refresh()
        self.assertEqual(self.stays(segment, keep), stay)

    def test_refresh_of_some_changes_nobody_else(self):
        segment = self.make_segment(mode="domain", domain="[('order_count', '>=', 6)]")
        for partner in self.partners[:2]:
            for _ in range(6):
                self._make_order(partner, 2)
        self.refresh(self.partners[0])
        self.assertEqual(self.members(segment), self.partners[0])
        self.refresh()
        self.assertEqual(self.members(segment), self.partners[:2])

    def test_a_company_without_customers_and_one_with_a_single_one(self):
        empty = self._make_company("Empty", "EUR", "UTC")
        self.make_segment(mode="domain", domain="[]", company_id=empty.id)
        self.assertGreaterEqual(self.refresh(company=empty), 0)
        source = self._make_source(empty)
        self._make_order(self.partners[0], 3, source=source)
        self.refresh(company=empty)
        row = self.row(self.partners[0], empty)
        self.assertTrue(row.segment_id)


@tagged("post_install", "-at_install")
class TestSegmentCompanies(SegmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_company("Other Ltd", "EUR", "UTC")
        cls.env.user.company_ids = [Command.link(cls.other.id)]
        cls._make_order(cls.partners[0], 3, 70, source=cls._make_source(cls.other))
        cls.env["sme.customer.value"]._refresh(company=cls.other)

    def test_a_shared_segment_has_members_of_each_company(self):
        segment = self.make_segment(mode="domain", domain="[]")
        self.assertEqual(self.members(segment), self.partners)
        self.assertEqual(self.members(segment, self.other), self.partners[0])
        self.assertEqual(segment.member_count, 20)
        self.assertEqual(segment.with_company(self.other).member_count, 1)
        self.assertEqual(segment.with_company(self.other).revenue_12m, 70)

    def test_a_segment_that_moves_to_another_company_leaves_the_first(self):
        segment = self.make_segment(
            mode="domain", domain="[]", company_id=self.company.id
        )
        self.assertFalse(self.members(segment, self.other))
        segment.company_id = self.other
        self.assertFalse(self.members(segment))
        self.assertEqual(self.members(segment, self.other), self.partners[0])

    def test_nobody_sees_segments_and_members_of_another_company(self):
        shared = self.make_segment(mode="domain", domain="[]")
        foreign = self.make_segment(
            mode="domain", domain="[]", company_id=self.other.id
        )
        user = new_test_user(
            self.env, "stranger", "crm_sme.crm_sme_group_officer",
            company_id=self.company.id, company_ids=self.company.ids,
        )  # fmt: skip
        seen = self.env["sme.segment"].with_user(user).search([])
        self.assertIn(shared, seen)
        self.assertNotIn(foreign, seen)
        stays = self.env["sme.segment.member"].with_user(user).search([])
        self.assertEqual(stays.company_id, self.company)
        figures = self.env["sme.segment.figure"].with_user(user).search([])
        self.assertEqual(figures.company_id, self.company)
