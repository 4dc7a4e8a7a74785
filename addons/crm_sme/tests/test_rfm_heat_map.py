"""The numbers behind the heat map, and what a segment opens."""

from ast import literal_eval
from datetime import timedelta

from odoo.tests import Form, new_test_user, tagged

from .metrics_common import NOW
from .test_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestRfmHeatMap(SegmentCase):
    def heat(self, user=None, company=None):
        values = self.env["sme.customer.value"].with_company(company or self.company)
        return (values.with_user(user) if user else values).rfm_heat_map()

    def test_cells_are_the_sums_of_their_customers(self):
        """Demand 47: where the customers are, by recency and frequency."""
        data = self.heat()
        self.assertEqual(len(data["cells"]), 25)
        for cell in data["cells"]:
            rows = self.rows().filtered(
                lambda row, cell=cell: (
                    (row.r_score, row.f_score) == (cell["r"], cell["f"])
                )
            )
            self.assertEqual(cell["count"], len(rows))
            self.assertAlmostEqual(cell["revenue"], sum(rows.mapped("revenue_12m")))
            self.assertAlmostEqual(cell["margin"], sum(rows.mapped("margin_12m")))
            if rows:
                mean = sum(rows.mapped("m_score")) / len(rows)
                self.assertAlmostEqual(cell["mean_m"], mean)
        self.assertEqual(data["totals"]["count"], 20)

    def test_cells_are_named_by_their_segments(self):
        self.env.ref("crm_sme.sme_segment_champions").active = True
        self.env.ref("crm_sme.sme_segment_lost").active = True
        data = self.heat()
        names = {
            (c["r"], c["f"]): [n["name"] for n in c["names"]] for c in data["cells"]
        }
        self.assertIn("Champions", names[5, 5])
        self.assertEqual(names[1, 1], ["Lost"])
        self.assertEqual(names[3, 3], [])
        counted = {it["name"]: it["count"] for it in data["segments"]}
        lost = self.rows().filtered(lambda r: r.r_score == 1 and r.f_score <= 2)
        self.assertEqual(counted.get("Lost", 0), len(lost))

    def test_ranges_say_what_the_scores_mean(self):
        data = self.heat()
        start = NOW - timedelta(days=self.company.sme_rfm_window_days)
        for row in self.rows():
            days = (NOW.date() - row.last_order_date).days
            if days <= 365:
                low, high = data["recency"][row.r_score - 1]
                self.assertLessEqual(low, days)
                self.assertTrue(high is None or days <= high)
            in_window = self.env["sme.order"].search_count(
                [("partner_id", "=", row.partner_id.id), ("date_order", ">", start)]
            )
            if in_window:
                low, high = data["frequency"][row.f_score - 1]
                self.assertGreaterEqual(in_window, low)
                self.assertLessEqual(in_window, high or in_window)

    def test_fewer_than_five_buyers_are_told_as_such(self):
        other = self._make_company("Other", "EUR", "UTC")
        self.env.user.company_ids += other
        self._make_order(self.partners[0], 3, source=self._make_source(other))
        self.refresh(company=other)
        data = self.heat(company=other)
        self.assertEqual((data["buyers"], data["needed"]), (1, 5))
        self.assertEqual(data["totals"]["count"], 0)
        self.assertEqual(data["recency"], [None] * 5)

    def test_a_salesman_sees_the_numbers_of_his_own_customers(self):
        user, colleague = (
            new_test_user(
                self.env, login, "crm_sme.crm_sme_group_user",
                company_id=self.company.id, company_ids=self.company.ids,
            )
            for login in ("own", "colleague")
        )  # fmt: skip
        self.partners[:12].user_id = colleague
        self.partners[12:15].user_id = user
        self.assertEqual(self.heat(user)["totals"]["count"], 8)

    def test_it_costs_the_same_few_queries_for_many_customers(self):
        self.heat()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.heat()
        self.assertLess(self.env.cr.sql_log_count - before, 12)

    def test_a_segment_opens_its_customers(self):
        segment = self.make_segment(mode="domain", domain="[('revenue', '>', 150)]")
        action = segment.action_open_customers()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.partner_id, self.members(segment))
        chosen = self.make_segment(mode="manual", partner_ids=self.partners[:2].ids)
        action = chosen.action_open_customers()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.partners[:2])

    def test_a_segment_opens_who_entered_and_left(self):
        segment = self.make_segment(mode="domain", domain="[]")
        action = segment.action_open_moves()
        moves = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(moves.mapped("change")), 20)
        self.assertEqual(set(moves.mapped("kind")), {"entered"})
        opened = moves[0].action_open_partner()
        self.assertEqual(opened["res_id"], moves[0].partner_id.id)
        self.assertEqual(segment.last_member_ids.segment_id, segment)
        self.assertEqual((segment.entered_30d, segment.left_30d), (20, 0))

    def test_a_mailing_begins_with_the_segments_recipients(self):
        """Demand 49: each class is written to in its own way."""
        segment = self.make_segment(mode="domain", domain="[('revenue', '>', 150)]")
        action = segment.action_start_mailing()
        form = Form(self.env["mailing.mailing"].with_context(**action["context"]))
        mailing = form.save()
        self.assertEqual(mailing.mailing_filter_id, segment.mailing_filter_id)
        found = self.env["res.partner"].browse(mailing._get_recipients())
        self.assertEqual(found, self.members(segment))

    def test_a_shared_segments_mailing_stays_in_its_company(self):
        other = self._make_company("Other", "EUR", "UTC")
        self._make_order(self.partners[0], 3, source=self._make_source(other))
        self.refresh(company=other)
        segment = self.make_segment(mode="domain", domain="[]").with_company(other)
        context = segment.action_start_mailing()["context"]
        domain = literal_eval(context["default_mailing_domain"])
        found = self.env["res.partner"].sudo().search(domain)
        self.assertEqual(found, self.partners[0])
