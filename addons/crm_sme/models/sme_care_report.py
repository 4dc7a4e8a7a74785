from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..metrics import care_proof
from ..metrics.as_of import AsOf

VERDICTS = [
    ("earned", "Earned"),
    ("not_proven", "Not proven yet"),
    ("lost", "Lost"),
    ("too_few", "Too few to tell"),
]


def _mean(label, kind=fields.Float, **over):
    return kind(string=label, readonly=True, aggregator=None, **over)


class SmeCareReport(models.Model):
    """What a care plan earned, by its hold-out. Written by ``metrics/care_proof.py``.

    Amounts are a customer's mean, in the company's currency.
    """

    _name = "sme.care.report"
    _description = "Care Result"
    _order = "net desc, id"
    _rec_name = "plan_id"
    _log_access = False

    plan_id = fields.Many2one(
        "sme.care.plan", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="plan_id.state", string="State of the Plan")
    trigger = fields.Selection(related="plan_id.trigger", string="Begins")
    days = fields.Integer(
        string="Counted Days",
        readonly=True,
        aggregator=None,
        help="So long after a customer's entry his orders and refunds count.",
    )
    customer_count = fields.Integer(string="Cared For", readonly=True)
    holdout_count = fields.Integer(string="Held Out", readonly=True)

    order_treated = _mean("Orders, Cared For", digits=(16, 3))
    order_held_out = _mean("Orders, Held Out", digits=(16, 3))
    order_uplift = _mean("Orders, Uplift", digits=(16, 3))
    order_low = _mean("Orders, at Least", digits=(16, 3))
    order_high = _mean("Orders, at Most", digits=(16, 3))
    order_verdict = fields.Selection(VERDICTS, string="Orders", readonly=True)

    revenue_treated = _mean("Revenue, Cared For", fields.Monetary)
    revenue_held_out = _mean("Revenue, Held Out", fields.Monetary)
    revenue_uplift = _mean("Revenue, Uplift", fields.Monetary)
    revenue_low = _mean("Revenue, at Least", fields.Monetary)
    revenue_high = _mean("Revenue, at Most", fields.Monetary)
    revenue_verdict = fields.Selection(VERDICTS, string="Revenue", readonly=True)

    margin_treated = _mean("Margin, Cared For", fields.Monetary)
    margin_held_out = _mean("Margin, Held Out", fields.Monetary)
    margin_uplift = _mean("Margin, Uplift", fields.Monetary)
    margin_low = _mean("Margin, at Least", fields.Monetary)
    margin_high = _mean("Margin, at Most", fields.Monetary)
    margin_verdict = fields.Selection(VERDICTS, string="Verdict", readonly=True)

    touch_count = fields.Integer(string="Touches", readonly=True)
    cost = fields.Monetary(readonly=True)
    earned = fields.Monetary(
        string="More Margin",
        readonly=True,
        help="The uplift of the margin times the customers cared for.",
    )
    net = fields.Monetary(
        string="Net Earned", readonly=True, help="More margin less the cost."
    )
    computed_on = fields.Datetime(string="Measured On", readonly=True)
    words = fields.Char(string="In Words", compute="_compute_words")

    _plan_unique = models.Constraint("UNIQUE(plan_id)", "A plan has one result.")

    @api.depends("margin_verdict", "margin_uplift", "net", "cost", "customer_count")
    @api.depends_context("lang")
    def _compute_words(self):
        for row in self:
            row.words = row._in_words()

    def _in_words(self):
        """The result in a sentence or two.

        :rtype: str
        """
        if self.margin_verdict == "too_few":
            return self.env._(
                "Nothing to compare yet: it takes two customers cared for, two held "
                "out, and somebody who buys. Do not switch off the hold-out."
            )
        values = {
            "customers": self.customer_count,
            "uplift": self._money(self.margin_uplift),
            "low": self._money(self.margin_low),
            "high": self._money(self.margin_high),
            "cost": self._money(self.cost),
            "net": self._money(self.net),
        }
        if self.margin_verdict == "not_proven":
            return self.env._(
                "Not proven yet: a difference of %(uplift)s margin a customer may be "
                "chance. It lies between %(low)s and %(high)s with 95 %% certainty.",
                **values,
            )
        if self.margin_verdict == "lost":
            return self.env._(
                "Lost: customers cared for brought %(uplift)s margin each compared "
                "with those left alone (95 %% sure: %(low)s to %(high)s). Stop the "
                "plan or change it.",
                **values,
            )
        if self.net < 0:
            return self.env._(
                "It brings %(uplift)s more margin a customer (95 %% sure: %(low)s to "
                "%(high)s), but costs more than that: %(net)s after costs of "
                "%(cost)s.",
                **values,
            )
        return self.env._(
            "Earned: %(uplift)s more margin a customer (95 %% sure: %(low)s to "
            "%(high)s). With %(customers)s customers and after costs of %(cost)s "
            "that is %(net)s.",
            **values,
        )

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    @api.model
    def _measure(self, plans):
        """Measure plans anew; a plan that nobody entered has no result.

        :param plans: records of ``sme.care.plan``
        :raises UserError: numpy is not installed
        """
        if not care_proof.library():
            raise UserError(
                self.env._(
                    "Measuring care needs the Python package numpy. Ask your "
                    "administrator to install it for Odoo."
                )
            )
        # As root: orders of all colleagues count, whoever asks.
        root = self.sudo()
        rows = {row.plan_id: row for row in root.search([("plan_id", "in", plans.ids)])}
        for plan in plans.sudo():
            values = root._figures(plan)
            row = rows.get(plan, root.browse())
            entered = values["customer_count"] + values["holdout_count"]
            if not entered:
                row.unlink()
            elif row:
                row.write(values)
            else:
                root.create({"plan_id": plan.id, **values})
        plans.invalidate_recordset(["report_ids", "report_id"])

    def _figures(self, plan):
        """Compare the two groups of a plan.

        :rtype: dict
        """
        days = plan._counted_days()
        as_of = AsOf.of_company(plan.company_id)
        found = care_proof.outcomes(self.env, plan, days, as_of)
        touches, cost = care_proof.costs(self.env, plan, days)
        values = {
            "company_id": plan.company_id.id,
            "days": days,
            "customer_count": found[False][0],
            "holdout_count": found[True][0],
            "touch_count": touches,
            "cost": cost,
            "computed_on": fields.Datetime.now(),
        }
        uplifts = care_proof.uplifts(found, seed=plan.id)
        for measure, uplift in zip(care_proof.MEASURES, uplifts, strict=True):
            values |= {
                f"{measure}_treated": uplift.treated,
                f"{measure}_held_out": uplift.held_out,
                f"{measure}_uplift": uplift.difference,
                f"{measure}_low": uplift.low or 0.0,
                f"{measure}_high": uplift.high or 0.0,
                f"{measure}_verdict": uplift.verdict,
            }
        measured = uplifts[-1].verdict != "too_few"
        earned = uplifts[-1].difference * found[False][0] if measured else 0.0
        return {**values, "earned": earned, "net": earned - cost}

    @api.model
    def _cron_measure(self):
        """Measure all plans that were started, one transaction each."""
        if not care_proof.library():
            return
        plans = self.env["sme.care.plan"].search([("state", "!=", "draft")])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(plans))
        for plan in plans:
            self._measure(plan)
            if not cron._commit_progress(1):
                break

    def action_open_plan(self):
        """Open the plan."""
        self.ensure_one()
        return self.plan_id._get_records_action()
