from odoo import fields, models


class SmeCustomerValueSegment(models.Model):
    """The main segment of a customer: the first one, by sequence, that he is in."""

    _inherit = "sme.customer.value"

    segment_id = fields.Many2one(
        "sme.segment", string="Segment", readonly=True, ondelete="set null", index=True
    )
