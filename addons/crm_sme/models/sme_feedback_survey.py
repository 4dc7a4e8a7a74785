from odoo import api, fields, models


class SmeFeedbackSurvey(models.Model):
    """Unhappy answers to surveys are complaints; settling in time is a goal."""

    _inherit = "sme.feedback"

    origin = fields.Selection(
        selection_add=[("survey", "Survey")], ondelete={"survey": "set default"}
    )
    is_in_time = fields.Boolean(
        string="Settled in Time",
        compute="_compute_is_in_time",
        store=True,
        help="Before the deadline; for goals of employees.",
    )

    @api.depends("closed_on", "deadline")
    def _compute_is_in_time(self):
        for feedback in self:
            feedback.is_in_time = bool(
                feedback.closed_on
                and (not feedback.deadline or feedback.closed_on <= feedback.deadline)
            )
