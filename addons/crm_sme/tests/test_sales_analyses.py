"""The analyses: who sees what, from which table it is read, what the rates are."""

from lxml import etree

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..models.sme_sales_rollup import CUTS
from .sales_common import SalesCase

SALES_ACTIONS = ("profit", "performance", "product", "promotion", "supplier")
CUSTOMER_ACTIONS = ("profile", "loyalty", "future", "risk")


@tagged("post_install", "-at_install")
class TestSalesAnalyses(SalesCase):
    """Demands 88, 95 to 99."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(
                cls.env,
                f"analyst_{name}",
                groups=f"crm_sme.crm_sme_group_{name}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for name in ("user", "officer", "manager")
        }
        cls.own = cls._make_partner("Own", user_id=cls.users["user"].id)
        cls.foreign = cls._make_partner("Foreign", user_id=cls.users["officer"].id)
        cls._make_order(cls.own, 5, 100)
        cls._make_order(cls.foreign, 5, 70)
        cls._make_order(cls._make_partner("Unowned"), 5, 1)
        cls._make_history(30)
        cls.env["sme.customer.value"]._refresh(company=cls.company)

    def _sum_for(self, name, domain=(), groupby=()):
        model = self.env["sme.sales"].with_user(self.users[name])
        rows = model._read_group(list(domain), list(groupby), ["revenue:sum"])
        return sum(row[-1] for row in rows)

    def test_salesperson_sees_own_and_unowned_sales_as_in_odoos_analysis(self):
        """Demand 12: the rule of Odoo's own Sales Analysis."""
        every = float(self.total("sme.sales", "revenue"))
        self.assertAlmostEqual(self._sum_for("officer"), every, 2)
        self.assertAlmostEqual(self._sum_for("manager"), every, 2)
        seen = self.env["sme.sales"].search(
            [
                ("company_id", "=", self.company.id),
                ("user_id", "in", [False, self.users["user"].id]),
            ]
        )
        expected = sum(seen.mapped("revenue"))
        self.assertLessEqual(expected, every - 70)
        self.assertAlmostEqual(self._sum_for("user"), expected, 2)
        for groupby in (["tier_id"], ["product_tmpl_id"], ["partner_id"], ["user_id"]):
            with self.subTest(groupby=groupby):
                self.assertAlmostEqual(
                    self._sum_for("user", groupby=groupby), expected, 2
                )
        rows = self.env["sme.sales"].with_user(self.users["user"]).search([])
        self.assertNotIn(self.foreign, rows.partner_id)

    def test_narrow_tables_answer_and_the_roll_up_only_when_it_must(self):
        """Demand 11: groups come from the table with the fewest rows."""
        sales = self.env["sme.sales"].with_user(self.users["officer"])
        for groupby, expected in (
            (["tier_id", "segment_id"], "sme.sales.class"),
            (["month:quarter", "calendar_month"], "sme.sales.class"),
            (["promotion", "campaign_id"], "sme.sales.promotion"),
            (["categ_id", "tier_id"], "sme.sales.goods"),
            (["region_id", "categ_id"], "sme.sales.region"),
            (["product_tmpl_id"], "sme.sales.product"),
            (["partner_id"], None),
            (["region_id", "campaign_id"], None),
        ):
            with self.subTest(groupby=groupby):
                cut, _domain = sales._cut_for([], [groupby], ["revenue:sum"], (), None)
                self.assertEqual(cut._name if cut is not None else None, expected)

    def test_every_analysis_reads_narrow_tables(self):
        """Demand 97: no analysis opens on the large table."""
        for name in SALES_ACTIONS:
            with self.subTest(analysis=name):
                groupby, measures = self._pivot(name)
                cut, _domain = (
                    self.env["sme.sales"]
                    .with_user(self.users["user"])
                    ._cut_for([], [groupby], measures, (), None)
                )
                self.assertIsNotNone(cut)

    def _pivot(self, name):
        arch = self.env.ref(f"crm_sme.sme_{name}_view_pivot").arch
        nodes = etree.fromstring(arch).findall("field")
        fields = self.env["sme.sales"]._fields
        groupby = [n.get("name") for n in nodes if n.get("type") != "measure"]
        measures = [
            f"{n.get('name')}:{fields[n.get('name')].aggregator}"
            for n in nodes
            if n.get("type") == "measure"
        ]
        return groupby, measures

    def test_rates_are_sums_over_sums(self):
        """Demand 96: a rate of a group is no mean of rates."""
        rates = [
            *("margin_rate:avg", "aov:avg", "discount_share:avg", "refund_share:avg"),
            *("margin_net:sum", "margin_per_touch:avg", "complaint_share:avg"),
        ]
        sums = [
            *("revenue:sum", "margin:sum", "order_count:sum", "discount:sum"),
            *("refunded:sum", "service_cost:sum", "touch_count:sum"),
            "complaint_count:sum",
        ]
        for name in ("sme.sales", *CUTS):
            row = self.env[name]._read_group(
                [("company_id", "=", self.company.id)], [], [*rates, *sums]
            )[0]
            rate, total = row[: len(rates)], row[len(rates) :]
            revenue, margin, orders, discount, refunded, service, touches, _ = total
            self.assertAlmostEqual(float(rate[0]), margin / revenue, 4)
            self.assertAlmostEqual(float(rate[1]), revenue / orders, 2)
            self.assertAlmostEqual(
                float(rate[2]), discount / (revenue + refunded + discount), 4
            )
            self.assertAlmostEqual(float(rate[3]), refunded / (revenue + refunded), 4)
            self.assertAlmostEqual(float(rate[4]), margin - service, 2)
            self.assertFalse(touches or rate[5])

    def test_row_has_the_rates_of_itself(self):
        row = self.env["sme.sales"].search([("revenue", ">", 0)], limit=1)
        self.assertAlmostEqual(row.margin_rate, row.margin / row.revenue)
        self.assertAlmostEqual(row.margin_net, row.margin - row.service_cost)
        value = self.row(self.own)
        self.assertEqual(value.repeat_rate, 0)
        self.assertEqual(value.tenure_days, 5)
        self.assertAlmostEqual(value.margin_net_12m, value.margin_12m)

    def test_single_currency_needs_no_exchange(self):
        """The second sum that pivots ask for is the first one again."""
        found = self.env["sme.sales"]._read_group(
            [("company_id", "=", self.company.id)],
            [],
            ["revenue:sum", "revenue:sum_currency", "currency_id:array_agg_distinct"],
        )[0]
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[2], self.company.currency_id.ids)

    def test_talks_and_complaints_count_beside_the_sales(self):
        """Demands 96, 98: touches by employee, complaints by vendor."""
        product = self.products[0]
        boss = self.users["officer"]
        for kind in ("call", "meeting", "complaint"):
            self.env["sme.interaction"].create(
                {
                    "partner_id": self.own.id,
                    "kind": kind,
                    "summary": kind,
                    "user_id": boss.id,
                    "company_id": self.company.id,
                    "product_id": product.id if kind == "complaint" else False,
                }
            )
        self.refresh(self.own)
        sales = self.env["sme.sales"]
        domain = [("company_id", "=", self.company.id)]
        touches = dict(sales._read_group(domain, ["user_id"], ["touch_count:sum"]))
        self.assertEqual(touches[boss], 2)
        self.refresh()
        cost = sales._read_group(
            [*domain, ("partner_id", "=", self.own.id)],
            [],
            ["service_cost:sum", "margin:sum", "margin_net:sum"],
        )[0]
        self.assertAlmostEqual(cost[0], self.row(self.own).service_cost, 2)
        self.assertGreater(cost[0], 0)
        self.assertAlmostEqual(float(cost[2]), cost[1] - cost[0], 2)
        told = dict(sales._read_group(domain, ["vendor_id"], ["complaint_count:sum"]))
        self.assertEqual(told[self.vendors[0]], 1)
        self.assert_reconciled()

    def test_guards_of_customers_figures(self):
        """Demand 96: risk is told of the buyers, not of everybody."""
        values = self.env["sme.customer.value"].search(
            [("company_id", "=", self.company.id)]
        )
        buyers = values.filtered("order_count")
        lost = buyers.filtered(lambda v: v.fade_state in ("lapsed", "lost"))
        again = buyers.filtered(lambda v: v.order_count > 1)
        risk = values.filtered(lambda v: v.fade_state in ("fading", "lapsed"))
        row = values._read_group(
            [("company_id", "=", self.company.id)],
            [],
            [
                *("repeat_rate:avg", "lost_share:avg", "revenue_at_risk:sum"),
                *("top_share:avg", "tenure_days:avg", "margin_net_12m:sum"),
            ],
        )[0]
        self.assertAlmostEqual(float(row[0]), len(again) / len(buyers), 4)
        self.assertAlmostEqual(float(row[1]), len(lost) / len(buyers), 4)
        self.assertAlmostEqual(row[2], sum(risk.mapped("revenue_12m")), 2)
        top = values.filtered("top_share")
        share = sum(top.mapped("revenue_12m")) / sum(values.mapped("revenue_12m"))
        self.assertAlmostEqual(float(row[3]), share, 4)
        self.assertGreater(share, 0)
        days = buyers.mapped("tenure_days")
        self.assertAlmostEqual(float(row[4]), sum(days) / len(days), 4)
        self.assertAlmostEqual(row[5], sum(values.mapped("margin_12m")), 2)

    def test_salesperson_of_the_figures_is_the_partners_at_once(self):
        """Demand 12: who lost a customer sees no figures of him any more."""
        values = self.env["sme.customer.value"].with_user(self.users["user"])
        mine = [("partner_id", "=", self.own.id)]
        self.assertTrue(values.search(mine))
        self.own.user_id = self.users["officer"]
        self.assertEqual(self.row(self.own).user_id, self.users["officer"])
        self.assertFalse(values.search(mine))
        self.own.user_id = False
        self.assertTrue(values.search(mine))

    def test_salesperson_given_behind_odoos_back_follows_in_the_refresh(self):
        for limited in (True, False):
            seller = self.users["manager" if limited else "user"]
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET user_id = %s WHERE id = %s",
                    seller.id,
                    self.own.id,
                )
            )
            self.env.invalidate_all()
            self.refresh(self.own if limited else None)
            self.assertEqual(self.row(self.own).user_id, seller)

    def test_odoos_analysis_knows_the_class_of_the_customer(self):
        """Demand 99: tier, segment and lifecycle in the native Sales Analysis."""
        tier = self.env["sme.value.tier"].search([], limit=1).copy()
        segment = self.env["sme.segment"].create({"name": "Champions"})
        self.row(self.own).write({"tier_id": tier.id, "segment_id": segment.id})
        self._make_sale(self.own, self.row(self.own).computed_on)
        self.env.flush_all()
        report = self.env["sale.report"]
        domain = [("company_id", "=", self.company.id), ("state", "=", "sale")]
        for name, value in (("sme_tier_id", tier), ("sme_segment_id", segment)):
            rows = report.search([*domain, (name, "=", value.id)])
            self.assertEqual(rows.commercial_partner_id, self.own)
            self.assertTrue(rows.filtered("sme_source_id"))
            self.assertTrue(rows.filtered(lambda row: not row.sme_source_id))
        groups = report._read_group(
            domain, ["sme_lifecycle_stage_id", "sme_fade_state"], ["price_subtotal:sum"]
        )
        every = report._read_group(domain, [], ["price_subtotal:sum"])[0][0]
        self.assertAlmostEqual(sum(row[-1] for row in groups), every, 2)

    def test_list_of_an_analysis_opens_the_customer(self):
        row = self.env["sme.sales"].search([("partner_id", "=", self.own.id)], limit=1)
        action = row.with_user(self.users["user"]).action_open_partner()
        self.assertEqual(action["res_id"], self.own.id)
