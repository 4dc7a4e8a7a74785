from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompanyToday(models.Model):
    """Settings of the call list and of visitors."""

    _inherit = "res.company"

    sme_today_size = fields.Integer(
        string="Calls a Person",
        default=50,
        help="Most ideas of our own (fading, next order, data gap) in the call list of "
        "one person. Whoever waits for an answer is in it beyond that.",
    )
    sme_cart_amount = fields.Monetary(
        string="Lead from a Cart of",
        default=500,
        currency_field="currency_id",
        help="A cart that was left with goods for this much or more becomes a lead. "
        "0: carts never do.",
    )
    sme_visit_count = fields.Integer(
        string="Lead from Visits",
        default=5,
        help="Who looks at goods this many times within 7 days without buying becomes "
        "a lead. 0: nobody does.",
    )

    @api.constrains("sme_today_size", "sme_cart_amount", "sme_visit_count")
    def _check_sme_today(self):
        for company in self:
            sizes = (
                company.sme_today_size,
                company.sme_cart_amount,
                company.sme_visit_count,
            )
            if min(sizes) < 0:
                raise ValidationError(
                    self.env._(
                        "The size of the call list and the limits of leads cannot be "
                        "below zero. Enter 0 to switch one of them off."
                    )
                )
