"""Sales Analysis shows shop orders beside Odoo's own, each counted once."""

import random

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..report.sale_report import LINE_IDS_FROM
from .metrics_common import MetricsCase


@tagged("post_install", "-at_install")
class TestSaleReport(MetricsCase):
    """Demands 33, 94: one analysis over all sales."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls._make_partner(
            "Customer", country_id=cls.env.ref("base.cn").id, zip="200000"
        )
        cls.category = cls.env["product.category"].create({"name": "Boxes"})
        cls.product = cls.env["product.product"].create(
            {"name": "Box", "type": "consu", "categ_id": cls.category.id, "weight": 2}
        )

    def _make_full_order(self, lines, rate=1.0, currency=None, **over):
        """Make an order of lines (type, quantity, net, tax, margin)."""
        net = round(sum(line[2] for line in lines), 2)
        total = round(net + sum(line[3] for line in lines), 2)
        margin = round(sum(line[4] for line in lines) / rate, 2)
        order = self._make_order(
            over.pop("partner", self.partner),
            over.pop("days", 5),
            round(net / rate, 2),
            amount_untaxed=net,
            amount_total=total,
            currency_rate=rate,
            margin=margin,
            currency_id=(currency or self.company.currency_id).id,
            **over,
        )
        order.line_ids = [
            Command.create(
                {
                    "line_type": kind,
                    "name": kind,
                    "product_id": self.product.id if kind == "product" else False,
                    "quantity": quantity,
                    "price_unit": round(line_net / quantity, 2),
                    "price_subtotal": line_net,
                    "price_tax": tax,
                    "price_total": round(line_net + tax, 2),
                    "margin": line_margin,
                }
            )
            for kind, quantity, line_net, tax, line_margin in lines
        ]
        return order

    def _make_sale(self, price):
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        sale.action_confirm()
        return sale

    def rows(self, *domain):
        return self.env["sale.report"].search(
            [("company_id", "=", self.company.id), *domain]
        )

    def test_all_kinds_of_lines_sum_to_the_order(self):
        order = self._make_full_order(
            [
                ("product", 3, 90, 18, 30),
                ("shipping", 1, 5, 1, 0),
                ("fee", 1, 2, 0, 2),
                ("discount", 1, -7, -1.4, -7),
                ("adjustment", 1, 0.01, 0, 0),
            ]
        )
        rows = self.rows()
        self.assertEqual(len(rows), 5)
        self.assertAlmostEqual(sum(rows.mapped("price_subtotal")), order.revenue, 2)
        self.assertAlmostEqual(sum(rows.mapped("price_total")), order.amount_total, 2)
        self.assertAlmostEqual(sum(rows.mapped("margin")), 25, 2)
        self.assertEqual(sum(rows.mapped("product_uom_qty")), 3)
        self.assertEqual(sum(rows.mapped("weight")), 6)
        goods = rows.filtered("product_id")
        self.assertEqual(goods.categ_id, self.category)
        self.assertEqual(goods.commercial_partner_id, self.partner)
        self.assertEqual(goods.country_id.code, "CN")

    def test_sums_equal_the_orders_to_the_cent_in_other_currencies(self):
        """Each order was rounded as a whole; its lines follow it, not the rate."""
        dice = random.Random(3)
        currency = self.env.ref("base.CNY")
        currency.active = True
        orders = self.env["sme.order"]
        for _ in range(60):
            lines = [
                ("product", dice.randrange(1, 4), round(dice.uniform(1, 90), 2), 0, 1)
                for _ in range(dice.randrange(1, 5))
            ]
            orders |= self._make_full_order(lines, rate=7.7777, currency=currency)
        revenue = self.env["sale.report"]._read_group(
            [("company_id", "=", self.company.id)], [], ["price_subtotal:sum"]
        )[0][0]
        self.assertAlmostEqual(revenue, sum(orders.mapped("revenue")), 4)

    def test_refunds_count_against_their_order(self):
        order = self._make_full_order([("product", 2, 50, 10, 20)])
        refund = self._make_full_order(
            [("product", -1, -25, -5, -10)], kind="refund", origin_id=order.id
        )
        rows = self.rows()
        self.assertEqual(sum(rows.mapped("price_subtotal")), 25)
        self.assertEqual(sum(rows.mapped("product_uom_qty")), 1)
        kinds = self.env["sale.report"]._read_group(
            [("company_id", "=", self.company.id)], ["sme_kind"], ["price_subtotal:sum"]
        )
        self.assertEqual(dict(kinds), {"order": 50, "refund": -25})
        self.assertEqual(self.rows(("sme_kind", "=", "refund")).order_reference, refund)

    def test_order_without_lines_is_not_lost(self):
        self._make_order(self.partner, 3, 12.34)
        self.assertAlmostEqual(sum(self.rows().mapped("price_subtotal")), 12.34)

    def test_order_with_a_quotation_counts_once(self):
        sale = self._make_sale(40)
        order = self._make_full_order([("product", 1, 40, 0, 10)])
        self.assertEqual(sum(self.rows().mapped("price_subtotal")), 80)
        order.sale_order_id = sale
        self.assertEqual(sum(self.rows().mapped("price_subtotal")), 40)
        own = self.rows()
        self.assertFalse(own.sme_source_id)
        self.assertEqual(own.sme_kind, "order")

    def test_guests_are_sales_without_a_customer(self):
        self._make_full_order(
            [("product", 1, 40, 0, 10)],
            partner=self.env["res.partner"],
            country_id=self.env.ref("base.de").id,
        )
        row = self.rows()
        self.assertFalse(row.partner_id)
        self.assertEqual(row.country_id.code, "DE")

    def test_states_are_those_of_sales_orders(self):
        for state in ("pending", "completed", "cancelled", "failed", "unknown"):
            self._make_full_order([("product", 1, 1, 0, 0)], state=state, name=state)
        self.assertEqual(
            {row.name: row.state for row in self.rows()},
            {
                "pending": "draft",
                "completed": "sale",
                "cancelled": "cancel",
                "failed": "cancel",
                "unknown": "draft",
            },
        )

    def test_dimensions_of_the_shop_can_be_grouped(self):
        self._make_full_order([("product", 1, 40, 0, 10)], channel="app")
        groups = self.env["sale.report"]._read_group(
            [("company_id", "=", self.company.id)],
            ["sme_source_id", "sme_channel", "product_id", "date:month"],
            ["price_subtotal:sum", "__count"],
        )
        self.assertEqual(len(groups), 1)
        self.assertEqual(groups[0][:3], (self.source, "app", self.product))

    def test_drill_down_opens_the_rows_and_the_order(self):
        """A list of the report reads rows by ids beyond 32 bits."""
        order = self._make_full_order([("product", 1, 40, 0, 10)])
        user = new_test_user(
            self.env,
            "analyst",
            "crm_sme.crm_sme_group_user,sales_team.group_sale_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        report = self.env["sale.report"].with_user(user)
        answer = report.web_search_read(
            [("sme_source_id", "=", self.source.id)],
            {"price_subtotal": {}, "partner_id": {"fields": {"display_name": {}}}},
        )
        self.assertEqual(answer["length"], 1)
        row = report.browse(answer["records"][0]["id"])
        self.assertGreater(row.id, LINE_IDS_FROM)
        self.assertEqual(row.web_read({"price_subtotal": {}})[0]["price_subtotal"], 40)
        action = row.action_open_order()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (order._name, order.id)
        )

    def test_each_row_has_an_id_of_its_own(self):
        for _ in range(3):
            self._make_full_order([("product", 1, 4, 0, 1), ("fee", 1, 1, 0, 0)])
        self._make_order(self.partner, 3, 12.34)
        rows = self.rows()
        self.assertEqual(len(rows), 7)

    def test_other_companies_do_not_see_it(self):
        self._make_full_order([("product", 1, 40, 0, 10)])
        other = self._make_company("Other Ltd", "EUR", "UTC")
        report = self.env["sale.report"].with_context(allowed_company_ids=other.ids)
        self.assertFalse(report.search([("company_id", "=", self.company.id)]))

    def test_amounts_are_turned_as_those_of_sales_orders(self):
        """Several companies at once: the currency of the one at hand, core's rates."""
        self._make_full_order([("product", 1, 40, 0, 10)])
        self._make_sale(40)
        other = self._make_company("Other Ltd", "USD", "UTC")
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": self.company.currency_id.id,
                    "company_id": other.id,
                    "name": "2020-01-01",
                    "rate": 0.5,
                }
            ]
        )
        report = self.env["sale.report"].with_context(
            allowed_company_ids=(other | self.company).ids
        )
        seen = report.search([("company_id", "=", self.company.id)])
        self.assertEqual(seen.currency_id, other.currency_id)
        self.assertEqual(seen.mapped("price_subtotal"), [80, 80])
