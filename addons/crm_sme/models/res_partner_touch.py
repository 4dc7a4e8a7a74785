from odoo import api, fields, models

from .res_partner import STAFF


class ResPartnerTouch(models.Model):
    """What care plans did for a customer."""

    _inherit = "res.partner"

    sme_care_touch_ids = fields.One2many(
        "sme.care.touch", "partner_id", string="Care Touches", groups=STAFF
    )
    sme_care_enrollment_ids = fields.One2many(
        "sme.care.enrollment", "partner_id", string="Care Plans", groups=STAFF
    )
    sme_care_touch_count = fields.Integer(
        string="Number of Care Touches",
        compute="_compute_sme_care_touch_count",
        groups=STAFF,
    )

    @api.depends("sme_care_touch_ids.state")
    @api.depends_context("uid", "company")
    def _compute_sme_care_touch_count(self):
        counts = {}
        readable = self._sme_readable("sme.care.touch")
        if readable is not None:
            counts = dict(
                readable._read_group(
                    [
                        ("partner_id", "in", self.commercial_partner_id.ids),
                        ("state", "=", "done"),
                    ],
                    ["partner_id"],
                    ["__count"],
                )
            )
        for partner in self:
            partner.sme_care_touch_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_sme_care_touches(self):
        """Open what the customer got, and what he did not get and why."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_sme.sme_care_touch_action"
            ),
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }
