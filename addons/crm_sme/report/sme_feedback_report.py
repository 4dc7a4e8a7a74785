from odoo import fields, models
from odoo.tools import SQL

from ..models.sme_feedback import KINDS, ORIGINS, SEVERITIES
from ..models.sme_feedback_cause import DEPARTMENTS

HOUR_S = 3600


class SmeFeedbackReport(models.Model):
    """How quickly and how well customers are served: one row a case.

    What has not happened yet is empty, so that averages leave it out.
    """

    _name = "sme.feedback.report"
    _description = "Service Results"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "feedback_id"
    _depends = {
        "sme.feedback": [
            *("date", "company_id", "partner_id", "team_id", "user_id", "kind"),
            *("origin", "severity", "cause_id", "department", "product_id"),
            *("vendor_id", "carrier", "stage_id", "is_open", "deadline"),
            *("first_response_on", "closed_on", "reopened_count"),
            "compensation_amount",
        ],
        "sme.feedback.stage": ["is_refused"],
        "rating.rating": ["rating", "consumed", "res_id", "res_model"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
    }

    feedback_id = fields.Many2one("sme.feedback", string="Case", readonly=True)
    date = fields.Datetime(string="Received On", readonly=True)
    closed_on = fields.Datetime(string="Settled On", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    team_id = fields.Many2one("sme.feedback.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    origin = fields.Selection(ORIGINS, readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    cause_id = fields.Many2one("sme.feedback.cause", readonly=True)
    department = fields.Selection(DEPARTMENTS, readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Category", readonly=True)
    vendor_id = fields.Many2one("res.partner", string="Supplier", readonly=True)
    carrier = fields.Char(readonly=True)
    stage_id = fields.Many2one("sme.feedback.stage", readonly=True)
    is_open = fields.Boolean(string="Still Open", readonly=True)
    case_count = fields.Integer(string="Cases", readonly=True)
    response_hours = fields.Float(
        string="First Answer (hours)",
        aggregator="avg",
        digits=(16, 1),
        readonly=True,
        help="From the customer's word to our first; unanswered cases are left out.",
    )
    solving_hours = fields.Float(
        string="Settled After (hours)",
        aggregator="avg",
        digits=(16, 1),
        readonly=True,
        help="From the customer's word to the end; open cases are left out.",
    )
    in_time_rate = fields.Float(
        string="Settled in Time",
        aggregator="avg",
        readonly=True,
        help="Part of the settled cases that met their deadline.",
    )
    reopen_rate = fields.Float(
        string="Re-open Rate",
        aggregator="avg",
        readonly=True,
        help="Part of the cases once settled that came back.",
    )
    rating = fields.Float(
        string="Rating (1 to 5)",
        aggregator="avg",
        digits=(16, 1),
        readonly=True,
        help="What customers said of how we dealt with it; the unrated are left out.",
    )
    rated_rate = fields.Float(
        string="Rated by Customers",
        aggregator="avg",
        readonly=True,
        help="Part of the settled cases that customers rated.",
    )
    compensation_amount = fields.Monetary(string="Compensation", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT f.id, f.id AS feedback_id, f.date, f.closed_on, f.company_id,
                   f.partner_id, f.team_id, f.user_id, f.kind, f.origin, f.severity,
                   f.cause_id, f.department, f.product_id, t.categ_id, f.vendor_id,
                   f.carrier, f.stage_id, f.is_open, 1 AS case_count,
                   extract(epoch FROM f.first_response_on - f.date)::float8 / %(hour)s
                       AS response_hours,
                   extract(epoch FROM f.closed_on - f.date)::float8 / %(hour)s
                       AS solving_hours,
                   CASE WHEN f.closed_on IS NOT NULL
                        THEN (f.closed_on <= f.deadline)::int::float8 END
                       AS in_time_rate,
                   CASE WHEN f.closed_on IS NOT NULL OR f.reopened_count > 0
                        THEN (coalesce(f.reopened_count, 0) > 0)::int::float8 END
                       AS reopen_rate,
                   said.rating,
                   CASE WHEN f.closed_on IS NOT NULL
                        THEN (said.rating IS NOT NULL)::int::float8 END AS rated_rate,
                   f.compensation_amount
              FROM sme_feedback f
              JOIN sme_feedback_stage s ON s.id = f.stage_id
              LEFT JOIN product_product p ON p.id = f.product_id
              LEFT JOIN product_template t ON t.id = p.product_tmpl_id
              LEFT JOIN (
                   SELECT res_id, avg(rating) AS rating
                     FROM rating_rating
                    WHERE res_model = 'sme.feedback' AND consumed AND rating >= 1
                    GROUP BY res_id
              ) said ON said.res_id = f.id
             WHERE NOT coalesce(s.is_refused, FALSE)
            """,
            hour=HOUR_S,
        )

    def action_open_case(self):
        """Open the case of the row."""
        self.ensure_one()
        return self.feedback_id._open_form()
