from odoo import api, fields, models
from odoo.exceptions import UserError

from ..metrics import care_entries, care_run
from ..metrics.as_of import AsOf


class SmeCarePlanState(models.Model):
    """Start, pause, resume, stop; and the job that runs what was started."""

    _inherit = "sme.care.plan"

    def action_start(self):
        """Let the plan run from now on.

        :raises UserError: something is missing; the message says what
        """
        for plan in self.filtered(lambda plan: plan.state == "draft"):
            plan._check_ready()
            if not plan.campaign_id:
                # As root: who keeps plans need not have rights on campaigns.
                plan.campaign_id = (
                    self.env["utm.campaign"]
                    .sudo()
                    .create({"title": plan.name, "user_id": plan.user_id.id})
                )
            plan.write({"state": "running", "started_on": fields.Datetime.now()})
        self._wake_job()

    def action_pause(self):
        """Send nothing until the plan is resumed; nobody enters meanwhile."""
        self.filtered(lambda plan: plan.state == "running").state = "paused"

    def action_resume(self):
        """Go on after a pause."""
        paused = self.filtered(lambda plan: plan.state == "paused")
        for plan in paused:
            plan._check_ready()
        paused.state = "running"
        self._wake_job()

    def action_stop(self):
        """End the plan for good: everybody in it leaves."""
        ended = self.filtered(lambda plan: plan.state in ("running", "paused"))
        ended.write({"state": "done", "stopped_on": fields.Datetime.now()})
        self.env.flush_all()
        # As root: the customers of all colleagues leave, too.
        root = self.env(su=True)
        for company in ended.company_id:
            as_of = AsOf.of_company(company)
            care_entries.fill_last_orders(root, company, as_of)
            care_entries.leave(root, company, as_of)
        self.env["sme.care.enrollment"].invalidate_model()
        self.env["sme.care.touch"].invalidate_model()

    def action_run_now(self):
        """Look at once who enters and whose step is due, not at the next hour."""
        self._wake_job()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The care plans run in a moment."),
            },
        }

    def _wake_job(self):
        # As root: whoever starts a plan wakes the job.
        self.env.ref("crm_sme.ir_cron_care").sudo()._trigger()

    def _check_unused(self):
        used = self.env["sme.care.touch"].sudo()  # whoever may see the touches or not
        if used.search_count(
            [("plan_id", "in", self.ids), ("state", "=", "done")], limit=1
        ):
            raise UserError(
                self.env._(
                    "Customers were touched by this plan already. Archive it instead "
                    "of deleting it; so it stays known who got what."
                )
            )

    @api.model
    def _cron_run(self):
        """Run the care plans of all companies; see ``metrics/care_run.py``."""
        care_run.run_all(self.env)
