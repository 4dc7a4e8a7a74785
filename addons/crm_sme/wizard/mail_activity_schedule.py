from odoo import fields, models


class MailActivitySchedule(models.TransientModel):
    """Note on the customer which plan was started, however it was."""

    _inherit = "mail.activity.schedule"

    def action_schedule_plan(self):
        result = super().action_schedule_plan()
        if self.res_model == "res.partner":
            # As root: who may plan activities need not be able to write customers.
            self._get_applied_on_records().sudo().write(
                {
                    "sme_stage_plan_id": self.plan_id.id,
                    "sme_stage_plan_on": fields.Datetime.now(),
                }
            )
        return result
