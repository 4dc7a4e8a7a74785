from odoo import fields, models


class SmeFeedbackSurvey(models.Model):
    """Unhappy answers to surveys are complaints."""

    _inherit = "sme.feedback"

    origin = fields.Selection(
        selection_add=[("survey", "Survey")], ondelete={"survey": "set default"}
    )
