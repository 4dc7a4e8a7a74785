from odoo import api, fields, models
from odoo.exceptions import ValidationError

RATIOS = ("sme_watch_ratio", "sme_fading_ratio", "sme_lapsed_ratio", "sme_lost_ratio")


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
    sme_renew_keys = fields.Boolean(
        string="Agents Renew Their Keys", config_parameter="crm_sme.renew_keys"
    )
    sme_snapshot_years = fields.Integer(
        related="company_id.sme_snapshot_years", readonly=False
    )

    @api.constrains(*RATIOS)
    def _check_sme_ratios(self):
        """Refuse limits that do not rise: a state between two could not be met."""
        for settings in self:
            ratios = [settings[name] for name in RATIOS]
            if ratios[0] <= 0 or ratios != sorted(set(ratios)):
                raise ValidationError(
                    self.env._(
                        "The limits of fading must rise from above zero: watch, "
                        "fading, lapsed, lost. They are %(ratios)s.",
                        ratios=", ".join(f"{ratio:g}" for ratio in ratios),
                    )
                )
