from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Cases of reviews and parcels, for the company at hand."""

    _inherit = "res.config.settings"

    sme_bad_review = fields.Float(related="company_id.sme_bad_review", readonly=False)
    sme_parcel_cases = fields.Boolean(
        related="company_id.sme_parcel_cases", readonly=False
    )
    sme_case_days = fields.Integer(related="company_id.sme_case_days", readonly=False)
    sme_compensation_limit = fields.Monetary(
        related="company_id.sme_compensation_limit",
        readonly=False,
        currency_field="sme_currency_id",
    )
