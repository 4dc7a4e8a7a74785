from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The limits of the figures, for the company at hand."""

    _inherit = "res.config.settings"

    sme_rfm_window_days = fields.Integer(
        related="company_id.sme_rfm_window_days", readonly=False
    )
    sme_default_gap_days = fields.Integer(
        related="company_id.sme_default_gap_days", readonly=False
    )
    sme_watch_ratio = fields.Float(related="company_id.sme_watch_ratio", readonly=False)
    sme_fading_ratio = fields.Float(
        related="company_id.sme_fading_ratio", readonly=False
    )
    sme_lapsed_ratio = fields.Float(
        related="company_id.sme_lapsed_ratio", readonly=False
    )
    sme_lost_ratio = fields.Float(related="company_id.sme_lost_ratio", readonly=False)
