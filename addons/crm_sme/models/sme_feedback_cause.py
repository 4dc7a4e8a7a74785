from odoo import fields, models

DEPARTMENTS = [
    ("sales", "Sales"),
    ("service", "Service"),
    ("purchase", "Purchasing"),
    ("warehouse", "Warehouse"),
    ("delivery", "Delivery"),
    ("product", "Product and Quality"),
    ("finance", "Finance"),
    ("other", "Other"),
]


class SmeFeedbackCause(models.Model):
    """Why customers complain; by it faults of goods and service are found."""

    _name = "sme.feedback.cause"
    _description = "Cause of Feedback"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    department = fields.Selection(
        DEPARTMENTS, help="Who can mend it; proposed on each case with this cause."
    )
