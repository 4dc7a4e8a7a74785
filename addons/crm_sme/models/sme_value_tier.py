from odoo import fields, models


class SmeValueTier(models.Model):
    """A rung of the value ladder."""

    _name = "sme.value.tier"
    _description = "Value Tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("negative", "Negative"),
            ("ordinary", "Ordinary"),
            ("most_valuable", "Most valuable"),
            ("permanent", "Permanent"),
        ],
        required=True,
    )
    color = fields.Integer()
