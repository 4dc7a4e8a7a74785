from odoo import api, fields, models


class SmeAnswer(models.AbstractModel):
    """What a customer said, from a survey or noted by hand, and who he was then."""

    _name = "sme.answer"
    _description = "Answer of a Customer"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
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
        for company, answers in self.grouped("company_id").items():
            segments = values._segments_of(answers.partner_id, company)
            for answer in answers:
                head = answer.partner_id.commercial_partner_id
                answer.segment_id = segments.get(head.id)
