from odoo import fields, models


class ResConfigSettingsConsent(models.TransientModel):
    """Whom care may reach, for the company at hand."""

    _inherit = "res.config.settings"

    sme_consent_policy = fields.Selection(
        related="company_id.sme_consent_policy", readonly=False, required=True
    )
