"""The roll-up of the sales: every grouping sums to the orders, to the cent."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..metrics import sales_rollup
from ..metrics.as_of import AsOf
from ..metrics.sales_lines import DIMENSIONS, MEASURES
from ..models.sme_sales_rollup import CUTS
from ..tools import sales_shares
from .metrics_common import NOW, ZONE, MetricsCase

TABLES = ("sme.sales", *CUTS)
SUMS = ("revenue", "margin", "refunded", "order_count", "quantity")


def _decimal(value):
    return Decimal(str(round(value, 4)))


class SalesCase(MetricsCase):
    """Random sales: currencies, refunds, guests, contacts, own orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(97)
        cls.yuan = cls.env.ref("base.CNY")
        cls.yuan.active = True
        cls.categories = cls.env["product.category"].create(
            [{"name": f"Category {n}"} for n in range(3)]
        )
        cls.vendors = cls.env["res.partner"].create(
            [{"name": f"Vendor {n}"} for n in range(2)]
        )
        cls.products = cls.env["product.product"].create(
            [
                {
                    "name": f"Product {n}",
                    "type": "consu",
                    "standard_price": 7,
                    "categ_id": cls.categories[n % 3].id,
                    "seller_ids": [
                        Command.create({"partner_id": cls.vendors[n % 2].id})
                    ],
                }
                for n in range(5)
            ]
        )
        cls.campaign = cls.env["utm.campaign"].create({"name": "Spring"})
        cls.people = cls._make_people()
        cls.nobody = cls.env["res.partner"]

    @classmethod
    def _make_people(cls):
        places = (("base.cn", "base.state_cn_SH"), ("base.de", None), (None, None))
        people = cls.env["res.partner"]
        for number in range(12):
            country, state = places[number % 3]
            people |= cls._make_partner(
                f"Buyer {number}",
                is_company=number % 4 == 0,
                country_id=country and cls.env.ref(country).id,
                state_id=state
                and (
                    cls.env.ref(state, raise_if_not_found=False) or cls.env["base"]
                ).id,
            )
        contact = cls._make_partner("Contact", parent_id=people[0].id)
        return people | contact

    @classmethod
    def _make_shop_order(cls, partner, at, **over):
        """Make an order of one to four lines, maybe in another currency."""
        foreign = over.pop("foreign", cls.dice.random() < 0.3)
        rate = 7.7777 if foreign else 1.0
        lines = over.pop("lines", None) or cls._random_lines()
        net = round(sum(line["price_subtotal"] for line in lines), 2)
        gains = [line["margin"] for line in lines if line["margin"] is not None]
        order = cls._make_order(
            partner,
            at,
            round(net / rate, 2),
            amount_untaxed=net,
            amount_total=round(net * 1.13, 2),
            currency_rate=rate,
            currency_id=(cls.yuan if foreign else cls.company.currency_id).id,
            margin=round(sum(gains) / rate, 2) if gains else False,
            channel=cls.dice.choice(["web", "phone", False]),
            **over,
        )
        order.line_ids = [Command.create(line) for line in lines]
        if not gains:
            # The ORM stores 0 for False; the door stores nothing for unknown costs.
            cls.env.flush_all()
            cls.env.cr.execute(
                "UPDATE sme_order SET margin = NULL WHERE id = %s", [order.id]
            )
            order.invalidate_recordset()
        return order

    @classmethod
    def _random_lines(cls):
        dice, lines = cls.dice, []
        for _ in range(dice.randrange(1, 4)):
            product = dice.choice([*cls.products, cls.env["product.product"]])
            net = round(dice.uniform(0, 90), 2)
            lines.append(
                {
                    "line_type": "product",
                    "name": "Goods",
                    "product_id": product.id,
                    "categ_id": product.categ_id.id,
                    "quantity": dice.randrange(1, 5),
                    "price_subtotal": net,
                    "discount_amount": round(dice.choice([0, 0, net / 10]), 2),
                    "margin": round(net * 0.4, 2),
                }
            )
        kind, net = dice.choice([("shipping", 4.99), ("discount", -3.33), ("fee", 1)])
        lines.append(
            {
                "line_type": kind,
                "name": kind,
                "quantity": 1,
                "price_subtotal": net,
                "margin": net,
            }
        )
        return lines

    @classmethod
    def _make_back(cls, order, at, part):
        """Make a refund of a part of an order (1: the whole)."""
        lines = [
            {
                "line_type": line.line_type,
                "name": line.name,
                "product_id": line.product_id.id,
                "categ_id": line.categ_id.id,
                "quantity": -line.quantity,
                "price_subtotal": -round(line.price_subtotal * part, 2),
                "margin": -round(line.margin * part, 2),
            }
            for line in order.line_ids
        ]
        return cls._make_shop_order(
            order.partner_id,
            at,
            lines=lines,
            foreign=order.currency_id == cls.yuan,
            origin_id=order.id,
            user_id=order.user_id.id,
        )

    @classmethod
    def _make_sale(cls, partner, at, **over):
        sale = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.dice.choice(cls.products).id,
                            "product_uom_qty": cls.dice.randrange(1, 4),
                            "price_unit": round(cls.dice.uniform(5, 80), 2),
                            "discount": cls.dice.choice([0, 0, 10]),
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for _ in range(cls.dice.randrange(1, 4))
                ],
                **over,
            }
        )
        sale.action_confirm()
        sale.date_order = at
        return sale

    @classmethod
    def _make_history(cls, count=90):
        dice = cls.dice
        for _ in range(count):
            partner = dice.choice([*cls.people, cls.nobody])
            at = NOW - timedelta(minutes=dice.randrange(60 * 24 * 500))
            order = cls._make_shop_order(
                partner,
                at,
                state=dice.choice(["completed"] * 6 + ["cancelled", "pending"]),
                coupon_codes=dice.choice([False, False, "SAVE"]),
                utm_campaign_id=dice.choice([False, cls.campaign.id]),
                amount_discount=dice.choice([0, 5]),
            )
            if order.counted and dice.random() < 0.3:
                cls._make_back(order, at + timedelta(days=3), dice.choice([1, 0.37]))
        for _ in range(count // 4):
            at = NOW - timedelta(minutes=dice.randrange(60 * 24 * 500))
            cls._make_sale(dice.choice(cls.people), at)

    # ------------------------------------------------------------- slow figures
    def orders(self, company=None):
        """Counted orders of both kinds with their figures, the plain way."""
        company = company or self.company
        zone = ZoneInfo(company.partner_id.tz or "UTC")
        found = []
        for order in self.env["sme.order"].search(
            [("company_id", "=", company.id), ("counted", "=", True)]
        ):
            paid_back = sum(order.refund_ids.filtered("counted").mapped("amount_total"))
            whole = order.refund_ids and order.amount_total + paid_back < 0.005
            is_event = order.kind == "order" and order.revenue > 0 and not whole
            found.append(
                {
                    "partner": order.partner_id.commercial_partner_id,
                    "month": _month(order.date_order, zone),
                    "revenue": _decimal(order.revenue),
                    "margin": _decimal(order.margin),
                    "refunded": _decimal(-order.revenue)
                    if order.kind == "refund"
                    else Decimal(0),
                    "order_count": int(is_event),
                    "quantity": _decimal(
                        sum(
                            line.quantity
                            for line in order.line_ids
                            if line.line_type == "product"
                        )
                    ),
                }
            )
        return found + self._own_orders(company, zone)

    def _own_orders(self, company, zone):
        made = self.env["sme.order"].search([("counted", "=", True)]).sale_order_id
        sales = self.env["sale.order"].search(
            [("company_id", "=", company.id), ("state", "=", "sale")]
        )
        return [
            {
                "partner": sale.partner_id.commercial_partner_id,
                "month": _month(sale.date_order, zone),
                "revenue": _decimal(round(sale.amount_untaxed / sale.currency_rate, 2)),
                "margin": _decimal(round(sale.margin / sale.currency_rate, 2)),
                "refunded": Decimal(0),
                "order_count": int(sale.amount_untaxed > 0),
                "quantity": _decimal(sum(sale.order_line.mapped("product_uom_qty"))),
            }
            for sale in sales - made
        ]

    def cells(self, name="sme.sales", company=None):
        """Rows of a table as tuples, summed up by their dimensions, empty ones out."""
        model = self.env[name]
        dims = [each for each in DIMENSIONS if each in model._fields]
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT {0}, {1} FROM {2} WHERE company_id = %s GROUP BY {0}".format(
                ", ".join(dims),
                ", ".join(f"sum({each})" for each in MEASURES),
                model._table,
            ),
            [(company or self.company).id],
        )
        found = {row[: len(dims)]: row[len(dims) :] for row in self.env.cr.fetchall()}
        return {key: sums for key, sums in found.items() if any(sums)}

    def total(self, name, column, company=None):
        self.env.cr.execute(
            f"SELECT sum({column})::text FROM {self.env[name]._table} "
            "WHERE company_id = %s",
            [(company or self.company).id],
        )
        return Decimal(self.env.cr.fetchone()[0] or 0)

    def assert_reconciled(self, company=None):
        """Check that every table and grouping has the sums of the orders."""
        orders = self.orders(company)
        for column in SUMS:
            expected = sum((order[column] for order in orders), Decimal(0))
            for name in TABLES:
                found = self.total(name, column, company)
                self.assertEqual(found, expected, (name, column))


def _month(moment, zone):
    local = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
    return local.date().replace(day=1)


@tagged("post_install", "-at_install")
class TestSalesRollup(SalesCase):
    """Demands 94 to 97: the sums behind the analyses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_history()

    def test_every_table_sums_to_the_orders(self):
        """Demand 94: whatever one groups by, nothing is lost or doubled."""
        self.refresh()
        self.assertGreater(self.total("sme.sales", "revenue"), 0)
        self.assert_reconciled()

    def test_every_grouping_of_the_analyses_has_the_same_sum(self):
        """Demand 97: through the door that pivots use, field by field."""
        self.refresh()
        sales = self.env["sme.sales"]
        orders = self.orders()
        measures = ["revenue:sum", "margin:sum", "refunded:sum", "order_count:sum"]
        expected = [
            float(sum(order[spec.partition(":")[0]] for order in orders))
            for spec in measures
        ]
        groupings = [
            ["month:quarter"],
            *([name] for name in DIMENSIONS if name != "month"),
        ]
        groupings += [["tier_id", "categ_id"], ["promotion", "region_id", "month:year"]]
        for groupby in groupings:
            with self.subTest(groupby=groupby):
                found = sales.formatted_read_grouping_sets([], [[], groupby], measures)
                for groups in found:
                    for spec, value in zip(measures, expected, strict=True):
                        got = sum(group[spec] for group in groups)
                        self.assertAlmostEqual(got, value, 2)

    def test_sums_by_customer_and_month_are_those_of_his_orders(self):
        self.refresh()
        expected = defaultdict(Decimal)
        for order in self.orders():
            expected[order["partner"].id or None, order["month"]] += order["revenue"]
        self.env.cr.execute(
            "SELECT partner_id, month, sum(revenue)::text FROM sme_sales "
            "WHERE company_id = %s GROUP BY 1, 2",
            [self.company.id],
        )
        found = {tuple(key): Decimal(sum_) for *key, sum_ in self.env.cr.fetchall()}
        self.assertEqual(
            {key: value for key, value in found.items() if value},
            {key: value for key, value in expected.items() if value},
        )

    def test_customers_figures_agree_with_the_roll_up(self):
        self.refresh()
        for partner in self.people.commercial_partner_id:
            rows = self.env["sme.sales"].search(
                [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
            )
            row = self.row(partner)
            self.assertAlmostEqual(sum(rows.mapped("revenue")), row.revenue, 2)
            self.assertEqual(sum(rows.mapped("order_count")), row.order_count)

    def test_lines_share_an_order_out_as_the_slow_form_does(self):
        """Money is turned along the running sum; the greatest line takes the rest."""
        for _ in range(15):
            order = self._make_shop_order(self._make_partner(), 9, foreign=True)
            self.refresh(order.partner_id)
            self._assert_shared_out(order)

    def _assert_shared_out(self, order):
        lines = order.line_ids.sorted("id")
        nets = [_decimal(line.price_subtotal) for line in lines]
        places = sales_shares.carrier_last(nets)
        factor = sales_shares.factor_of(
            _decimal(order.revenue),
            _decimal(order.amount_untaxed),
            Decimal(str(order.currency_rate)),
        )
        shares = sales_shares.share_out(
            _decimal(order.revenue), [nets[at] for at in places], factor, 2
        )
        expected, counts = defaultdict(Decimal), defaultdict(int)
        for at, share in zip(places, shares, strict=True):
            key = lines[at].product_id.product_tmpl_id.id
            expected[key] += share
        counts[lines[places[-1]].product_id.product_tmpl_id.id] = 1
        rows = self.env["sme.sales"].search([("partner_id", "=", order.partner_id.id)])
        for row in rows:
            key = row.product_tmpl_id.id
            self.assertEqual(_decimal(row.revenue), expected.pop(key, Decimal(0)))
            self.assertEqual(row.order_count, counts[key])
        self.assertFalse(any(expected.values()))

    def test_second_refresh_writes_nothing(self):
        self.refresh()
        tables = [self.env[name]._table for name in TABLES]
        before = [self.versions(table) for table in tables]
        self.assertEqual(self.refresh(), 0)
        self.assertEqual(self.refresh(self.people), 0)
        self.assertEqual([self.versions(table) for table in tables], before)

    def test_what_was_touched_gives_the_same_as_all_anew(self):
        self.refresh()
        for _ in range(6):
            partner = self.dice.choice(self.people)
            order = self._make_shop_order(partner, self.dice.randrange(400))
            self._make_back(order, 1, 1)
            old = self.env["sme.order"].search(
                [("partner_id", "=", partner.id), ("counted", "=", True)], limit=1
            )
            old.write({"counted": False, "state": "cancelled"})
            self.assertTrue(self._roll_up(partner))
            self.assert_reconciled()
        limited = {name: self.cells(name) for name in TABLES}
        # Only this step: new limits would move customers to other segments.
        self._roll_up()
        self.assertEqual({name: self.cells(name) for name in TABLES}, limited)
        rows = self.env["sme.sales.class"].search_count(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(rows, len(self.cells("sme.sales.class")), "summed up")

    def test_guests_are_sales_without_a_customer(self):
        """Guests are seen by the nightly refresh; totals have them."""
        self.refresh()
        before = self.total("sme.sales", "revenue")
        order = self._make_shop_order(self.nobody, 3)
        self.refresh(self.people)
        self.assertEqual(self.total("sme.sales", "revenue"), before)
        self.refresh()
        self.assertEqual(
            self.total("sme.sales", "revenue"), before + _decimal(order.revenue)
        )
        kinds = dict(
            self.env["sme.sales"]._read_group(
                [("company_id", "=", self.company.id)],
                ["customer_kind"],
                ["revenue:sum"],
            )
        )
        guests = sum(o["revenue"] for o in self.orders() if not o["partner"])
        self.assertAlmostEqual(kinds["none"], float(guests), 2)

    def test_an_order_at_the_edge_of_a_month_falls_into_the_companys_month(self):
        """Demand 95: the company's clock decides, not that of the server."""
        partner = self._make_partner()
        self._make_order(partner, datetime(2026, 4, 30, 17, 0), 10)  # 1 May, 1:00
        self._make_order(partner, datetime(2026, 4, 30, 15, 0), 20)
        self.assertEqual(ZONE, "Asia/Shanghai")
        self.refresh(partner)
        rows = self.env["sme.sales"].search([("partner_id", "=", partner.id)])
        self.assertEqual(
            {str(row.month): row.revenue for row in rows},
            {"2026-05-01": 10, "2026-04-01": 20},
        )

    def test_quotation_made_from_a_shop_order_counts_once(self):
        partner = self._make_partner()
        order = self._make_shop_order(partner, 20)
        order.sale_order_id = self._make_sale(partner, NOW - timedelta(days=19))
        self.refresh()
        self.assert_reconciled()
        order.write({"counted": False, "state": "cancelled"})
        self.refresh(partner)
        self.assert_reconciled()

    def test_merged_customers_own_their_sales_together(self):
        keep, gone = self.people[1], self.people[2]
        self.refresh()
        before = self.total("sme.sales", "revenue")
        self.env["base.partner.merge.automatic.wizard"]._merge((keep | gone).ids, keep)
        self.refresh(keep)
        self.assertEqual(self.total("sme.sales", "revenue"), before)
        self.assert_reconciled()
        limited = {name: self.cells(name) for name in TABLES}
        self.refresh()
        self.assertEqual({name: self.cells(name) for name in TABLES}, limited)

    def test_archived_and_deleted_customers_leave_their_sales(self):
        stays, goes = self._make_partner("Stays"), self._make_partner("Goes")
        for partner in (stays, goes):
            self._make_shop_order(partner, 10)
        self.refresh()
        stays.action_archive()
        self.refresh(stays)
        self.assert_reconciled()
        goes.unlink()
        self.assert_reconciled()
        self.refresh()
        self.assert_reconciled()

    def test_moving_a_product_or_a_customer_moves_their_sales(self):
        """Demand 95: changes of category, place and salesperson at the next night."""
        self.refresh()
        product, partner = self.products[0], self.people[3]
        product.categ_id = self.categories[2]
        product.seller_ids.partner_id = self.vendors[1]
        partner.country_id = self.env.ref("base.fr")
        partner.user_id = self.env.user
        self.refresh()
        self.assert_reconciled()
        rows = self.env["sme.sales"].search(
            [("product_tmpl_id", "=", product.product_tmpl_id.id)]
        )
        self.assertEqual(rows.categ_id, self.categories[2])
        self.assertEqual(rows.vendor_id, self.vendors[1])
        rows = self.env["sme.sales"].search([("partner_id", "=", partner.id)])
        self.assertEqual(rows.country_id.code, "FR")
        self.assertIn(self.env.user, rows.user_id)

    def test_class_of_a_customer_moves_his_sales_at_once(self):
        self.refresh()
        partner = self.people[3]
        tier = self.env["sme.value.tier"].search([], limit=1)
        self.row(partner).tier_id = tier
        self.env.flush_all()
        # Straight: the steps before this one would set the tier anew.
        self._roll_up(partner)
        rows = self.env["sme.sales"].search([("partner_id", "=", partner.id)])
        self.assertEqual(rows.tier_id, tier)
        found = self.env["sme.sales"]._read_group(
            [("tier_id", "=", tier.id), ("company_id", "=", self.company.id)],
            [],
            ["revenue:sum"],
        )
        self.assertAlmostEqual(
            found[0][0],
            sum(
                row.revenue
                for row in self.env["sme.sales"].search(
                    [("tier_id", "=", tier.id), ("company_id", "=", self.company.id)]
                )
            ),
            2,
        )

    def _roll_up(self, partner=None):
        """Run this step alone, of one customer or of all."""
        self.env.flush_all()
        self.env.cr.execute("DROP TABLE IF EXISTS sme_wanted")
        self.env.cr.execute(
            "CREATE TEMPORARY TABLE sme_wanted ON COMMIT DROP AS "
            "SELECT commercial_partner_id AS id FROM res_partner WHERE id = %s",
            [partner.id if partner else 0],
        )
        as_of = AsOf.of_company(self.company)
        return sales_rollup.update(self.env, self.company, as_of, bool(partner))

    def test_two_companies_are_kept_apart(self):
        other = self._make_company("Other Ltd", "EUR", "UTC")
        source = self._make_source(other)
        self._make_order(self.people[1], 5, 1000, source=source)
        self.refresh()
        self.refresh(company=other)
        self.assert_reconciled()
        self.assert_reconciled(other)
        self.assertEqual(self.total("sme.sales", "revenue", other), 1000)
        seen = self.env["sme.sales"].with_context(allowed_company_ids=other.ids)
        user = new_test_user(
            self.env,
            "only_other",
            groups="crm_sme.crm_sme_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertEqual(
            seen.with_user(user)._read_group([], [], ["revenue:sum"])[0][0], 1000
        )

    def test_company_without_orders_has_no_cells(self):
        other = self._make_company("Empty Ltd", "EUR", "UTC")
        self.refresh(company=other)
        self.assertFalse(self.cells(company=other))
