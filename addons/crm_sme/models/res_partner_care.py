from odoo import api, fields, models

from .res_partner import STAFF


class ResPartnerCare(models.Model):
    """What the page *Customer care* shows as a card."""

    _inherit = "res.partner"

    sme_shown_value_ids = fields.One2many(
        "sme.customer.value",
        string="Figures",
        compute="_compute_sme_shown_value_ids",
        groups=STAFF,
        help="The row of the present company; contacts show their company's.",
    )

    @api.depends("sme_value_id")
    def _compute_sme_shown_value_ids(self):
        for partner in self:
            partner.sme_shown_value_ids = partner.sme_value_id
