"""Preferences: the SQL beside the plain way, and the cases that are easily wrong."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..tools import preferences
from .metrics_common import NOW, ZONE, MetricsCase

NAMES = ("pref_categ_id", "pref_channel", "pref_weekday", "price_band")


@tagged("post_install", "-at_install")
class TestPreferences(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.categories = cls.env["product.category"].create(
            [{"name": name} for name in ("Tea", "Cups", "Pots")]
        )
        cls.tea, cls.cups, cls.pots = cls.categories

    def _buy(self, partner, at, *lines, **over):
        """Make an order whose lines are (category, net, quantity)."""
        net = sum(line[1] for line in lines)
        order = self._make_order(partner, at, net, **over)
        order.line_ids = [
            Command.create(
                {
                    "name": "Goods",
                    "categ_id": category.id,
                    "price_subtotal": amount,
                    "quantity": quantity,
                }
            )
            for category, amount, quantity in lines
        ]
        return order

    def likes(self, partner, company=None):
        row = self.row(partner, company)
        return row.pref_categ_id, row.pref_channel, row.pref_weekday, row.price_band

    def slow_likes(self, company):
        """Preferences of all customers, computed the plain way."""
        zone = company.partner_id.tz or "UTC"
        visits, pieces = {}, {}
        orders = self.env["sme.order"].search(
            [
                ("company_id", "=", company.id),
                ("counted", "=", True),
                ("date_order", ">", NOW - timedelta(days=720)),
            ]
        )
        for order in orders:
            key = order.partner_id.commercial_partner_id.id
            if self._is_paid_back(order.origin_id or order):
                continue
            if order.kind == "order" and order.revenue > 0:
                visits.setdefault(key, []).append(
                    preferences.Visit(order.date_order, order.channel or "")
                )
            if order.kind == "refund" or order.revenue > 0:
                pieces.setdefault(key, []).extend(self._pieces(order))
        prices = {key: preferences.mean_price(own) for key, own in pieces.items()}
        limits = preferences.thirds([p for p in prices.values() if p is not None])
        return {
            key: (
                preferences.favourite_category(pieces.get(key, [])) or False,
                preferences.favourite_channel(own, zone) or False,
                str(preferences.favourite_weekday(own, zone)),
                preferences.price_band(prices.get(key), limits) or False,
            )
            for key, own in visits.items()
        }

    def _is_paid_back(self, order):
        left = order.amount_total + sum(order.refund_ids.mapped("amount_total"))
        return bool(order.refund_ids) and left < 0.005

    def _pieces(self, order):
        return [
            preferences.Piece(
                order.date_order,
                line.categ_id.id or None,
                Decimal(str(round(line.price_subtotal, 2))),
                Decimal(str(round(line.quantity, 2))),
                order.kind == "refund",
            )
            for line in order.line_ids
        ]

    def _make_random_customer(self, dice, source):
        partner = self._make_partner()
        for _ in range(dice.choice([0, 1, 1, 2, 3, 6])):
            lines = [
                (
                    dice.choice([*self.categories, self.env["product.category"]]),
                    dice.choice([0, 5, 5, 10, 12.34]),
                    dice.randrange(1, 4),
                )
                for _ in range(dice.randrange(4))
            ]
            moment = NOW - timedelta(minutes=dice.randrange(700 * 24 * 60))
            channel = dice.choice([False, "web", "app", "市场"])
            order = self._buy(partner, moment, *lines, channel=channel, source=source)
            if dice.random() < 0.3 and order.revenue:
                part = order.revenue if dice.random() < 0.5 else 3
                back = self._make_refund(order, NOW, part, source=source)
                back.line_ids = [
                    Command.create(
                        {
                            "name": "Back",
                            "categ_id": order.line_ids[0].categ_id.id,
                            "price_subtotal": -part,
                            "quantity": -1,
                        }
                    )
                ]

    def test_sql_and_the_plain_way_agree_on_random_shops(self):
        """Demand 51: every preference equals the plain computation."""
        zones = ["Asia/Shanghai", "America/New_York", "UTC", "Europe/Berlin"]
        for seed, size in enumerate([1, 3, 12, 40]):
            dice = random.Random(seed)
            company = self._make_company(f"Random {seed}", "EUR", zones[seed])
            source = self._make_source(company)
            for _ in range(size):
                self._make_random_customer(dice, source)
            self.refresh(company=company)
            slow = self.slow_likes(company)
            for row in self.env["sme.customer.value"].search(
                [("company_id", "=", company.id)]
            ):
                expected = slow.get(row.partner_id.id, (False,) * 4)
                found = (row.pref_categ_id.id, *(row[name] for name in NAMES[1:]))
                with self.subTest(seed=seed, partner=row.partner_id.id):
                    self.assertEqual(found, expected)

    def test_a_second_refresh_writes_nothing(self):
        partner = self._make_partner()
        self._buy(partner, 5, (self.tea, 10, 1), channel="web")
        self.refresh()
        before = self.versions()
        self.refresh()
        self.refresh(partner)
        self.assertEqual(self.versions(), before)

    def test_one_customer_is_judged_by_the_limits_of_all(self):
        """Demand 51: the price band says where among the customers somebody buys."""
        people = [self._make_partner(f"C{n}") for n in range(6)]
        for position, partner in enumerate(people):
            self._buy(partner, 5, (self.tea, 10 * (position + 1), 1))
        self.refresh()
        bands = [self.row(partner).price_band for partner in people]
        self.assertEqual(bands, ["low", "low", "middle", "middle", "high", "high"])
        self._buy(people[0], 1, (self.tea, 500, 1))
        self.refresh(people[0])
        self.assertEqual(self.row(people[0]).price_band, "high")
        self.assertEqual(self.row(people[5]).price_band, "high")

    def test_customers_who_all_pay_one_price_are_in_the_middle(self):
        people = [self._make_partner(f"C{n}") for n in range(4)]
        for partner in people:
            self._buy(partner, 5, (self.tea, 20, 2))
        self.refresh()
        bands = {self.row(partner).price_band for partner in people}
        self.assertEqual(bands, {"middle"})

    def test_two_customers_have_preferences_but_no_band(self):
        partner = self._make_partner()
        self._buy(partner, datetime(2026, 6, 1, 23), (self.cups, 9, 1), channel="app")
        self._buy(self._make_partner(), 5, (self.tea, 10, 1))
        self.refresh()
        # Monday night in UTC is Tuesday in Shanghai.
        self.assertEqual(self.company._sme_timezone(), ZONE)
        self.assertEqual(self.likes(partner), (self.cups, "app", "1", False))

    def test_what_was_given_back_is_not_liked(self):
        partner = self._make_partner()
        order = self._buy(partner, 20, (self.pots, 90, 1))
        self._buy(partner, 15, (self.tea, 10, 1))
        back = self._make_refund(order, 2, 85)
        back.line_ids = [
            Command.create(
                {"name": "Back", "categ_id": self.pots.id, "price_subtotal": -85}
            )
        ]
        self.refresh()
        self.assertEqual(self.row(partner).pref_categ_id, self.tea)

    def test_equal_choices_go_to_the_later_one(self):
        partner = self._make_partner()
        self._buy(partner, 9, (self.tea, 10, 1), channel="web")
        self._buy(partner, 7, (self.cups, 10, 1), channel="app")
        self.refresh()
        monday = NOW.weekday()
        self.assertEqual(
            self.likes(partner), (self.cups, "app", str((monday - 7) % 7), False)
        )

    def test_old_orders_say_nothing_of_today(self):
        partner = self._make_partner()
        self._buy(partner, 800, (self.tea, 10, 1), channel="web")
        self.refresh()
        self.assertFalse(any(self.likes(partner)))

    def test_orders_made_in_odoo_count_once_with_their_team_as_channel(self):
        partner = self._make_partner()
        product = self.env["product.product"].create(
            {"name": "Pot", "categ_id": self.pots.id, "standard_price": 1}
        )
        team = self.env["crm.team"].create({"name": "Wholesale"})
        sale = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "team_id": team.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": 80,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        sale.action_confirm()
        sale.date_order = NOW - timedelta(days=3)
        self._buy(partner, 4, (self.tea, 50, 1), channel="web")
        self.refresh()
        self.assertEqual(self.likes(partner)[:2], (self.pots, "Wholesale"))
        order = self._buy(partner, 2, (self.cups, 80, 1), channel="web")
        order.sale_order_id = sale
        self.refresh()
        self.assertEqual(self.likes(partner)[:2], (self.cups, "web"))

    def test_companies_keep_their_preferences_apart(self):
        other = self._make_company("Other Ltd", "USD", "UTC")
        source = self._make_source(other)
        partner = self._make_partner()
        self._buy(partner, 5, (self.tea, 10, 1), channel="web")
        self._buy(partner, 5, (self.cups, 10, 1), channel="app", source=source)
        self.refresh()
        self.refresh(company=other)
        self.assertEqual(self.likes(partner)[:2], (self.tea, "web"))
        self.assertEqual(self.likes(partner, other)[:2], (self.cups, "app"))

    def test_contacts_and_their_company_have_one_taste(self):
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        self._buy(contact, 5, (self.tea, 10, 1), channel="web")
        self.refresh()
        self.assertEqual(self.row(head).pref_categ_id, self.tea)
