from odoo import fields, models


class SmeCampaignCost(models.Model):
    """One thing that was paid for a campaign."""

    _name = "sme.campaign.cost"
    _description = "Cost of a Campaign"
    _order = "date desc, id desc"

    name = fields.Char(string="What For", required=True)
    campaign_id = fields.Many2one(
        "utm.campaign", required=True, ondelete="cascade", index=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [
            ("advertising", "Advertising"),
            ("print", "Print and design"),
            ("event", "Event, fair"),
            ("gift", "Gifts and samples"),
            ("commission", "Commissions"),
            ("message", "Messages sent"),
            ("work", "Working time"),
            ("other", "Other"),
        ],
        required=True,
        default="advertising",
    )
    amount = fields.Monetary(required=True, help="Without tax.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    wins_customers = fields.Boolean(
        help="Counts as a cost to win customers, too: see Cost to Win, Cost to Keep.",
    )

    _amount_not_negative = models.Constraint(
        "CHECK(amount >= 0)", "A cost is zero or more: enter what was spent."
    )
    _company_date_idx = models.Index("(company_id, date)")
