from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Settings of the figures."""

    _inherit = "res.company"

    sme_rfm_window_days = fields.Integer(
        string="RFM Window (days)",
        default=730,
        help="Orders older than this do not count for recency, frequency and value.",
    )
    sme_default_gap_days = fields.Integer(
        string="Rhythm While Unknown (days)",
        default=90,
        help="Days between two orders, assumed until some customer has bought twice.",
    )
    sme_watch_ratio = fields.Float(string="Watch From", default=1.0)
    sme_fading_ratio = fields.Float(string="Fading From", default=1.5)
    sme_lapsed_ratio = fields.Float(string="Lapsed From", default=3.0)
    sme_lost_ratio = fields.Float(string="Lost From", default=6.0)
    sme_snapshot_years = fields.Integer(
        string="Keep Months for (years)",
        default=5,
        help="Older months of the customer stock are dropped.",
    )

    @api.constrains("sme_rfm_window_days", "sme_default_gap_days")
    def _check_sme_days(self):
        for company in self:
            if min(company.sme_rfm_window_days, company.sme_default_gap_days) < 1:
                raise ValidationError(
                    self.env._(
                        "The RFM window and the assumed rhythm are one day or more."
                    )
                )

    @api.constrains("sme_snapshot_years")
    def _check_sme_snapshot_years(self):
        if any(company.sme_snapshot_years < 2 for company in self):
            raise ValidationError(
                self.env._(
                    "The months of the customer stock are kept for 2 years or more."
                )
            )

    def _sme_fade_ratios(self):
        """Where watch, fading, lapsed and lost begin.

        :rtype: list[float]
        """
        self.ensure_one()
        return [
            self.sme_watch_ratio,
            self.sme_fading_ratio,
            self.sme_lapsed_ratio,
            self.sme_lost_ratio,
        ]

    def _sme_timezone(self):
        """Time zone in which the company's days begin and end.

        :return: IANA name: of the company's address, else of its working hours
        :rtype: str
        """
        self.ensure_one()
        return (
            self.partner_id.tz
            or ("resource_calendar_id" in self and self.resource_calendar_id.tz)
            or "UTC"
        )
