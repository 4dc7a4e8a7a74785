from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Limits of care, of the company at hand."""

    _inherit = "res.config.settings"

    sme_care_cap = fields.Integer(related="company_id.sme_care_cap", readonly=False)
    sme_care_cap_days = fields.Integer(
        related="company_id.sme_care_cap_days", readonly=False
    )
    sme_quiet_from = fields.Float(related="company_id.sme_quiet_from", readonly=False)
    sme_quiet_to = fields.Float(related="company_id.sme_quiet_to", readonly=False)
