from odoo import fields, models

FADE_STATES = [
    ("none", "No order yet"),
    ("steady", "Steady"),
    ("watch", "Watch"),
    ("fading", "Fading"),
    ("lapsed", "Lapsed"),
    ("lost", "Lost"),
]


class SmeCustomerValue(models.Model):
    """Figures of one customer in one company, written by SQL, never by hand.

    One row per commercial partner and company. Kept off ``res.partner`` so that the
    nightly refresh neither locks nor bumps partners.
    """

    _name = "sme.customer.value"
    _description = "Customer Value"
    _order = "revenue_12m desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="partner_id.user_id")
    lifecycle_stage_id = fields.Many2one(
        related="partner_id.lifecycle_stage_id", readonly=False
    )
    country_id = fields.Many2one(related="partner_id.country_id")
    region_id = fields.Many2one(related="partner_id.state_id", string="Region")
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    is_company = fields.Boolean(related="partner_id.is_company")

    first_order_date = fields.Date(readonly=True)
    last_order_date = fields.Date(readonly=True)
    order_count = fields.Integer(string="Orders", readonly=True)
    order_count_12m = fields.Integer(string="Orders, 12 Months", readonly=True)
    revenue = fields.Monetary(readonly=True, help="Without tax, refunds taken off.")
    revenue_12m = fields.Monetary(string="Revenue, 12 Months", readonly=True)
    margin = fields.Monetary(readonly=True)
    margin_12m = fields.Monetary(string="Margin, 12 Months", readonly=True)
    refund_amount = fields.Monetary(string="Refunded", readonly=True)
    refund_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Part of the sales that was paid back (0 to 1).",
    )
    aov = fields.Monetary(
        string="Average Order", readonly=True, aggregator="avg"
    )

    mean_gap_days = fields.Float(
        string="Own Rhythm (days)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Mean number of days between two days with orders.",
    )
    gap_sd = fields.Float(string="Spread of Rhythm (days)", readonly=True, digits=(16, 1))
    next_order_date = fields.Date(string="Next Order Expected", readonly=True)
    overdue_ratio = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Days since the last order, in units of the rhythm.",
    )
    rhythm_source = fields.Selection(
        [("own", "Own"), ("company", "Median of all customers")], readonly=True
    )
    fade_state = fields.Selection(
        FADE_STATES, string="Fading", readonly=True, default="none", index=True
    )
    fade_since = fields.Date(readonly=True)
    revenue_90d = fields.Monetary(string="Revenue, 90 Days", readonly=True)
    revenue_prev_90d = fields.Monetary(
        string="Revenue, 90 Days Before", readonly=True
    )

    r_score = fields.Integer(string="R", readonly=True, aggregator="avg")
    f_score = fields.Integer(string="F", readonly=True, aggregator="avg")
    m_score = fields.Integer(string="M", readonly=True, aggregator="avg")
    rfm_code = fields.Char(string="RFM", readonly=True)
    computed_on = fields.Datetime(readonly=True)

    # A constraint, not a unique index: the merge wizard then drops the double row.
    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A customer has one row a company."
    )
