from odoo import fields, models


class SmeInteractionCare(models.Model):
    """What a care plan did by itself; it costs nobody's time, unlike a message."""

    _inherit = "sme.interaction"

    kind = fields.Selection(
        selection_add=[("care", "Care")], ondelete={"care": "set default"}
    )
