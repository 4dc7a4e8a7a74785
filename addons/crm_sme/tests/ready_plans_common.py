"""The plans that come with the program, in a company of the test, with occasions."""

from datetime import date, timedelta

from odoo.tests import freeze_time

from .care_common import CareCase
from .metrics_common import NOW

TODAY = NOW.date()
KINDS = ("consumer", "company", "dealer", "shipper", "shipowner")
CODES = (
    "welcome", "second_order", "after_delivery", "late_parcel", "win_back", "lapsed",
    "visitor", "abandoned_cart", "birthday", "spring_festival", "mid_autumn",
    "vip_visit", "complaint", "data_gap",
)  # fmt: skip
# Days after the start on which the occasion of a plan comes; 0 for most.
COMES_ON = {
    "spring_festival": (date(2027, 2, 5) - TODAY).days,
    "mid_autumn": (date(2026, 9, 25) - TODAY).days,
}


class ReadyPlansCase(CareCase):
    """Takes each ready plan over into the company and makes what it waits for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kinds = cls.env["sme.customer.kind"].search([])
        cls.kinds = {kind.code: kind for kind in kinds}

    def ready(self, code):
        """A copy of a ready plan for the company of the test, without hold-out."""
        plan = self.env.ref(f"crm_sme.sme_care_plan_{code}")
        self.assertEqual((plan.state, plan.template_code), ("draft", code))
        return plan.copy(
            {
                "name": plan.name,
                "company_id": self.company.id,
                "user_id": self.env.user.id,
                "holdout_percent": 0,
            }
        )

    def one_of_each_kind(self, **over):
        """One customer of each kind who may be reached.

        :rtype: dict[str, res.partner]
        """
        return {
            code: self._make_customer(
                f"Customer {code}", customer_kind_id=self.kinds[code].id, **over
            )
            for code in KINDS
        }

    def start(self, plan):
        """Switch a plan on, as its button does."""
        with freeze_time(NOW):
            plan.action_start()

    def run_to_the_end(self, plan, partners):
        """Run the job on each day on which a step is due, to the day after the last."""
        steps, at = [0], 0
        for step in plan._ordered_steps():
            at += step.wait_days
            steps.append(at)
        first = {COMES_ON.get(plan.env.context["code"], 0)}
        if plan.trigger == "every_n_days":
            first = {partner.id % plan.trigger_days for partner in partners}
        days = {start + step for start in first for step in steps}
        for day in sorted(days | {max(days) + 1}):
            self.care(after_days=day)

    def occasion(self, code, partner):
        """Let happen what a plan waits for."""
        figures = partner.sme_value_ids
        maker = getattr(self, f"_occasion_{code}", None)
        values = {
            "second_order": {"first_order_date": TODAY - timedelta(days=14)},
            "win_back": {"fade_state": "fading", "fade_since": TODAY},
            "lapsed": {"fade_state": "lapsed", "fade_since": TODAY},
            "vip_visit": {
                "tier_id": self.env.ref("crm_sme.sme_value_tier_most_valuable").id
            },
        }
        if code in values:
            figures.write(values[code])
        elif maker:
            maker(partner)
        self.env.flush_all()

    def _backdate(self, record, days, **over):
        self.env.flush_all()
        values = {"create_date": NOW - timedelta(days=days), **over}
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE {record._table} SET {name} = %s WHERE id = %s",
                [value, record.id],
            )
        record.invalidate_recordset()

    def _occasion_welcome(self, partner):
        self._backdate(partner, 0)

    def _occasion_birthday(self, partner):
        partner.birthday = TODAY.replace(year=1990)

    def _occasion_data_gap(self, partner):
        self._backdate(partner, 1, data_score=10)

    def _occasion_after_delivery(self, partner):
        self._shipment(partner, state="delivered", delivered_on=NOW - timedelta(days=3))

    def _occasion_late_parcel(self, partner):
        self._shipment(
            partner,
            state="in_transit",
            is_open=True,
            promised_on=NOW - timedelta(days=1),
        )

    def _shipment(self, partner, **over):
        return self.env["sme.shipment"].create(
            {
                "source_id": self.source.id,
                "company_id": self.company.id,
                "external_id": f"p{partner.id}",
                "partner_id": partner.id,
                **over,
            }
        )

    def _occasion_visitor(self, partner):
        lead = self.env["crm.lead"].create(
            {
                "name": "Asked",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "visit_kind": self.env["crm.lead"]
                ._fields["visit_kind"]
                .selection[0][0],
            }
        )
        self._backdate(lead, 1)

    def _occasion_abandoned_cart(self, partner):
        self.env["sme.interaction"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "kind": "cart",
                "summary": "Cart with 2 articles",
                "date": NOW - timedelta(days=1),
            }
        )

    def _occasion_complaint(self, partner):
        closed = self.env["sme.feedback.stage"].search([("is_closed", "=", True)])[:1]
        case = self.env["sme.feedback"].create(
            {
                "summary": "Broken",
                "kind": "complaint",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "stage_id": closed.id,
            }
        )
        self._backdate(case, 9, closed_on=NOW - timedelta(days=7))
