"""What customers are worth: SQL next to the plain way, and what is easily wrong."""

import random
from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..metrics.touchpoints import COUNTED
from ..metrics.worth import PRICED, rates_of
from ..tools import worth as plain
from ..tools.rhythm import local_day
from .metrics_common import NOW, ZONE
from .worth_common import WorthCase

RATES = {
    "sme_cost_call": 3,
    "sme_cost_meeting": 40,
    "sme_cost_message": 1,
    "sme_cost_complaint": 15.5,
    "sme_cost_return": 8,
    "sme_cost_delivery": 6.25,
    "sme_acquisition_cost": 50,
    "sme_advocacy_rate": 5,
    "sme_learning_rate": 10,
    "sme_cross_damping": 0.3333,
    "sme_referral_share": 0.125,
    "sme_weight_existing": 1,
    "sme_weight_potential": 0.5,
    "sme_weight_influence": 2,
    "sme_weight_learning": 0.75,
}
MONEY = (
    "service_cost",
    "existing_value",
    "potential_value",
    "influence_value",
    "learning_value",
    "total_value",
)
KIND_OF_RATE = {
    "call": ("call",),
    "meeting": ("meeting", "visit"),
    "message": ("mail", "message"),
    "complaint": ("complaint",),
    "refund": ("refund",),
    "delivery": ("delivery_exception",),
}
TODAY = local_day(NOW, ZONE)


def exact(value):
    return Decimal(str(round(value or 0, 4)))


@tagged("post_install", "-at_install")
class TestWorth(WorthCase):
    # ------------------------------------------------------------- random shops
    def _make_random_shop(self, seed, size, source):
        dice = random.Random(seed)
        company = source.company_id
        roots = [self._make_category(f"R{seed}-{n}") for n in range(4)]
        leaves = [self._make_category(f"L{n}", dice.choice(roots)) for n in range(4)]
        people = []
        for n in range(size):
            parent = dice.choice(people) if people and dice.random() < 0.2 else None
            head = parent.commercial_partner_id if parent else parent
            people.append(
                self._make_partner(
                    f"C{n}",
                    parent_id=head.id if head else False,
                    is_company=head is None and dice.random() < 0.5,
                )
            )
        for person in people:
            if dice.random() < 0.4:
                referrer = dice.choice(people)
                if referrer.commercial_partner_id != person.commercial_partner_id:
                    person.sme_referrer_id = referrer
            self._make_random_history(dice, person, roots + leaves, source)
        self._add_forecasts(dice, company)

    def _make_random_history(self, dice, person, categories, source):
        company = source.company_id
        for _ in range(dice.choice([0, 1, 2, 4, 7])):
            goods = {
                category: round(dice.uniform(-5, 40), 2)
                for category in dice.sample(categories, dice.randrange(1, 4))
            }
            order = self._make_sale(person, dice.randrange(800), goods, source=source)
            if dice.random() < 0.2:
                back = self._make_refund(order, 0, order.revenue, source=source)
                back.margin = -sum(goods.values())
                self._add_lines(back, {c: -m for c, m in goods.items()}, -1)
        for _ in range(dice.choice([0, 1, 3, 6])):
            self._make_talk(
                person,
                dice.choice(
                    [kind for kinds in KIND_OF_RATE.values() for kind in kinds]
                ),
                dice.randrange(500),
                company,
            )
        for _ in range(dice.choice([0, 0, 1, 2])):
            self._make_talk(
                person, "review", dice.randrange(800), company, score=dice.randrange(6)
            )
            self._make_talk(
                person,
                "suggestion",
                dice.randrange(500),
                company,
                adopted=dice.random() < 0.6,
                learning_points=dice.randrange(5),
            )

    def _add_forecasts(self, dice, company):
        self.refresh(company=company)
        for row in self.env["sme.customer.value"].search(
            [("company_id", "=", company.id)]
        ):
            row.confidence = "none"
            if dice.random() < 0.5:
                row.write(
                    {
                        "confidence": "low",
                        "expected_orders_12m": round(dice.uniform(0, 9), 2),
                        "clv": round(dice.uniform(0, 500), 2),
                    }
                )

    # ------------------------------------------------------------ the plain way
    def _slow(self, company):
        rows = self.env["sme.customer.value"].search([("company_id", "=", company.id)])
        worth = plain.category_worth(
            self._buyer(row) for row in rows if row.order_count_12m
        )
        rates = rates_of(company)
        return {
            row: plain.value_customer(self._customer(row, worth), rates, TODAY)
            for row in rows
        }

    def _lines(self, row):
        lines = self.env["sme.order.line"].search(
            [
                ("order_id.commercial_partner_id", "=", row.partner_id.id),
                ("order_id.company_id", "=", row.company_id.id),
                ("order_id.counted", "=", True),
            ]
        )
        first = TODAY - timedelta(days=364)
        return lines.filtered(lambda x: local_day(x.order_id.date_order, ZONE) >= first)

    def _buyer(self, row):
        pieces, margins = {}, {}
        for line in self._lines(row):
            top = int(line.categ_id.parent_path.split("/")[0])
            pieces[top] = pieces.get(top, 0) + line.quantity
            margins[top] = margins.get(top, 0) + exact(line.margin)
        return plain.Buyer(
            row.m_score, {top: margins[top] for top in pieces if pieces[top] > 0}
        )

    def _talks(self, row, days):
        talks = self.env["sme.interaction"].search(
            [
                ("partner_id.commercial_partner_id", "=", row.partner_id.id),
                ("company_id", "=", row.company_id.id),
            ]
        )
        first = TODAY - timedelta(days=days - 1)
        return talks.filtered(lambda t: local_day(t.date, ZONE) >= first)

    def _customer(self, row, worth):
        talks = self._talks(row, 365)
        suggestions = talks.filtered(lambda t: t.kind == "suggestion" and t.adopted)
        known = worth.get(row.m_score if row.m_score in worth else 0, {})
        bought = self._buyer(row).margins
        is_forecast = row.confidence not in (False, "none")
        return plain.Customer(
            margin=exact(row.margin),
            margin_12m=exact(row.margin_12m),
            order_count=row.order_count,
            order_count_12m=row.order_count_12m,
            first_order=row.first_order_date or None,
            fade_state=row.fade_state,
            own_gap=exact(row.mean_gap_days) if row.rhythm_source == "own" else None,
            expected_orders=exact(row.expected_orders_12m) if is_forecast else None,
            clv=exact(row.clv) if is_forecast else None,
            counts={
                rate: len(talks.filtered(lambda t, kinds=kinds: t.kind in kinds))
                for rate, kinds in KIND_OF_RATE.items()
            },
            good_reviews=len(
                talks.filtered(lambda t: t.kind == "review" and t.score >= 4)
            ),
            learning_points=sum(suggestions.mapped("learning_points")),
            referred_margins=[
                exact(self.row(guest, row.company_id).margin_12m)
                for guest in self._guests(row.partner_id)
            ],
            unbought=[known[top] for top in known if top not in bought],
        )

    def _guests(self, head):
        found = self.env["res.partner"].search(
            [("sme_referrer_id.commercial_partner_id", "=", head.id)]
        )
        return found.filtered(
            lambda p: p.commercial_partner_id == p and p.commercial_partner_id != head
        )

    def test_sql_and_the_plain_way_agree_on_random_shops(self):
        """Demands 56 to 61: every figure equals the plain computation."""
        for seed, size in enumerate((1, 3, 8, 40, 70)):
            company = self._make_company(f"Worth {seed}", "EUR", ZONE)
            company.write(RATES)
            with self.subTest(seed=seed):
                self._make_random_shop(seed, size, self._make_source(company))
                self.revalue(company)
                slow = self._slow(company)
                self.assertTrue(slow)
                for row, expected in slow.items():
                    for name in MONEY:
                        self.assertAlmostEqual(
                            row[name], float(getattr(expected, name)), 2, name
                        )
                    self.assertAlmostEqual(row.clv_net, float(expected.clv_net or 0), 2)

    def test_some_give_what_all_give_and_a_second_time_nothing_is_written(self):
        self.company.write(RATES)
        self._make_random_shop(99, 40, self.source)
        self.refresh()
        tables = ("sme_customer_value", "sme_category_adoption", "sme_value_limit")
        before = {table: self.versions(table) for table in tables}
        self.assertEqual(self.refresh(), 0)
        everybody = self.env["sme.customer.value"].search([]).partner_id
        self.assertEqual(self.refresh(everybody[:7]), 0)
        self.assertEqual({table: self.versions(table) for table in tables}, before)

    # ------------------------------------------------------------- service cost
    def test_service_is_counted_by_kind_and_priced(self):
        """Demand 61: what it costs to serve a customer."""
        self.company.write({"sme_cost_call": 3, "sme_cost_complaint": 15})
        partner = self._make_partner()
        contact = self._make_partner("Contact", parent_id=partner.id)
        self._make_talk(partner, "call")
        self._make_talk(contact, "call", 364)
        self._make_talk(contact, "complaint", 100)
        self._make_talk(partner, "call", 365)
        self._make_talk(partner, "call", 20, gone_on=NOW)
        self._make_talk(partner, "call", -2)
        self._make_talk(partner, "note")
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.service_cost, 21)
        self.assertEqual(row.complaint_count, 1)
        self.assertEqual(row.existing_value, -21)

    def test_visits_to_a_shops_pages_cost_nothing(self):
        self.company.sme_cost_meeting = 40
        partner = self._make_partner()
        self._make_talk(partner, "visit", source_id=self.source.id)
        self._make_talk(partner, "visit")
        self.refresh()
        self.assertEqual(self.row(partner).service_cost, 40)

    def test_talks_of_another_company_cost_that_one(self):
        other = self._make_company("Other Ltd", "JPY", "UTC")
        self.assertEqual(other.sme_cost_call, 300)
        partner = self._make_partner()
        self._make_order(partner, 10, 100)
        self._make_talk(partner, "call", company=other)
        self.refresh()
        self.refresh(company=other)
        self.assertEqual(self.row(partner).service_cost, 0)
        self.assertEqual(self.row(partner, other).service_cost, 300)
        self.assertEqual(self.row(partner, other).existing_value, -300)

    # --------------------------------------------------------------- four parts
    def test_cost_to_win_is_spread_over_the_first_year(self):
        """Demand 63: the cost to win a customer is part of his value."""
        self.company.sme_acquisition_cost = 120
        shares = {}
        for days in (0, 40, 364, 400, 690, 800):
            partner = self._make_partner()
            self._make_order(partner, days, 100, margin=0)
            shares[days] = partner
        self.refresh()
        found = {d: -self.row(p).existing_value for d, p in shares.items()}
        self.assertEqual(found, {0: 10, 40: 20, 364: 120, 400: 100, 690: 10, 800: 0})

    def test_existing_value_may_be_negative(self):
        """Demand 57: returns and complaints can eat the margin."""
        self.company.write({"sme_cost_return": 8, "sme_cost_complaint": 15})
        partner = self._make_partner()
        order = self._make_order(partner, 20, 40, margin=10)
        self._make_refund(order, 10)
        self._make_talk(partner, "refund")
        self._make_talk(partner, "complaint")
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.order_count, 0)
        self.assertEqual(row.existing_value, 10 - 8 - 15)
        self.assertEqual(row.potential_value, 0)
        self.assertEqual(row.tier_id.kind, "negative")

    def test_potential_is_own_margin_times_expected_orders(self):
        """Demand 58: more of the same goods."""
        partner = self._make_partner()
        for days in (60, 30, 0):
            self._make_order(partner, days, 100, margin=20)
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.mean_gap_days, 30)
        row.confidence = "none"
        self.revalue()
        self.assertAlmostEqual(row.potential_value, 20 * 12.17)
        row.write({"confidence": "high", "expected_orders_12m": 4.5, "clv": 70})
        self.revalue()
        self.assertAlmostEqual(row.potential_value, 90)
        self.assertAlmostEqual(row.clv_net, 70)

    def test_who_is_lost_has_no_potential(self):
        partner = self._make_partner()
        for days in (700, 690, 680):
            self._make_order(partner, days, 100)
        self.refresh()
        self.assertEqual(self.row(partner).fade_state, "lost")
        self.assertEqual(self.row(partner).potential_value, 0)

    def test_no_known_margin_makes_no_value_up(self):
        partner = self._make_partner()
        for days in (60, 30, 0):
            self._make_order(partner, days, 100, margin=False)
        self.env.cr.execute("UPDATE sme_order SET margin = NULL")
        self.refresh()
        row = self.row(partner)
        self.assertEqual(row.revenue, 300)
        self.assertEqual((row.existing_value, row.potential_value), (0, 0))

    def test_cross_selling_goes_by_what_others_buy(self):
        """Demands 35, 58: other goods count by how many customers buy them."""
        self.company.sme_cross_damping = 0.5
        tea, cups = self._make_category("Tea"), self._make_category("Cups")
        people = [self._make_partner(f"P{n}") for n in range(5)]
        for person in people:
            self._make_sale(person, 5, {tea: 10})
        for person in people[:2]:
            self._make_sale(person, 5, {cups: 30})
        self.refresh()
        self.env["sme.customer.value"].search([]).confidence = "none"
        self.revalue()
        adoption = self.env["sme.category.adoption"].search(
            [("categ_id", "=", cups.id), ("company_id", "=", self.company.id)]
        )
        self.assertEqual((adoption.spend_class, adoption.buyer_count), (0, 2))
        self.assertEqual((adoption.margin, adoption.worth), (30, 12))
        same = {
            person: self.row(person).order_count_12m
            * 0.5
            * self.row(person).margin
            / self.row(person).order_count
            for person in people
        }
        for person in people[:2]:
            self.assertAlmostEqual(self.row(person).potential_value, same[person])
        for person in people[2:]:
            self.assertAlmostEqual(self.row(person).potential_value, same[person] + 6)

    def test_word_of_mouth_counts_for_who_recommended(self):
        """Demand 59: referred customers and good reviews."""
        self.company.write({"sme_referral_share": 0.1, "sme_advocacy_rate": 5})
        giver = self._make_partner("Giver", is_company=True)
        contact = self._make_partner("Contact", parent_id=giver.id)
        guest = self._make_partner("Guest", sme_referrer_id=contact.id)
        loser = self._make_partner("Loser", sme_referrer_id=giver.id)
        self._make_order(giver, 400, 10)
        self._make_order(guest, 10, 400, margin=200)
        self._make_order(loser, 10, 400, margin=-100)
        self._make_talk(contact, "review", score=4)
        self._make_talk(contact, "review", score=3)
        self.refresh()
        row = self.row(giver)
        self.assertEqual(row.influence_value, 25)
        self.assertEqual(row.rating_avg, 3.5)
        self._make_order(guest, 1, 400, margin=200)
        self.refresh(guest)
        self.assertEqual(row.influence_value, 45)

    def test_nobody_is_referred_by_himself_or_his_own_people(self):
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        for partner, referrer in ((head, head), (head, contact), (contact, head)):
            with self.assertRaisesRegex(ValidationError, "leave the field empty"):
                partner.sme_referrer_id = referrer

    def test_merged_customers_keep_who_referred_them_but_not_each_other(self):
        keep, gone, giver = (self._make_partner(name) for name in "KGA")
        guest = self._make_partner("Guest", sme_referrer_id=gone.id)
        gone.sme_referrer_id = keep
        keep.sme_referrer_id = giver
        self._make_score(gone, product_score=9)
        for partner in (keep, gone, giver, guest):
            self._make_order(partner, 10, 100, margin=50)
        self.refresh()
        self.env["base.partner.merge.automatic.wizard"]._merge((keep | gone).ids, keep)
        self.assertEqual(guest.sme_referrer_id, keep)
        self.assertEqual(keep.sme_referrer_id, giver)
        self.assertEqual(keep.sme_delivered_score_ids.product_score, 9)
        self.refresh()
        self.assertEqual(self.row(keep).influence_value, 5)
        self.assertEqual(self.row(giver).influence_value, 10)
        self.assertEqual(self.row(keep).delivered_value, 1.3)

    def test_changing_the_referrer_queues_both(self):
        old, new, guest = (self._make_partner(name) for name in "ONG")
        guest.sme_referrer_id = old
        self.refresh()
        self.env["sme.touch"].search([]).unlink()
        guest.sme_referrer_id = new
        self.assertEqual(self.env["sme.touch"].search([]).partner_id, old | new)

    def test_archived_guests_bring_nothing_any_more(self):
        giver, guest = self._make_partner("Giver"), self._make_partner("Guest")
        guest.sme_referrer_id = giver
        self._make_order(giver, 10, 100)
        self._make_order(guest, 10, 400, margin=200)
        self.refresh()
        self.assertEqual(self.row(giver).influence_value, 20)
        guest.action_archive()
        self.refresh()
        self.assertEqual(self.row(giver).influence_value, 0)

    def test_adopted_suggestions_are_worth_their_points(self):
        """Demand 60: what the customer taught us."""
        self.company.sme_learning_rate = 10
        partner = self._make_partner()
        self._make_talk(partner, "suggestion", adopted=True, learning_points=3)
        self._make_talk(partner, "suggestion", adopted=False, learning_points=5)
        self.refresh()
        self.assertEqual(self.row(partner).learning_value, 30)

    def test_weights_of_nothing_leave_a_total_of_nothing(self):
        self.company.write(
            {
                f"sme_weight_{part}": 0
                for part in ("existing", "potential", "influence", "learning")
            }
        )
        for number in range(6):
            self._make_order(self._make_partner(), number, 100)
        self.refresh()
        rows = self.env["sme.customer.value"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(set(rows.mapped("total_value")), {0})
        self.assertEqual(set(rows.mapped("tier_id.kind")), {"ordinary"})

    def test_settings_refuse_nonsense_and_name_the_remedy(self):
        with self.assertRaisesRegex(ValidationError, "Enter 0 .*A Call"):
            self.company.sme_cost_call = -1
        with self.assertRaisesRegex(ValidationError, "Enter 1 .*Weight of Exist"):
            self.company.sme_weight_existing = -0.5
        with self.assertRaisesRegex(ValidationError, "between 0 and 100 %"):
            self.company.sme_referral_share = 10

    def test_every_priced_kind_is_counted(self):
        self.assertLessEqual(set(PRICED), set(COUNTED))
        self.assertEqual(set(PRICED), set(KIND_OF_RATE))
