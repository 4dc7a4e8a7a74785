from odoo import fields, models
from odoo.exceptions import UserError


class SmeCarePlanState(models.Model):
    """Start, pause, resume, stop."""

    _inherit = "sme.care.plan"

    def action_start(self):
        """Let the plan run from now on."""
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._("“%(name)s” was started already.", name=plan.name)
                )
            if not plan.step_ids:
                raise UserError(
                    self.env._(
                        "“%(name)s” has no step. Add at least one: what the customer "
                        "gets, and when.",
                        name=plan.name,
                    )
                )
        self.write({"state": "running", "started_on": fields.Datetime.now()})

    def action_pause(self):
        """Send nothing until the plan is resumed; nobody enters meanwhile."""
        self.filtered(lambda plan: plan.state == "running").state = "paused"

    def action_resume(self):
        """Go on after a pause."""
        self.filtered(lambda plan: plan.state == "paused").state = "running"

    def action_stop(self):
        """End the plan for good: everybody in it leaves."""
        self.filtered(lambda plan: plan.state in ("running", "paused")).write(
            {"state": "done", "stopped_on": fields.Datetime.now()}
        )

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
