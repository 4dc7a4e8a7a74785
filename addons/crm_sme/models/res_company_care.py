from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompanyCare(models.Model):
    """Limits of care, over all plans."""

    _inherit = "res.company"

    sme_care_cap = fields.Integer(
        string="Touches at Most",
        default=2,
        help="A customer gets no more touches than this in the days below, over all "
        "plans together. 0: no limit.",
    )
    sme_care_cap_days = fields.Integer(string="In so Many Days", default=7)
    sme_quiet_from = fields.Float(
        string="Quiet From",
        default=21.0,
        help="By the clock of the customer. Messages that fall into the quiet hours "
        "wait until they end.",
    )
    sme_quiet_to = fields.Float(string="Quiet Until", default=8.0)

    @api.constrains("sme_care_cap", "sme_care_cap_days")
    def _check_sme_care_cap(self):
        for company in self:
            if company.sme_care_cap < 0 or company.sme_care_cap_days < 1:
                raise ValidationError(
                    self.env._("The limit of touches is 0 or more, in 1 day or more.")
                )

    @api.constrains("sme_quiet_from", "sme_quiet_to")
    def _check_sme_quiet_hours(self):
        for company in self:
            hours = (company.sme_quiet_from, company.sme_quiet_to)
            if min(hours) < 0 or max(hours) > 24:
                raise ValidationError(
                    self.env._("Quiet hours are hours of the day, from 0:00 to 24:00.")
                )
