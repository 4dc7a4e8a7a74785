from odoo import api, fields, models


class SmeNeedSegment(models.Model):
    """Whose voice it is: the segment of the customer when he said it."""

    _inherit = "sme.need"

    segment_id = fields.Many2one(
        "sme.segment",
        string="Segment at the Time",
        compute="_compute_segment_id",
        store=True,
        precompute=True,
        compute_sudo=True,
        ondelete="set null",
    )
    survey_user_input_id = fields.Many2one(
        "survey.user_input",
        string="Survey Answer",
        ondelete="set null",
        readonly=True,
        index="btree_not_null",
    )

    @api.depends("partner_id")
    def _compute_segment_id(self):
        """Keep the segment that the customer had when he said it."""
        values = self.env["sme.customer.value"]
        for company, needs in self.grouped("company_id").items():
            segments = values._segments_of(needs.partner_id, company)
            for need in needs:
                head = need.partner_id.commercial_partner_id
                need.segment_id = segments.get(head.id)
