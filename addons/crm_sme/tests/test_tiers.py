"""The value ladder: who stands where, and how long before he falls."""

import random
from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ..metrics.tiers import ladder_of
from ..tools import tiers as plain
from .metrics_common import NOW
from .worth_common import WorthCase


@tagged("post_install", "-at_install")
class TestTiers(WorthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tier = {
            kind: cls.env.ref(f"crm_sme.sme_value_tier_{kind}")
            for kind in ("negative", "ordinary", "most_valuable", "permanent")
        }
        cls.company.sme_weight_potential = 0

    def _crowd(self, count=10):
        """Customers of rising value, all new; returned from low to high."""
        people = [self._make_partner(f"P{n}") for n in range(count)]
        for number, person in enumerate(people):
            self._make_order(person, 5, 100, margin=10 * (number + 1))
        return people

    def kind(self, partner):
        return self.row(partner).tier_id.kind

    def test_best_fifth_is_most_valuable_while_no_value_is_set(self):
        """Demand 62: a value ladder that works out of the box."""
        people = self._crowd()
        self.refresh()
        kinds = [self.kind(person) for person in people]
        self.assertEqual(kinds, ["ordinary"] * 7 + ["most_valuable"] * 3)
        limit = self.env["sme.value.limit"].search(
            [
                ("company_id", "=", self.company.id),
                ("tier_id", "=", self.tier["most_valuable"].id),
            ]
        )
        self.assertEqual((limit.amount, limit.is_percentile), (80, True))
        tier = self.tier["most_valuable"]
        self.assertEqual((tier.limit_amount, tier.customer_count), (80, 3))

    def test_four_customers_are_too_few_for_a_best_fifth(self):
        people = self._crowd(4)
        self.refresh()
        self.assertEqual({self.kind(p) for p in people}, {"ordinary"})

    def test_least_value_is_each_companys_own(self):
        other = self._make_company("Other Ltd", "USD", "UTC")
        self.tier["most_valuable"].with_company(self.company).min_value = 50
        self.tier["most_valuable"].with_company(other).min_value = 5000
        partner = self._make_partner()
        self._make_order(partner, 5, 400, margin=60)
        self._make_order(partner, 5, 400, margin=60, source=self._make_source(other))
        self.refresh()
        self.refresh(company=other)
        self.assertEqual(self.kind(partner), "most_valuable")
        self.assertEqual(self.row(partner, other).tier_id.kind, "ordinary")

    def test_permanent_needs_value_time_and_rhythm(self):
        """Demand 62: from most valuable to permanent."""
        people = self._crowd()
        old, silent = people[-1], people[-2]
        for person in (old, silent):
            for days in (900, 600, 300):
                self._make_order(person, days, 100, margin=0)
        self._make_order(old, 1, 100, margin=0)
        self.tier["permanent"].min_orders = 5
        self.refresh()
        self.assertEqual(self.kind(old), "permanent")
        self.assertEqual(self.kind(silent), "most_valuable")
        self.assertEqual(self.kind(people[-3]), "most_valuable")

    def test_who_costs_more_than_he_brings_is_negative(self):
        """Demand 57: customers with a negative value are seen."""
        self.company.sme_cost_complaint = 500
        people = self._crowd(6)
        self._make_talk(people[-1], "complaint")
        prospect = self._make_partner("Prospect")
        self._make_talk(prospect, "complaint")
        self.refresh()
        self.assertEqual(self.kind(people[-1]), "negative")
        self.assertFalse(self.row(prospect).tier_id)
        self.assertEqual(self.row(prospect).existing_value, -500)

    def test_customer_falls_after_enough_nights_and_rises_at_once(self):
        self.tier["most_valuable"].hold_runs = 3
        people = self._crowd()
        best = people[-1]
        self.refresh()
        self.company.sme_cost_complaint = 95
        self._make_talk(best, "complaint")
        self.refresh(best)
        row = self.row(best)
        self.assertEqual((row.tier_id.kind, row.tier_held), ("most_valuable", 0))
        self.nights(2)
        self.assertEqual((row.tier_id.kind, row.tier_held), ("most_valuable", 2))
        self.nights(1, start=2)
        self.assertEqual(row.tier_held, 2, "a night counts once")
        self.nights(1, start=3)
        self.assertEqual((row.tier_id.kind, row.tier_held), ("ordinary", 0))
        self.assertEqual(row.tier_since, NOW.date() + timedelta(days=3))
        self._make_order(best, 0, 900, margin=500)
        with freeze_time(NOW + timedelta(days=4)):
            self.refresh(best)
        self.assertEqual(row.tier_id.kind, "most_valuable")
        self.assertEqual(row.tier_since, NOW.date() + timedelta(days=4))

    def test_a_good_night_in_between_begins_the_count_anew(self):
        people = self._crowd()
        best = people[-1]
        self.refresh()
        self.company.sme_cost_complaint = 95
        talk = self._make_talk(best, "complaint")
        self.nights(2)
        self.assertEqual(self.row(best).tier_held, 2)
        talk.gone_on = NOW
        self.nights(1, start=3)
        self.assertEqual(self.row(best).tier_held, 0)
        self.assertFalse(self.row(best).tier_held_on)

    def test_nothing_is_written_twice_on_a_night_of_waiting(self):
        people = self._crowd()
        self.refresh()
        self.company.sme_cost_complaint = 95
        self._make_talk(people[-1], "complaint")
        with freeze_time(NOW + timedelta(days=1)):
            self.refresh()
            before = self.versions()
            self.assertEqual(self.refresh(), 0)
            self.assertEqual(self.refresh(people[-1]), 0)
        self.assertEqual(self.versions(), before)

    def test_a_deleted_tier_leaves_its_customers_to_the_others(self):
        people = self._crowd()
        self.refresh()
        self.tier["most_valuable"].unlink()
        self.tier["permanent"].unlink()
        self.refresh(people[-1])
        self.assertEqual(self.kind(people[-1]), "ordinary")
        self.refresh()
        self.assertEqual({self.kind(person) for person in people}, {"ordinary"})

    def test_without_any_tier_nobody_stands_on_one(self):
        people = self._crowd()
        self.env["sme.value.tier"].search([]).unlink()
        self.refresh()
        self.assertFalse(self.row(people[0]).tier_id)

    def test_tiers_refuse_conditions_that_make_no_sense(self):
        with self.assertRaisesRegex(ValidationError, "1 to 100"):
            self.tier["most_valuable"].top_percent = 0
        with self.assertRaisesRegex(ValidationError, "Enter 0"):
            self.tier["ordinary"].min_orders = -1

    def test_sql_and_the_plain_way_agree_for_many_nights(self):
        """Demand 62: every move of every customer equals the plain computation."""
        dice = random.Random(5)
        self.tier["most_valuable"].write({"hold_runs": 2, "min_orders": 2})
        self.tier["permanent"].write({"hold_runs": 3, "min_tenure": 2})
        self.tier["ordinary"].write({"hold_runs": 2, "sequence": 5})
        self.company.sme_cost_complaint = 30
        people = [self._make_partner(f"P{n}") for n in range(25)]
        standing = {}
        for night in range(12):
            now = NOW + timedelta(days=9 * night)
            with freeze_time(now):
                self._live(dice, people, now)
                is_night = not night or dice.random() < 0.7
                some = self.env["res.partner"].union(*dice.sample(people, 8))
                self.refresh(None if is_night else some)
                self._follow(standing, None if is_night else some, now.date(), night)
        self.assertEqual(
            {row.id: row.tier_id.id or None for row in map(self.row, people)},
            {row_id: stands.tier for row_id, stands in standing.items()},
        )
        kinds = {self.kind(person) for person in people}
        self.assertGreaterEqual(kinds, {"ordinary", "most_valuable", "negative"})

    def _live(self, dice, people, now):
        for person in dice.sample(people, 8):
            margin = dice.randrange(-20, 60)
            at = now - timedelta(days=dice.randrange(5))
            self._make_order(person, at, 100, margin=margin)
            if dice.random() < 0.3:
                talk = self._make_talk(person, "complaint")
                talk.date = now

    def _follow(self, standing, some, today, night):
        rows = self.env["sme.customer.value"].search(
            [("company_id", "=", self.company.id)]
        )
        ladder = ladder_of(self.env, self.company)
        bought = rows.filtered(lambda r: r.order_count or r.refund_amount)
        if some is None:
            totals = [_exact(total) for total in bought.mapped("total_value")]
            self.limits = {t.key: plain.value_limit(t, totals) for t in ladder}
        for row in rows:
            before = standing.get(row.id, plain.Standing())
            if some is None or row.partner_id in some:
                goal = plain.goal(_case(row), ladder, self.limits, today)
                before = plain.move(before, goal, ladder, today, some is None)
            standing[row.id] = before
            self.assertEqual(
                (
                    row.tier_id.id or None,
                    row.tier_since or None,
                    row.tier_held,
                    row.tier_held_on or None,
                ),
                (before.tier, before.since, before.held, before.held_on),
                f"night {night}, {row.partner_id.name}",
            )


def _exact(value):
    return plain.Decimal(str(round(value, 2)))


def _case(row):
    return plain.Case(
        total_value=_exact(row.total_value),
        existing_value=_exact(row.existing_value),
        order_count=row.order_count,
        first_order=row.first_order_date or None,
        fade_state=row.fade_state,
        has_bought=bool(row.order_count or row.refund_amount),
    )
