from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the figures."""

    _inherit = "res.company"

    sme_rfm_window_days = fields.Integer(
        string="RFM Window (days)",
        default=730,
        help="Orders older than this do not count for recency, frequency and value.",
    )
    sme_watch_ratio = fields.Float(string="Watch From", default=1.0)
    sme_fading_ratio = fields.Float(string="Fading From", default=1.5)
    sme_lapsed_ratio = fields.Float(string="Lapsed From", default=3.0)
    sme_lost_ratio = fields.Float(string="Lost From", default=6.0)
