from odoo import api, fields, models

from .res_partner import STAFF


class ResPartnerOffer(models.Model):
    """What a customer asked for and what to offer him."""

    _inherit = "res.partner"

    sme_need_ids = fields.One2many(
        "sme.need", "partner_id", string="Needs", groups=STAFF
    )
    sme_open_need_ids = fields.One2many(
        "sme.need",
        string="Open Needs",
        compute="_compute_sme_open_need_ids",
        groups=STAFF,
    )

    @api.depends("commercial_partner_id", "sme_need_ids.state")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_sme_open_need_ids(self):
        for partner in self:  # only a form, so one customer, asks for it
            partner.sme_open_need_ids = partner._sme_recent(
                "sme.need", [("state", "in", ("open", "offered"))]
            )

    def action_sme_offer(self):
        """Open what to offer to the customer."""
        self.ensure_one()
        return self.env["sme.offer"]._open_for(self)
