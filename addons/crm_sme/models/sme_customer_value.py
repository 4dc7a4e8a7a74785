from odoo import api, fields, models

from ..metrics import kept_state, kept_sums, lifecycle, marks, refresh, touched

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
    # Stored: rules and analyses by salesperson then need no join with the partners.
    user_id = fields.Many2one(
        related="partner_id.user_id", store=True, index="btree_not_null"
    )
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
    order_count = fields.Integer(
        string="Orders",
        readonly=True,
        help="Orders of more than zero that were not paid back as a whole.",
    )
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
    aov = fields.Monetary(string="Average Order", readonly=True, aggregator="avg")

    mean_gap_days = fields.Float(
        string="Own Rhythm (days)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Mean number of days between two days with orders; the median of the "
        "segment, or of all customers, while there are fewer than three such days.",
    )
    gap_sd = fields.Float(
        string="Spread of Rhythm (days)", readonly=True, digits=(16, 1)
    )
    next_order_date = fields.Date(string="Next Order Expected", readonly=True)
    overdue_ratio = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Days since the last order, in units of the rhythm.",
    )
    rhythm_source = fields.Selection(
        [
            ("own", "Own"),
            ("segment", "Median of the segment"),
            ("company", "Median of all customers"),
            ("setting", "Assumed"),
        ],
        readonly=True,
    )
    fade_state = fields.Selection(
        FADE_STATES, string="Fading", readonly=True, default="none", index=True
    )
    fade_since = fields.Date(readonly=True)
    revenue_90d = fields.Monetary(string="Revenue, 90 Days", readonly=True)
    revenue_prev_90d = fields.Monetary(string="Revenue, 90 Days Before", readonly=True)
    trend_amount = fields.Monetary(
        string="Trend, 90 Days",
        readonly=True,
        help="Revenue of the last 90 days less that of the 90 days before.",
    )

    r_score = fields.Integer(string="R", readonly=True, aggregator="avg")
    f_score = fields.Integer(string="F", readonly=True, aggregator="avg")
    m_score = fields.Integer(string="M", readonly=True, aggregator="avg")
    rfm_code = fields.Char(string="RFM", readonly=True)
    computed_on = fields.Datetime(
        readonly=True, help="When a figure of this customer changed last."
    )

    # A constraint, not a unique index: the merge wizard then drops the double row.
    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A customer has one row a company."
    )

    @api.model
    def _prepare_refresh(self):
        """Make what the refresh keeps anew, and watch what the figures are made of.

        Runs with every update of the addon, when all tables are there: sums of older
        formulas must not stay.
        """
        kept_sums.create_table(self.env.cr)
        kept_state.create_table(self.env.cr)
        marks.watch(self.env.cr)
        lifecycle.ease_moves(self.env.cr)

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    @api.model
    def _refresh(self, partner_ids=None, company=None):
        """Bring the figures up to date, by SQL; a second call writes nothing.

        :param list partner_ids: commercial partners or their contacts; None for all,
            then the limits of RFM and the median rhythm are found anew as well
        :param company: record of ``res.company``; None for all companies
        :return: number of rows that were written
        :rtype: int
        """
        return refresh.refresh(self.env, partner_ids, company)

    @api.model
    def _touch(self, partners, companies=None):
        """Queue customers whose figures are out of date.

        :param partners: records of ``res.partner``, contacts or commercial ones
        :param companies: records of ``res.company``; None for each where they have
            figures already, else the present one
        """
        touched.touch(self.env, partners, companies)

    @api.model
    def _cron_refresh_all(self):
        """Refresh all customers of all companies, one company a step."""
        touched.run_all(self.env)

    @api.model
    def _cron_refresh_touched(self):
        """Refresh the customers in the queue, batch by batch."""
        touched.run_touched(self.env)
