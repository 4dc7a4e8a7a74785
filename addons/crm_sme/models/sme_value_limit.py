from odoo import fields, models


class SmeValueLimit(models.Model):
    """The total value from which a customer stands on a tier, by company.

    Written by the nightly refresh; the refreshes of single customers go by it.
    """

    _name = "sme.value.limit"
    _description = "Value Limit"
    _order = "company_id, tier_id"
    _rec_name = "tier_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    tier_id = fields.Many2one(
        "sme.value.tier", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary()
    is_open = fields.Boolean(
        string="Can Be Reached",
        help="Not while the limit is a best part of fewer than five customers.",
    )
    is_percentile = fields.Boolean(
        string="Found by Best Part", help="No least value is set for the company."
    )

    _tier_unique = models.Constraint(
        "UNIQUE(company_id, tier_id)", "A tier has one limit a company."
    )
