from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompanyForecast(models.Model):
    """Settings of the forecast."""

    _inherit = "res.company"

    sme_discount = fields.Float(
        string="Interest a Year",
        default=0.1,
        help="How much less an order in a year is worth than one of today, for the "
        "lifetime value.",
    )
    sme_margin_share = fields.Float(
        string="Margin of an Order",
        help="Part of the revenue that is margin, for the lifetime value. 0: as in the "
        "orders so far.",
    )

    @api.constrains("sme_discount", "sme_margin_share")
    def _check_sme_shares(self):
        for company in self:
            if not 0 <= company.sme_discount <= 10:
                raise ValidationError(
                    self.env._("The interest a year is between 0 % and 1000 %.")
                )
            if not 0 <= company.sme_margin_share <= 1:
                raise ValidationError(
                    self.env._("The margin of an order is between 0 % and 100 %.")
                )
