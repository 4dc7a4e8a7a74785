from odoo import fields, models


class SmeNotBoughtReason(models.Model):
    """Why somebody who asked or looked did not buy, in one word that can be counted."""

    _name = "sme.not.bought.reason"
    _description = "Reason for Not Buying"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    advice = fields.Char(
        translate=True, help="What to say when calling; stands in the call list."
    )
