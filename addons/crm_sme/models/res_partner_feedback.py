from odoo import api, fields, models

from .res_partner import STAFF

# Fields that count cases of the customer and his contacts: model and domain.
COUNTED = {
    "sme_feedback_count": ("sme.feedback", []),
    "sme_open_feedback_count": ("sme.feedback", [("is_open", "=", True)]),
}


class ResPartnerFeedback(models.Model):
    """Complaints and requests of a customer and his contacts."""

    _inherit = "res.partner"

    sme_feedback_ids = fields.One2many(
        "sme.feedback", "partner_id", string="Cases", groups=STAFF
    )
    sme_feedback_count = fields.Integer(
        string="Number of Cases", compute="_compute_sme_feedback_count", groups=STAFF
    )
    sme_open_feedback_count = fields.Integer(
        string="Number of Open Cases",
        compute="_compute_sme_feedback_count",
        groups=STAFF,
    )
    sme_last_feedback_ids = fields.One2many(
        "sme.feedback",
        string="Last Cases",
        compute="_compute_sme_last_feedback_ids",
        groups=STAFF,
    )

    @api.depends("commercial_partner_id", "sme_feedback_ids.is_open")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_sme_feedback_count(self):
        self._sme_fill_counts(COUNTED)

    @api.depends("commercial_partner_id", "sme_feedback_ids")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_sme_last_feedback_ids(self):
        for partner in self:  # only a form, so one customer, asks for it
            partner.sme_last_feedback_ids = (
                partner._sme_recent("sme.feedback", [])
                if partner.sme_feedback_count
                else False
            )

    def action_view_sme_feedback(self):
        """Open the cases of the customer and his contacts, ready for a new one."""
        window = self._sme_window(
            "sme.feedback",
            self.env._("Complaints and Requests"),
            "list,kanban,form",
        )
        return window | {"context": {"default_partner_id": self.id}}
