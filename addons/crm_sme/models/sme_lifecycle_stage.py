from odoo import fields, models


class SmeLifecycleStage(models.Model):
    """Where a customer stands on the way from potential to lost."""

    _name = "sme.lifecycle.stage"
    _description = "Lifecycle Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("potential", "Potential"),
            ("target", "Target"),
            ("actual", "Actual"),
            ("lapsed", "Lapsed"),
            ("lost", "Lost"),
        ],
        required=True,
    )
    requirements = fields.Text(
        translate=True, help="What a customer must meet to stand here."
    )
    rotting_threshold_days = fields.Integer(
        string="Stands Still After (days)",
        help="Customers who have been in this stage for longer are marked: somebody "
        "should care. 0: never.",
    )
    fold = fields.Boolean(string="Folded in Kanban")
    color = fields.Integer()
