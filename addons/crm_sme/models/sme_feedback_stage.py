from odoo import fields, models


class SmeFeedbackStage(models.Model):
    """A step on the way from the customer's word to its settlement."""

    _name = "sme.feedback.stage"
    _description = "Service Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_closed = fields.Boolean(
        string="Closed", help="Cases in this stage are settled; the customer may rate."
    )
    is_refused = fields.Boolean(
        string="Without Settlement",
        help="Spam, doubles and mistakes: closed, but nobody is asked for a rating.",
    )
    fold = fields.Boolean(string="Folded on the Board")
    rotting_threshold_days = fields.Integer(
        string="Days to Rot",
        help="Cases that stay longer in it are shown as forgotten; 0 for never.",
    )
