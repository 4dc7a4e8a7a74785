"""Who fades, by whose rhythm, why, and whom to call first."""

from datetime import timedelta

from odoo.tests import tagged

from .metrics_common import NOW, MetricsCase

SEGMENT_SIZE = 20


@tagged("post_install", "-at_install")
class TestFading(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segment = cls.env["sme.segment"].create({"name": "Offices"})

    def _make_regular(self, gap, count=SEGMENT_SIZE, segment=None):
        """Customers with three orders, ``gap`` days apart."""
        partners = self.env["res.partner"]
        for _ in range(count):
            partner = self._make_partner()
            for turn in range(3):
                self._make_order(partner, turn * gap + 1)
            partners |= partner
        return partners

    def _put_into_segment(self, partners):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sme_customer_value SET segment_id = %s "
            "WHERE partner_id = ANY(%s) AND company_id = %s",
            [self.segment.id, partners.ids, self.company.id],
        )
        self.env.invalidate_all()

    def _fill_segment(self, size):
        """A newcomer among ``size`` customers of one segment and twice as many else."""
        members = self._make_regular(10, size)
        self._make_regular(40, 2 * size)
        newcomer = self._make_partner("Newcomer")
        self._make_order(newcomer, 18)
        stranger = self._make_partner("Stranger")
        self._make_order(stranger, 18)
        self._refresh_rows()
        self.assertEqual(self.row(newcomer).rhythm_source, "company")
        self._put_into_segment(members | newcomer)
        return newcomer, stranger

    def _refresh_rows(self):
        """Refresh without the steps after the rows: they find segments anew."""
        with self.steps():
            return self.refresh()

    def test_newcomer_goes_by_the_median_of_the_segment(self):
        """Demand 46: whoever has no rhythm of his own has that of his like."""
        newcomer, stranger = self._fill_segment(SEGMENT_SIZE)
        self._refresh_rows()
        row = self.row(newcomer)
        self.assertEqual(row.rhythm_source, "segment")
        self.assertEqual(row.mean_gap_days, 10)
        self.assertEqual(row.fade_state, "fading")
        self.assertIn("the segment's usual 10 days", row.fade_reason)
        self.assertEqual(self.row(stranger).rhythm_source, "company")
        self.assertEqual(self.row(stranger).mean_gap_days, 40)
        self.assertEqual(self._refresh_rows(), 0)

    def test_refresh_of_some_goes_by_the_kept_median_of_the_segment(self):
        newcomer, _stranger = self._fill_segment(SEGMENT_SIZE)
        self._refresh_rows()
        self._make_order(newcomer, 2)
        with self.steps():
            self.refresh(newcomer)
        row = self.row(newcomer)
        self.assertEqual(row.rhythm_source, "segment")
        self.assertEqual(row.fade_state, "steady")

    def test_segment_with_few_regular_customers_has_no_median(self):
        newcomer, _stranger = self._fill_segment(SEGMENT_SIZE - 1)
        self._refresh_rows()
        self.assertEqual(self.row(newcomer).rhythm_source, "company")

    def test_reason_names_the_last_complaint(self):
        """Demand 46: an open or recent complaint is part of the reason."""
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        self._make_order(head, 5)
        self.refresh()
        self._complain(head, 200, "Too late", answered_on=NOW)
        self.assertNotIn("complained", self.reason(head))
        self._complain(head, 300, "Lid broken")
        self.assertIn("unanswered: Lid broken", self.reason(head))
        self._complain(contact, 30, "Wrong colour", answered_on=NOW)
        self.assertIn("complained on 05/16/2026: Wrong colour", self.reason(head))
        self._complain(head, 1, "Gone again", gone_on=NOW)
        self.assertIn("Wrong colour", self.reason(head))

    def reason(self, partner):
        row = self.row(partner)
        row.invalidate_recordset()
        return row.fade_reason

    def _complain(self, partner, days, summary, **over):
        self.env["sme.interaction"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "kind": "complaint",
                "direction": "in",
                "date": NOW - timedelta(days=days),
                "summary": summary,
                **over,
            }
        )

    def test_complaints_of_other_companies_are_not_named(self):
        partner = self._make_partner()
        self._make_order(partner, 5)
        self.refresh()
        other = self._make_company("Other Ltd", "EUR", "UTC")
        self._complain(partner, 1, "Elsewhere", company_id=other.id)
        self.assertNotIn("Elsewhere", self.reason(partner))

    def test_value_at_risk_ranks_the_doubtful_and_valuable_first(self):
        """Demand 46: not the biggest and not the longest gone, but who can be saved."""
        for _ in range(30):
            self._make_order(self._make_partner(), 400)
        histories = {
            "faithful": [(days, 100) for days in range(1, 400, 30)],
            "doubtful": [(days, 100) for days in range(150, 550, 30)],
            "small": [(days, 10) for days in range(150, 550, 30)],
            "gone": [(days, 100) for days in range(900, 1300, 30)],
        }
        partners = {}
        for name, orders in histories.items():
            partners[name] = self._make_partner(name)
            for days, revenue in orders:
                self._make_order(partners[name], days, revenue)
        self.refresh()
        row = {name: self.row(partner) for name, partner in partners.items()}
        alive = {name: each.p_alive for name, each in row.items()}
        self.assertGreater(alive["faithful"], alive["doubtful"])
        self.assertGreater(alive["doubtful"], alive["gone"])
        risk = {name: each.value_at_risk for name, each in row.items()}
        self.assertEqual(max(risk, key=risk.get), "doubtful")
        self.assertGreater(risk["small"], 0)
        for each in row.values():
            lost = (1 - each.p_alive) * each.expected_revenue_12m
            self.assertAlmostEqual(each.value_at_risk, lost, delta=0.02 * lost + 5)
