from odoo import api, fields, models

from .sme_care_report import VERDICTS

# Customers come into such plans again and again; what they bring in a year counts.
REPEATING = ("every_n_days", "after_order", "after_delivery", "abandoned_cart")
YEAR_DAYS = 365


class SmeCarePlanProof(models.Model):
    """What the plan earned, on its own form."""

    _inherit = "sme.care.plan"

    result_days = fields.Integer(
        string="Result Counts for (days)",
        help="So long after a customer's first entry his orders count, for those cared "
        "for and those held out alike. 0: until the last step and the days that "
        "orders count after it; a year for plans that come again and again.",
    )
    report_ids = fields.One2many("sme.care.report", "plan_id", string="Results")
    report_id = fields.Many2one("sme.care.report", compute="_compute_report_id")
    verdict = fields.Selection(
        VERDICTS, string="Care Result", compute="_compute_report_id"
    )
    result_words = fields.Char(string="Result in Words", compute="_compute_report_id")

    _result_days_range = models.Constraint(
        "CHECK(result_days >= 0 AND result_days <= 3650)",
        "The result counts for 0 to 3650 days.",
    )

    @api.depends("report_ids.margin_verdict", "report_ids.computed_on")
    @api.depends_context("lang")
    def _compute_report_id(self):
        for plan in self:
            report = plan.report_ids[:1]
            plan.report_id = report
            plan.verdict = report.margin_verdict
            plan.result_words = report.words

    def _counted_days(self):
        """How long after a customer's first entry his orders count.

        :rtype: int
        """
        self.ensure_one()
        if self.result_days:
            return self.result_days
        at = last = 0
        for step in self._ordered_steps():
            at = step.wait_days + (at if step.wait_from == "previous" else 0)
            last = max(last, at)
        days = last + self.order_days
        return max(days, YEAR_DAYS) if self.trigger in REPEATING else days

    def action_measure(self):
        """Measure the plan now, not at night."""
        self.env["sme.care.report"]._measure(self)

    def action_view_result(self):
        """Open the result in full."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Care Result"),
            "res_model": "sme.care.report",
            "res_id": self.report_id.id,
            "view_mode": "form",
        }
