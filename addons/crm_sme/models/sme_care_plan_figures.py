from odoo import api, fields, models


class SmeCarePlanFigures(models.Model):
    """How a plan goes: counters, and the ways to what they count."""

    _inherit = "sme.care.plan"

    customer_count = fields.Integer(
        string="In It Now", compute="_compute_customer_counts"
    )
    entered_count = fields.Integer(string="Entered", compute="_compute_customer_counts")
    holdout_count = fields.Integer(
        string="Held Out", compute="_compute_customer_counts"
    )
    touch_count = fields.Integer(string="Touches", compute="_compute_touch_counts")
    planned_count = fields.Integer(string="Waiting", compute="_compute_touch_counts")
    skipped_count = fields.Integer(string="Skipped", compute="_compute_touch_counts")
    opened_count = fields.Integer(string="Opened", compute="_compute_touch_counts")
    ordered_count = fields.Integer(
        string="Ordered After", compute="_compute_touch_counts"
    )
    ordered_amount = fields.Monetary(
        string="Ordered For",
        compute="_compute_touch_counts",
        help="Orders within the plan's days after a touch. What the plan really "
        "earned, the hold-out says.",
    )
    audience_text = fields.Char(string="For", compute="_compute_audience_text")
    begin_text = fields.Char(string="Begins On", compute="_compute_begin_text")

    @api.depends("enrollment_ids")
    def _compute_customer_counts(self):
        rows = self.env["sme.care.enrollment"]._read_group(
            [("plan_id", "in", self.ids)],
            ["plan_id", "state", "holdout"],
            ["__count"],
        )
        for plan in self:
            own = [row[1:] for row in rows if row[0] == plan]
            plan.entered_count = sum(count for _state, _held, count in own)
            plan.customer_count = sum(
                count for state, _held, count in own if state == "active"
            )
            plan.holdout_count = sum(count for _state, held, count in own if held)

    @api.depends("touch_ids")
    def _compute_touch_counts(self):
        rows = self.env["sme.care.touch"]._read_group(
            [("plan_id", "in", self.ids)],
            ["plan_id", "state"],
            [
                "__count",
                "opened_on:count",
                "ordered_on:count",
                "order_amount:sum",
            ],
        )
        figures = {(plan, state): values for plan, state, *values in rows}
        for plan in self:
            done, opened, ordered, amount = figures.get((plan, "done"), (0, 0, 0, 0))
            plan.touch_count = done
            plan.opened_count = opened
            plan.ordered_count = ordered
            plan.ordered_amount = amount
            plan.planned_count = figures.get((plan, "planned"), [0])[0]
            plan.skipped_count = figures.get((plan, "skipped"), [0])[0]

    @api.depends(
        "segment_ids",
        "tier_ids",
        "lifecycle_stage_ids",
        "customer_kind_ids",
        "fade_states",
        "domain",
    )
    @api.depends_context("lang")
    def _compute_audience_text(self):
        states = dict(self._fields["fade_states"]._description_selection(self.env))
        for plan in self:
            chosen = [
                ", ".join(records.mapped("display_name"))
                for records in (
                    plan.segment_ids,
                    plan.tier_ids,
                    plan.lifecycle_stage_ids,
                    plan.customer_kind_ids,
                )
                if records
            ]
            if plan.fade_states:
                chosen.append(states[plan.fade_states])
            if (plan.domain or "[]").strip() != "[]":
                chosen.append(self.env._("further conditions"))
            plan.audience_text = "; ".join(chosen) or self.env._("All customers")

    @api.depends("trigger", "trigger_days", "calendar_id", "trigger_fade_state")
    @api.depends_context("lang")
    def _compute_begin_text(self):
        events = dict(self._fields["trigger"]._description_selection(self.env))
        for plan in self:
            event = events.get(plan.trigger, "")
            if plan.trigger == "calendar" and plan.calendar_id:
                event = plan.calendar_id.name
            if plan.trigger == "every_n_days":
                plan.begin_text = self.env._(
                    "Every %(days)s days", days=plan.trigger_days
                )
            elif plan.trigger_days > 0:
                plan.begin_text = self.env._(
                    "%(event)s + %(days)s days", event=event, days=plan.trigger_days
                )
            elif plan.trigger_days < 0:
                plan.begin_text = self.env._(
                    "%(days)s days before: %(event)s",
                    event=event,
                    days=-plan.trigger_days,
                )
            else:
                plan.begin_text = event

    def action_dry_run(self):
        """Show who would get what, when, and why not; nothing is sent."""
        self.ensure_one()
        preview = self.env["sme.care.preview"].create({"plan_id": self.id})
        preview._look()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dry Run"),
            "res_model": "sme.care.preview",
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _open(self, xmlid, domain=(), context=None):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(f"crm_sme.{xmlid}"),
            "domain": [("plan_id", "=", self.id), *domain],
            "context": context or {},
        }

    def action_view_customers(self):
        """Open those who are or were in the plan."""
        self.ensure_one()
        return self._open("sme_care_enrollment_action")

    def action_view_touches(self):
        """Open what the plan did."""
        self.ensure_one()
        return self._open("sme_care_touch_action", context={"search_default_done": 1})

    def action_view_skipped(self):
        """Open what the plan did not do, by reason."""
        self.ensure_one()
        return self._open(
            "sme_care_touch_action",
            context={"search_default_skipped": 1, "search_default_group_skip": 1},
        )

    def action_view_ordered(self):
        """Open the touches after which customers ordered."""
        self.ensure_one()
        return self._open(
            "sme_care_touch_action", context={"search_default_ordered": 1}
        )
