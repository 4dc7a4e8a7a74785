from odoo import fields, models
from odoo.tools import SQL


class SmeCustomerMoveReport(models.Model):
    """From which tier to which: the customers in stock at both ends of a month."""

    _name = "sme.customer.move.report"
    _description = "Tier Movement"
    _auto = False
    _order = "month desc, revenue_12m desc, id"
    _rec_name = "partner_id"
    _depends = {
        "sme.customer.snapshot": [
            "partner_id",
            "company_id",
            "month",
            "tier_id",
            "prev_tier_id",
            "user_id",
            "segment_id",
            "revenue_12m",
            "opening_count",
            "closing_count",
        ],
        "sme.value.tier": ["sequence"],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(readonly=True)
    tier_from_id = fields.Many2one("sme.value.tier", string="From Tier", readonly=True)
    tier_to_id = fields.Many2one("sme.value.tier", string="To Tier", readonly=True)
    direction = fields.Selection(
        [("up", "Up"), ("same", "Stayed"), ("down", "Down")], readonly=True
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    segment_id = fields.Many2one("sme.segment", readonly=True)
    revenue_12m = fields.Monetary(string="Revenue, 12 Months", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT s.id, s.partner_id, s.company_id, s.month,
                   s.prev_tier_id AS tier_from_id, s.tier_id AS tier_to_id,
                   CASE WHEN came.sequence > went.sequence THEN 'up'
                        WHEN came.sequence < went.sequence THEN 'down'
                        ELSE 'same' END AS direction,
                   s.user_id, s.segment_id, s.revenue_12m
              FROM sme_customer_snapshot s
              JOIN sme_value_tier went ON went.id = s.prev_tier_id
              JOIN sme_value_tier came ON came.id = s.tier_id
             WHERE s.opening_count = 1 AND s.closing_count = 1
            """
        )

    def action_open_partner(self):
        """Open the customer with the page *Customer care* in front."""
        self.ensure_one()
        snapshot = self.env["sme.customer.snapshot"].browse(self.id)
        return snapshot.action_open_partner()
