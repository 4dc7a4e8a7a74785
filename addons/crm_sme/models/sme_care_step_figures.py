from odoo import api, fields, models


class SmeCareStepFigures(models.Model):
    """A step in plain words, and how often it reached somebody."""

    _inherit = "sme.care.step"

    when_text = fields.Char(string="When", compute="_compute_when_text")
    channel_text = fields.Char(string="By", compute="_compute_channel_text")
    done_count = fields.Integer(string="Reached", compute="_compute_touch_counts")
    skipped_count = fields.Integer(string="Skipped", compute="_compute_touch_counts")
    opened_count = fields.Integer(string="Opened", compute="_compute_touch_counts")
    ordered_count = fields.Integer(string="Ordered", compute="_compute_touch_counts")

    @api.depends("wait_days", "wait_from", "sequence", "plan_id.step_ids")
    @api.depends_context("lang")
    def _compute_when_text(self):
        for step in self:
            is_first = step == step.plan_id._ordered_steps()[:1]
            if not step.wait_days:
                step.when_text = (
                    self.env._("At the beginning")
                    if is_first or step.wait_from == "entry"
                    else self.env._("Right after the step before")
                )
            elif is_first or step.wait_from == "entry":
                step.when_text = self.env._(
                    "Day %(days)s after the beginning", days=step.wait_days
                )
            else:
                step.when_text = self.env._("%(days)s days later", days=step.wait_days)

    @api.depends("channel", "condition")
    @api.depends_context("lang")
    def _compute_channel_text(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        conditions = dict(self._fields["condition"]._description_selection(self.env))
        for step in self:
            step.channel_text = channels.get(step.channel, "")
            if step.condition != "always":
                step.channel_text = self.env._(
                    "%(channel)s, only if: %(condition)s",
                    channel=step.channel_text,
                    condition=conditions.get(step.condition, ""),
                )

    @api.depends("touch_ids")
    def _compute_touch_counts(self):
        rows = self.env["sme.care.touch"]._read_group(
            [("step_id", "in", self.ids)],
            ["step_id", "state"],
            ["__count", "opened_on:count", "ordered_on:count"],
        )
        figures = {(step, state): values for step, state, *values in rows}
        for step in self:
            done, opened, ordered = figures.get((step, "done"), (0, 0, 0))
            step.done_count = done
            step.opened_count = opened
            step.ordered_count = ordered
            step.skipped_count = figures.get((step, "skipped"), [0])[0]
