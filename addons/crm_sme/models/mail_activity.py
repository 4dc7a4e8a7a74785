from odoo import models


class MailActivity(models.Model):
    """A done call, meeting or to-do of a customer is an interaction."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        self.env["sme.interaction"]._log_activities(self, feedback)
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
