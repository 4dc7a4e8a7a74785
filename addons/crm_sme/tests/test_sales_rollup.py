"""The roll-up of the sales: every grouping sums to the orders, to the cent."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..metrics import sales_rollup
from ..metrics.as_of import AsOf
from ..metrics.sales_lines import DIMENSIONS
from ..tools import sales_shares
from .metrics_common import NOW, ZONE
from .sales_common import TABLES, SalesCase, exact


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
        nets = [exact(line.price_subtotal) for line in lines]
        places = sales_shares.carrier_last(nets)
        factor = sales_shares.factor_of(
            exact(order.revenue),
            exact(order.amount_untaxed),
            Decimal(str(order.currency_rate)),
        )
        shares = sales_shares.share_out(
            exact(order.revenue), [nets[at] for at in places], factor, 2
        )
        expected, counts = defaultdict(Decimal), defaultdict(int)
        for at, share in zip(places, shares, strict=True):
            key = lines[at].product_id.product_tmpl_id.id
            expected[key] += share
        counts[lines[places[-1]].product_id.product_tmpl_id.id] = 1
        rows = self.env["sme.sales"].search([("partner_id", "=", order.partner_id.id)])
        for row in rows:
            key = row.product_tmpl_id.id
            self.assertEqual(exact(row.revenue), expected.pop(key, Decimal(0)))
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
            self.total("sme.sales", "revenue"), before + exact(order.revenue)
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
