"""Customers as stock: always balanced, and as the plain way finds it."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from psycopg2.errors import CheckViolation

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..tools import rhythm, stock
from .metrics_common import NOW, ZONE, MetricsCase

GROUPS = ("tier_id", "segment_id", "user_id", "country_id", "region_id")
PLUS = ("opening_count", "new_count", "returned_count", "joined_count", "moved_count")
MINUS = ("lapsed_count", "lost_count", "removed_count")
RUNNING = date(2026, 6, 1)
FIRST = date(2024, 6, 1)


class StockCase(MetricsCase):
    def close(self, company=None):
        """Refresh the figures and bring the months up to date."""
        company = company or self.company
        self.refresh(company=company)
        return self.env["sme.customer.snapshot"]._update(company)

    def months(self, partner, company=None):
        """State of a customer by month."""
        rows = self.env["sme.customer.snapshot"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or self.company).id),
            ]
        )
        return {row.month: row.state for row in rows}

    def stock(self, company=None):
        """Sums of the stock report by month."""
        names = [*PLUS, *MINUS, "closing_count"]
        groups = self.env["sme.customer.stock.report"]._read_group(
            [("company_id", "=", (company or self.company).id)],
            ["month:month"],
            [f"{name}:sum" for name in names],
        )
        return {month: dict(zip(names, sums, strict=True)) for month, *sums in groups}

    def assertBalanced(self, company=None):
        """Each group of each grouping balances and goes on where it ended."""
        report = self.env["sme.customer.stock.report"]
        domain = [("company_id", "=", (company or self.company).id)]
        names = [*PLUS, *MINUS, "closing_count"]
        for group in (None, *GROUPS, GROUPS):
            by = [] if group is None else [group] if isinstance(group, str) else group
            closing = {}
            rows = report._read_group(
                domain, ["month:month", *by], [f"{name}:sum" for name in names]
            )
            sums_of = {
                (month, tuple(keys)): dict(zip(names, sums, strict=True))
                for month, keys, sums in (
                    (row[0], row[1 : 1 + len(by)], row[1 + len(by) :]) for row in rows
                )
            }
            months = sorted({month for month, _ in sums_of})
            keys = {key for _, key in sums_of}
            for month in months:
                for key in keys:
                    sums = sums_of.get((month, key), dict.fromkeys(names, 0))
                    came = sum(sums[name] for name in PLUS)
                    left = sum(sums[name] for name in MINUS)
                    self.assertEqual(came - left, sums["closing_count"], (month, key))
                    self.assertEqual(
                        sums["opening_count"], closing.get(key, 0), (month, key)
                    )
                    closing[key] = sums["closing_count"]
        self.assertFalse(
            any(sums["moved_count"] for sums in self.stock(company).values())
        )


@tagged("post_install", "-at_install")
class TestStock(StockCase):
    """Demand 22: know one's customers as one knows one's stock of goods."""

    def make_shop(self, seed, company, size=25):
        """Customers with random days of orders over three years."""
        dice = random.Random(seed)
        is_own = company == self.company
        source = self.source if is_own else self._make_source(company)
        partners = self.env["res.partner"]
        for number in range(size):
            partner = self._make_partner(f"C{number}", is_company=dice.random() < 0.3)
            partners |= partner
            start = dice.randrange(1, 1100)
            gap = dice.choice([3, 10, 30, 60, 200])
            for step in range(dice.choice([1, 1, 2, 3, 5, 9])):
                days = start - step * gap + dice.randrange(-gap // 3, gap // 3 + 1)
                if days < 0:
                    continue
                order = self._make_order(partner, days, dice.randrange(5, 99),
                                         source=source)  # fmt: skip
                if dice.random() < 0.1:
                    self._make_refund(order, max(days - 5, 0), source=source)
        return partners

    def slow_histories(self, company):
        """Days with orders and states at month ends of each customer, the plain way."""
        zone = company._sme_timezone()
        limits = rhythm.FadeLimits(
            *(Decimal(str(ratio)) for ratio in company._sme_fade_ratios())
        )
        threshold = self.env["sme.rfm.threshold"].search(
            [("company_id", "=", company.id), ("measure", "=", "rhythm")]
        )
        gap = Decimal(str((threshold.limits or [company.sme_default_gap_days])[0]))
        today = rhythm.local_day(NOW, zone)
        found = {}
        for head, bookings in self._bookings(company).items():
            days = {
                rhythm.local_day(each.at, zone) for each in bookings if each.is_event
            }
            if not days:
                continue
            past = stock.months_between(FIRST, date(2026, 5, 1))
            states = stock.month_end_states(days, past, gap, limits)
            states[RUNNING] = stock.state_at(days, today, gap, limits)
            found[head] = (days, states)
        return found

    def test_nobody_returns_without_an_order(self):
        """The past goes by the rhythm of the segment as the present does."""
        for number in range(24):
            regular = self._make_partner(f"Regular {number}")
            for at in (20, 140, 260):
                self._make_order(regular, at + number % 3, 500)
        for number in range(24):
            hasty = self._make_partner(f"Hasty {number}")
            for at in (400, 403, 406):
                self._make_order(hasty, at + number % 3, 5)
        for number in range(12):
            self._make_order(self._make_partner(f"New {number}"), 40 + number, 500)
        self.close(self.company)
        gaps = self.env["sme.rfm.threshold"].search(
            [("company_id", "=", self.company.id), ("measure", "=", "segment_rhythm")]
        )
        self.assertTrue(gaps.limits)
        back = self.env["sme.customer.snapshot"].search(
            [("company_id", "=", self.company.id), ("returned_count", ">", 0)]
        )
        self.assertFalse(back.filtered(lambda row: not row.order_count))

    def test_states_and_flows_are_those_of_the_plain_way(self):
        for seed, zone in enumerate(["Asia/Shanghai", "America/New_York", "UTC"]):
            company = self._make_company(f"Stock {seed}", "EUR", zone)
            with self.subTest(seed=seed):
                self.make_shop(seed, company)
                self.close(company)
                slow = self.slow_histories(company)
                for head, (_days, states) in slow.items():
                    stored = self.months(self.env["res.partner"].browse(head), company)
                    self.assertTrue(stored)
                    for month, state in stored.items():
                        self.assertEqual(state, states[month], (head, month))
                    shown = None
                    for month, state in sorted(states.items()):
                        shown = stored.get(month, shown)
                        self.assertEqual(shown, state, (head, month))
                self.check_flows(company, slow)
                self.assertBalanced(company)

    def check_flows(self, company, slow):
        months = stock.months_between(FIRST, RUNNING)
        expected = stock.flows(slow.values(), months)
        found = self.stock(company)
        for month in months:
            flow, sums = expected[month], found.get(month, {})
            self.assertTrue(flow.is_balanced)
            for name in ("opening", "new", "returned", "joined", "lapsed", "lost",
                         "removed", "closing"):  # fmt: skip
                self.assertEqual(
                    sums.get(f"{name}_count", 0),
                    getattr(flow, name),
                    f"{name} of {month}",
                )

    def test_a_second_run_writes_nothing(self):
        self.make_shop(5, self.company)
        self.assertTrue(self.close())
        tables = ("sme_customer_snapshot", "sme_customer_stock_report")
        before = {table: self.versions(table) for table in tables}
        self.assertEqual(self.close(), 0)
        self.assertEqual({table: self.versions(table) for table in tables}, before)

    def test_it_stays_balanced_whatever_happens(self):
        """Merging, archiving, moving, cancelling, months without a run."""
        dice = random.Random(3)
        partners = self.make_shop(7, self.company, 30)
        tiers = self.env["sme.value.tier"].search([])
        self.env["sme.customer.value"]._refresh(company=self.company)
        for month in range(1, 9):
            with freeze_time(NOW + timedelta(days=31 * month)):
                partners = partners.exists()
                for partner in dice.sample(list(partners), 6):
                    at = NOW + timedelta(days=31 * month - dice.randrange(40))
                    self._make_order(partner, at, 50)
                    partner.country_id = dice.choice([False, 14, 20])
                    partner.active = dice.random() < 0.8
                    self.row(partner).write({"tier_id": dice.choice(tiers.ids)})
                self.env["sme.order"].search([], limit=2).write({"counted": False})
                pair = partners.filtered("active")[:2]
                merge = self.env["base.partner.merge.automatic.wizard"]
                merge._merge(pair.ids, pair[1])
                if month not in (3, 4):
                    self.close()
                    self.assertBalanced()
                    self.assertEqual(self.close(), 0)

    def test_the_database_refuses_what_does_not_balance(self):
        values = {"company_id": self.company.id, "month": "2026-01-01"}
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.env["sme.customer.stock.report"].create(
                {**values, "opening_count": 3, "closing_count": 2}
            )

    def test_new_lapsed_and_returned_by_month(self):
        partner = self._make_partner()
        for day in (1, 11, 21):
            self._make_order(partner, datetime(2026, 1, day))
        self._make_order(partner, datetime(2026, 5, 10))
        self.close()
        self.assertEqual(
            {month.month: state for month, state in self.months(partner).items()},
            {1: "watch", 2: "lapsed", 3: "lost", 5: "steady", 6: "steady"},
        )
        found = self.stock()
        self.assertEqual(found[date(2026, 1, 1)]["new_count"], 1)
        self.assertEqual(found[date(2026, 2, 1)]["lapsed_count"], 1)
        lost = found.get(date(2026, 3, 1), {})
        self.assertFalse(lost.get("lost_count"), "counted once, when he left")
        self.assertEqual(found[date(2026, 5, 1)]["returned_count"], 1)
        self.assertEqual(found[RUNNING]["closing_count"], 1)

    def test_who_left_before_the_first_month_returns_and_is_not_new(self):
        partner = self._make_partner()
        for days in (1100, 1090, 1080):
            self._make_order(partner, days)
        self._make_order(partner, datetime(2026, 3, 3))
        self.close()
        self.assertEqual(min(self.months(partner)), FIRST)
        march = self.stock()[date(2026, 3, 1)]
        self.assertEqual((march["new_count"], march["returned_count"]), (0, 1))

    def test_who_was_there_before_the_first_month_is_taken_in(self):
        partner = self._make_partner()
        for step in range(30):
            self._make_order(partner, 30 * step)
        self.close()
        found = self.stock()
        self.assertEqual(found[FIRST]["joined_count"], 1)
        self.assertEqual(sum(sums["new_count"] for sums in found.values()), 0)

    def test_month_edge_is_that_of_the_company(self):
        """31 May 20:00 UTC is June in Shanghai, May in New York."""
        other = self._make_company("West", "EUR", "America/New_York")
        partner = self._make_partner()
        at = datetime(2026, 5, 31, 20)
        self._make_order(partner, at)
        self._make_order(partner, at, source=self._make_source(other))
        self.close()
        self.close(other)
        self.assertEqual(self.company._sme_timezone(), ZONE)
        self.assertEqual(list(self.months(partner)), [RUNNING])
        self.assertEqual(
            sorted(self.months(partner, other)), [date(2026, 5, 1), RUNNING]
        )

    def test_the_last_night_of_a_month_is_followed_by_its_true_end(self):
        """Ordered after the last nightly run: still in that month."""
        regular, late = self._make_partner("A"), self._make_partner("B")
        for step in range(4):
            self._make_order(regular, 5 + 10 * step)
        self.close()
        tier = self.env.ref("crm_sme.sme_value_tier_ordinary")
        self.row(regular).write({"tier_id": tier.id})
        with freeze_time(datetime(2026, 6, 30, 3)):
            self.close()
            self._make_order(late, datetime(2026, 6, 30, 9))
        with freeze_time(datetime(2026, 7, 2, 3)):
            self.close()
            june = self.stock()[RUNNING]
            self.assertEqual((june["new_count"], june["closing_count"]), (1, 2))
            rows = self.env["sme.customer.snapshot"].search(
                [("company_id", "=", self.company.id), ("month", "=", RUNNING)]
            )
            self.assertEqual(rows.mapped("is_final"), [True, True])
            self.assertEqual(rows.mapped("is_observed"), [True, True])
            self.assertIn(tier, rows.tier_id)
            self.assertBalanced()

    def test_tier_and_segment_of_rebuilt_months_are_not_invented(self):
        partner = self._make_partner()
        for step in range(5):
            self._make_order(partner, 20 * step)
        self.refresh()
        tier = self.env["sme.value.tier"].search([], limit=1)
        self.row(partner).tier_id = tier
        self.env["sme.customer.snapshot"]._update(self.company)
        rows = self.env["sme.customer.snapshot"].search(
            [("partner_id", "=", partner.id)]
        )
        for row in rows:
            self.assertEqual(row.is_observed, row.month == RUNNING)
            self.assertEqual(bool(row.tier_id), row.is_observed)
        june = self.env["sme.customer.stock.report"].search(
            [("company_id", "=", self.company.id), ("month", "=", RUNNING)]
        )
        moved = {row.tier_id: row.moved_count for row in june}
        self.assertEqual(moved, {tier: 1, tier.browse(): -1})

    def test_old_orders_that_come_later_fill_the_past(self):
        partner = self._make_partner()
        for step in range(3):
            self._make_order(partner, 10 * step)
        self.close()
        newcomer = self._make_partner()
        for step in range(12):
            self._make_order(newcomer, 30 * step)
        self.close()
        self.assertEqual(len(self.months(newcomer)), 12)
        found = self.stock()
        self.assertEqual(found[RUNNING]["joined_count"], 0)
        self.assertEqual(sum(sums["new_count"] for sums in found.values()), 2)
        self.assertBalanced()

    def test_a_history_that_comes_in_parts_is_that_of_one_that_came_at_once(self):
        """Nobody returns this month who was only imported later than others."""
        early, late = (300, 270, 240, 210, 180), (165, 100, 70, 66, 40, 12)
        parts = self._make_partner("In parts")
        for days in early:
            self._make_order(parts, days)
        self.close()
        whole = self._make_partner("At once")
        for partner, days in ((parts, late), (whole, early + late)):
            for each in days:
                self._make_order(partner, each)
        self.close()
        rows = self.env["sme.customer.snapshot"].search(
            [("company_id", "=", self.company.id)], order="month"
        )
        pasts = [
            [
                (row.month, row.state, row.order_count, row.returned_count)
                for row in rows.filtered(lambda r, one=one: r.partner_id == one)
            ]
            for one in (parts, whole)
        ]
        self.assertEqual(*pasts)
        self.assertEqual(self.stock()[RUNNING]["returned_count"], 0)
        self.assertBalanced()
        self.assertEqual(self.env["sme.customer.snapshot"]._update(self.company), 0)

    def test_late_orders_and_refunds_correct_the_sums_of_their_month(self):
        partner = self._make_partner()
        order = self._make_order(partner, 60, 100)
        self._make_order(partner, 40, 50)
        self.close()
        self._make_refund(order, 58, 30)
        self._make_order(partner, 61, 7)
        self.close()
        rows = self.env["sme.customer.snapshot"].search(
            [("partner_id", "=", partner.id)]
        )
        self.assertAlmostEqual(sum(rows.mapped("revenue")), 127)
        self.assertEqual(sum(rows.mapped("order_count")), 3)

    def test_archived_customers_are_taken_out_and_taken_in_again(self):
        partner = self._make_partner()
        for step in range(8):
            self._make_order(partner, 30 + 20 * step)
        self.close()
        partner.action_archive()
        self.close()
        self.assertEqual(self.stock()[RUNNING]["removed_count"], 1)
        self.assertEqual(self.stock()[date(2026, 5, 1)]["closing_count"], 1)
        self.assertBalanced()
        with freeze_time(NOW + timedelta(days=20)):
            self._make_order(self._make_partner(), NOW + timedelta(days=1))
            self.close()
        with freeze_time(NOW + timedelta(days=30)):
            partner.action_unarchive()
            self._make_order(partner, NOW + timedelta(days=29))
            self.close()
            july = self.stock()[date(2026, 7, 1)]
            self.assertEqual((july["joined_count"], july["closing_count"]), (1, 2))
            self.assertBalanced()

    def test_merged_customers_become_one_with_the_whole_past(self):
        old, young = self._make_partner("Old"), self._make_partner("Young")
        for step in range(6):
            self._make_order(old, 120 + 30 * step)
        for step in range(4):
            self._make_order(young, 25 * step)
        self.close()
        first = min(self.months(old))
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((old | young).ids, young)
        self.close()
        self.assertEqual(min(self.months(young)), first)
        self.assertEqual(sum(s["new_count"] for s in self.stock().values()), 1)
        self.assertBalanced()

    def test_two_companies_keep_apart(self):
        other = self._make_company("Other Ltd", "USD", "UTC")
        partner = self._make_partner()
        self._make_order(partner, 10)
        self._make_order(partner, 800, source=self._make_source(other))
        self.refresh(company=other)
        self.close()
        self.env["sme.customer.snapshot"]._update(other)
        self.assertEqual(self.stock()[RUNNING]["closing_count"], 1)
        self.assertFalse(self.stock(other).get(RUNNING, {}).get("closing_count"))

    def test_months_that_nobody_keeps_are_dropped_but_not_who_left(self):
        gone, regular = self._make_partner("Gone"), self._make_partner("Regular")
        for days in (700, 690, 680):
            self._make_order(gone, days)
        for step in range(-4, 30):
            self._make_order(regular, 25 * step)
        self.close()
        self.company.sme_snapshot_years = 2
        with freeze_time(NOW + timedelta(days=120)):
            self.close()
            before = self.stock()[date(2026, 6, 1)]
            self.env["sme.customer.snapshot"]._gc_old_months()
            self.close()
            self.assertEqual(min(self.months(regular)), date(2024, 10, 1))
            self.assertTrue(self.months(gone))
            self.assertEqual(self.stock()[date(2026, 6, 1)], before)
            self._make_order(gone, NOW + timedelta(days=119))
            self.close()
            october = self.stock()[date(2026, 10, 1)]
            self.assertEqual((october["returned_count"], october["new_count"]), (1, 0))
            self.assertBalanced()

    def test_an_empty_company_has_no_month(self):
        self.assertEqual(self.close(), 0)
        self._make_partner()
        self.assertEqual(self.close(), 0)
        self.assertFalse(self.stock())
