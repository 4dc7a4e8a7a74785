import random
from collections import Counter
from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .feedback_common import FeedbackCase
from .metrics_common import NOW

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFeedbackReport(FeedbackCase):
    """Demands 74, 76, 81: where complaints come from, how well they are served."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.causes = cls.env["sme.feedback.cause"].search([], limit=5)
        cls.vendors = cls._make_partner("Potter") | cls._make_partner("Weaver")
        cls.products = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "seller_ids": [(0, 0, {"partner_id": vendor.id})],
                }
                for name, vendor in zip(
                    ("Pot", "Cup", "Cloth"),
                    (cls.vendors[0], cls.vendors[0], cls.vendors[1]),
                    strict=True,
                )
            ]
        )

    def pareto(self, **by):
        self.env.flush_all()
        domain = [("company_id", "=", self.company.id)]
        return self.env["sme.feedback.pareto"].search(
            domain + [(name, "=", value) for name, value in by.items()]
        )

    def _make_random_cases(self, seed, size):
        dice = random.Random(seed)
        cases = self.env["sme.feedback"].create(
            [
                {
                    "summary": f"Case {n}",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "kind": dice.choice(["complaint", "complaint", "request"]),
                    "origin": dice.choice(["manual", "delivery"]),
                    "cause_id": dice.choice([*self.causes.ids, False]),
                    "product_id": dice.choice([*self.products.ids, False]),
                    "carrier": dice.choice(["SF", "DHL", False]),
                    "date": NOW - timedelta(days=dice.randint(0, 500)),
                    "compensation_amount": dice.choice([0, 5]),
                }
                for n in range(size)
            ]
        )
        refused = cases.filtered(lambda each: dice.random() < 0.1)
        refused.stage_id = self.stage["refused"]
        return cases

    def test_counts_and_shares_are_those_of_a_slow_count(self):
        cases = self._make_random_cases(7, 120)
        ways = {
            "cause": lambda c: c.cause_id.name,
            "product": lambda c: c.product_id.name,
            "vendor": lambda c: c.vendor_id.name,
            "carrier": lambda c: c.carrier,
            "department": lambda c: c.department,
        }
        for days in (30, 90, 365):
            since = NOW - timedelta(days=days)
            counted = cases.filtered(
                lambda c, since=since: (
                    c.date >= since
                    and (c.kind == "complaint" or c.origin == "delivery")
                    and not c.stage_id.is_refused
                )
            )
            for dimension, name_of in ways.items():
                slow = Counter(filter(None, map(name_of, counted)))
                rows = self.pareto(dimension=dimension, period=str(days))
                if dimension == "department":
                    found = {row.key: row.case_count for row in rows}
                else:
                    found = {row.label: row.case_count for row in rows}
                self.assertEqual(found, dict(slow), (dimension, days))
                self._check_pile(rows, sum(slow.values()))

    def _check_pile(self, rows, total):
        """The largest first; shares add up to all."""
        rows = rows.sorted("position")
        counts = rows.mapped("case_count")
        self.assertEqual(counts, sorted(counts, reverse=True))
        running = 0
        for row in rows:
            before = running / total
            running += row.case_count
            self.assertAlmostEqual(row.share, row.case_count / total)
            self.assertAlmostEqual(row.cumulative_share, running / total)
            weight = "a" if before < 0.8 else "b" if before < 0.95 else "c"
            self.assertEqual(row.weight, weight)

    def test_row_opens_the_cases_it_counts(self):
        self._make_random_cases(3, 60)
        for row in self.pareto(period="365"):
            action = row.action_view_cases()
            found = self.env["sme.feedback"].search_count(action["domain"])
            self.assertEqual(found, row.case_count, row.label)

    def test_names_are_in_the_users_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        cause = self.causes[0]
        cause.with_context(lang="zh_CN").name = "产品缺陷"
        self.make_case(cause_id=cause.id)
        rows = self.pareto(dimension="cause", period="30").with_context(lang="zh_CN")
        rows.invalidate_model()
        self.assertEqual(rows.mapped("label"), ["产品缺陷"])

    def test_service_results_leave_out_what_has_not_happened(self):
        """Demand 81: the time to the first answer is measured."""
        done, late, fresh = (self.make_case(user_id=self.agent.id) for _ in range(3))
        with freeze_time(NOW + 2 * HOUR):
            self.answer(done)
        with freeze_time(NOW + 10 * HOUR):
            done.action_solve()
        with freeze_time(NOW + 100 * HOUR):
            late.action_solve()
        with freeze_time(NOW + 110 * HOUR):
            late.action_reopen()
        with freeze_time(NOW + 300 * HOUR):
            late.action_solve()
        spam = self.make_case()
        spam.stage_id = self.stage["refused"]
        rating = done.sudo().rating_ids
        done.rating_apply(4, token=rating.access_token)
        self.env.flush_all()
        domain = [("company_id", "=", self.company.id)]
        report = self.env["sme.feedback.report"]
        [sums] = report._read_group(
            domain,
            [],
            [
                *("case_count:sum", "response_hours:avg", "solving_hours:avg"),
                *("in_time_rate:avg", "reopen_rate:avg", "rating:avg"),
                "rated_rate:avg",
            ],
        )
        # Answered after 2 and 100 hours; settled after 10 and 300, the second one
        # past its new deadline (72 hours after it came back).
        self.assertEqual(sums, (3, 51, 155, 0.5, 0.5, 4, 0.5))
        self.assertNotIn(spam, report.search(domain).feedback_id)
        row = report.search([("feedback_id", "=", fresh.id)])
        self.assertEqual(row.action_open_case()["res_id"], fresh.id)

    def test_digest_tells_how_many_complaints_are_late(self):
        """Demand 14: figures for who leads, without opening a screen."""
        digest = self.env["digest.digest"].create(
            {"name": "Boss", "company_id": self.company.id}
        )
        digest = digest.with_user(self.leader).with_company(self.company)
        late = self.make_case()
        self.make_case(kind="request")
        self.make_case(severity="0")
        with freeze_time(NOW + 80 * HOUR):
            digest.invalidate_recordset()
            self.assertEqual(digest.kpi_sme_complaints_late_value, 1)
            late.action_solve()
            digest.invalidate_recordset()
            self.assertEqual(digest.kpi_sme_complaints_late_value, 0)
