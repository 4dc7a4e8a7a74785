from odoo import fields, models


class ResConfigSettingsToday(models.TransientModel):
    """The call list and the leads from shops, for the company at hand."""

    _inherit = "res.config.settings"

    sme_today_size = fields.Integer(related="company_id.sme_today_size", readonly=False)
    sme_cart_amount = fields.Monetary(
        related="company_id.sme_cart_amount",
        currency_field="sme_currency_id",
        readonly=False,
    )
    sme_visit_count = fields.Integer(
        related="company_id.sme_visit_count", readonly=False
    )
