from odoo import api, fields, models


class MailingFilter(models.Model):
    """A filter that a segment keeps is called what the segment is called."""

    _inherit = "mailing.filter"

    sme_segment_ids = fields.One2many(
        "sme.segment", "mailing_filter_id", string="Segment", groups="base.group_user"
    )

    @api.depends("name", "sme_segment_ids.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        # As root: who sends mailings need not have rights on segments.
        result = super()._compute_display_name()
        for kept in self.sudo().filtered("sme_segment_ids"):
            kept.display_name = kept.sme_segment_ids[0].name
        return result
