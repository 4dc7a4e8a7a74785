from odoo import fields, models

from .sme_interaction import TALKS


class MailActivity(models.Model):
    """A done call or meeting about a case is an answer to the customer."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        interaction = self.env["sme.interaction"]
        talks = self.filtered(
            lambda each: (
                each.res_model == "sme.feedback"
                and interaction._kind_of_activity(each) in TALKS
            )
        )
        # As root: who has done it has answered, of whatever team he is.
        cases = self.env["sme.feedback"].sudo().browse(talks.mapped("res_id"))
        cases.exists()._answered(fields.Datetime.now())
        meant = self.with_context(sme_case_id=cases.id) if len(cases) == 1 else self
        return super(MailActivity, meant)._action_done(
            feedback=feedback, attachment_ids=attachment_ids
        )
