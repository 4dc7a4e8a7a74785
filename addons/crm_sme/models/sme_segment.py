from odoo import fields, models


class SmeSegment(models.Model):
    """A named group of customers with a way to treat them."""

    _name = "sme.segment"
    _description = "Segment"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
