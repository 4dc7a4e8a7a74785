from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_lead_visitor import VISIT_KINDS


class SmeVisitorReport(models.Model):
    """Visitors, and how many of them bought after all, by source and reason."""

    _name = "sme.visitor.report"
    _description = "Visitors Who Did Not Buy"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            *("visit_kind", "create_date", "date_closed", "company_id", "user_id"),
            *("team_id", "partner_id", "source_id", "not_bought_reason_id", "budget"),
            *("sme_segment_id", "won_status", "expected_revenue", "active"),
        ],
    }

    lead_id = fields.Many2one("crm.lead", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Datetime(string="Visited On", readonly=True)
    visit_kind = fields.Selection(VISIT_KINDS, string="Kind of Visit", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    not_bought_reason_id = fields.Many2one(
        "sme.not.bought.reason", string="Why Not Bought", readonly=True
    )
    sme_segment_id = fields.Many2one("sme.segment", string="Segment", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    won_status = fields.Selection(
        [("won", "Bought"), ("lost", "Lost"), ("pending", "Open")],
        string="Outcome",
        readonly=True,
    )
    visitor_count = fields.Integer(string="Visitors", readonly=True)
    bought_count = fields.Integer(string="Bought After All", readonly=True)
    conversion = fields.Float(
        string="Conversion %",
        readonly=True,
        aggregator="avg",
        help="Part of the visitors who bought after all.",
    )
    budget = fields.Monetary(readonly=True)
    won_revenue = fields.Monetary(
        string="Won",
        readonly=True,
        help="Expected revenue of the visitors who bought after all.",
    )
    days_to_buy = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Days from the visit to the purchase, of those who bought.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, l.id AS lead_id, l.company_id, l.create_date AS date,
                   l.visit_kind, l.source_id, l.not_bought_reason_id,
                   l.sme_segment_id, l.partner_id, l.user_id, l.team_id, l.won_status,
                   1 AS visitor_count, (l.won_status = 'won')::int AS bought_count,
                   (l.won_status = 'won')::int::float8 AS conversion, l.budget,
                   CASE WHEN l.won_status = 'won' THEN l.expected_revenue END
                       AS won_revenue,
                   CASE WHEN l.won_status = 'won' THEN greatest(
                       extract(epoch FROM l.date_closed - l.create_date) / 86400, 0)
                       END AS days_to_buy
              FROM crm_lead l
             WHERE l.visit_kind IS NOT NULL
            """
        )
