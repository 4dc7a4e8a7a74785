from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Answers of customers and the standard process of the company at hand."""

    _inherit = "res.config.settings"

    sme_unhappy_recommend = fields.Integer(
        related="company_id.sme_unhappy_recommend", readonly=False
    )
    sme_unhappy_satisfaction = fields.Integer(
        related="company_id.sme_unhappy_satisfaction", readonly=False
    )
    sme_stage_plans = fields.Selection(
        related="company_id.sme_stage_plans", readonly=False
    )
