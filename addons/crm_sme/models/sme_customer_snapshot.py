from odoo import api, fields, models

from ..metrics import snapshots

STOCK_STATES = [
    ("steady", "Steady"),
    ("watch", "Watch"),
    ("fading", "Fading"),
    ("lapsed", "Lapsed"),
    ("lost", "Lost"),
]


class SmeCustomerSnapshot(models.Model):
    """How a customer stood at the end of a month, written by SQL, never by hand.

    A month has a row of a customer who is in stock (steady, watch or fading), who
    bought or sent something back in it, or whose state changed in it. Somebody who
    left long ago has none, so the table grows with the trade, not with the calendar.

    The counts are 0 or 1 and always add up: opening + new + returned + joined
    - lapsed - lost = closing.
    """

    _name = "sme.customer.snapshot"
    _description = "Customer at Month End"
    _order = "month desc, revenue desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(
        required=True, readonly=True, help="First day of the month, in company time."
    )
    first_month = fields.Date(string="Customer Since", readonly=True)
    state = fields.Selection(
        STOCK_STATES,
        string="State at Month End",
        required=True,
        readonly=True,
        help="By the customer's own rhythm, as it was then.",
    )
    is_final = fields.Boolean(
        string="Month Is Over",
        readonly=True,
        help="The state does not change any more; sums follow late orders.",
    )
    is_observed = fields.Boolean(
        string="Seen at the Time",
        readonly=True,
        help="Not so: rebuilt from orders later on, tier and segment are unknown.",
    )
    tier_id = fields.Many2one("sme.value.tier", readonly=True, ondelete="set null")
    prev_tier_id = fields.Many2one(
        "sme.value.tier",
        string="Tier the Month Before",
        readonly=True,
        ondelete="set null",
    )
    segment_id = fields.Many2one("sme.segment", readonly=True, ondelete="set null")
    lifecycle_stage_id = fields.Many2one(
        "sme.lifecycle.stage", string="Lifecycle", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, ondelete="set null"
    )
    country_id = fields.Many2one("res.country", readonly=True, ondelete="set null")
    region_id = fields.Many2one("res.country.state", readonly=True, ondelete="set null")

    order_count = fields.Integer(string="Orders of the Month", readonly=True)
    revenue = fields.Monetary(
        string="Revenue of the Month",
        readonly=True,
        help="Without tax, refunds of the month taken off.",
    )
    margin = fields.Monetary(string="Margin of the Month", readonly=True)
    revenue_12m = fields.Monetary(
        string="Revenue, 12 Months",
        readonly=True,
        help="As of the month's end; empty if the month was rebuilt later on.",
    )
    service_cost = fields.Monetary(
        string="Service Cost, 12 Months",
        readonly=True,
        help="As of the month's end; empty if the month was rebuilt later on.",
    )

    opening_count = fields.Integer(
        string="Opening", required=True, default=0, readonly=True
    )
    new_count = fields.Integer(string="New", required=True, default=0, readonly=True)
    returned_count = fields.Integer(
        string="Returned", required=True, default=0, readonly=True
    )
    joined_count = fields.Integer(
        string="Taken In", required=True, default=0, readonly=True
    )
    lapsed_count = fields.Integer(
        string="Left: Lapsed", required=True, default=0, readonly=True
    )
    lost_count = fields.Integer(
        string="Left: Lost", required=True, default=0, readonly=True
    )
    closing_count = fields.Integer(
        string="Closing", required=True, default=0, readonly=True
    )

    # A constraint, not a unique index: the merge wizard then drops the doubles.
    _partner_month_unique = models.Constraint(
        "UNIQUE(partner_id, company_id, month)",
        "A customer has one row a month and company.",
    )
    _balanced = models.Constraint(
        "CHECK(opening_count + new_count + returned_count + joined_count"
        " - lapsed_count - lost_count = closing_count)",
        "What a customer does in a month must add up.",
    )
    _month_idx = models.Index("(company_id, month)")
    _cohort_idx = models.Index(
        "(company_id, first_month, month) INCLUDE (order_count, revenue)"
    )

    def action_open_partner(self):
        """Open the customer with the page *Customer care* in front."""
        self.ensure_one()
        view = self.env.ref("crm_sme.sme_partner_view_form_care")
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(view.id, "form")],
        }

    @api.model
    def _update(self, company=None):
        """Bring the months up to date, by SQL; a second call writes nothing.

        :param company: record of ``res.company``; None for all companies
        :return: number of rows that were written or removed
        :rtype: int
        """
        return snapshots.update(self.env, company)

    @api.autovacuum
    def _gc_old_months(self):
        """Drop months older than the company wants to keep."""
        snapshots.drop_old(self.env)
