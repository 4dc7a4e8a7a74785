from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.price_level import first_guess

COMPENSATION = 50


class ResCompanyFeedback(models.Model):
    """When a review or a parcel becomes a case, and what may be given for it."""

    _inherit = "res.company"

    sme_bad_review = fields.Float(
        string="A Case up to (stars)",
        default=2,
        digits=(16, 1),
        help="Reviews with so many stars or less become complaints. 0 for none.",
    )
    sme_parcel_cases = fields.Boolean(
        string="Cases of Parcels in Trouble",
        default=True,
        help="A parcel that could not be delivered, is lost or comes back becomes a "
        "case before the customer has to ask.",
    )
    sme_case_days = fields.Integer(
        string="Not Older Than (days)",
        default=14,
        help="Older reviews and parcels make no cases: else a first import of all "
        "history would make hundreds.",
    )
    sme_compensation_limit = fields.Monetary(
        string="Compensation without a Manager up to",
        compute="_compute_sme_compensation_limit",
        store=True,
        readonly=False,
        help="Larger sums need the approval of a manager before the case is closed.",
    )

    @api.depends("currency_id")
    def _compute_sme_compensation_limit(self):
        """Guess it for a new company; what somebody set stays."""
        for company in self.filtered(lambda each: not each.sme_compensation_limit):
            company.sme_compensation_limit = float(
                first_guess(COMPENSATION, company.currency_id.name or "EUR")
            )

    @api.constrains("sme_bad_review", "sme_case_days", "sme_compensation_limit")
    def _check_sme_feedback(self):
        for company in self:
            if not 0 <= company.sme_bad_review <= 5:
                raise ValidationError(
                    self.env._("A review has 1 to 5 stars. Enter 0 to make no cases.")
                )
            if company.sme_case_days < 1 or company.sme_compensation_limit < 0:
                raise ValidationError(
                    self.env._(
                        "Enter one day or more, and a compensation of 0 or more."
                    )
                )
