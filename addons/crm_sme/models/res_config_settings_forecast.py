from odoo import fields, models


class ResConfigSettingsForecast(models.TransientModel):
    """What the lifetime value goes by, for the company at hand."""

    _inherit = "res.config.settings"

    sme_discount = fields.Float(related="company_id.sme_discount", readonly=False)
    sme_margin_share = fields.Float(
        related="company_id.sme_margin_share", readonly=False
    )
