from odoo import api, fields, models

from .res_partner import STAFF

# More at once is an import, not somebody's work.
ONE_BY_ONE = 50


class ResPartnerStagePlan(models.Model):
    """The standard plan of the stage that a customer came to (demand 8)."""

    _inherit = "res.partner"

    sme_stage_plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Plan Started",
        groups=STAFF,
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The standard plan that was started last.",
    )
    sme_stage_plan_on = fields.Datetime(
        string="Plan Started on", groups=STAFF, readonly=True, copy=False
    )
    sme_next_plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Standard Plan of the Stage",
        compute="_compute_sme_next_plan_id",
        compute_sudo=True,
        groups=STAFF,
    )

    @api.depends("lifecycle_stage_id.activity_plan_id", "sme_stage_plan_id")
    @api.depends_context("uid")
    def _compute_sme_next_plan_id(self):
        """Show the plan to those who work by stages."""
        user = self.env.user
        shown = user._is_superuser() or user.has_group("crm_sme.crm_sme_group_user")
        for partner in self:
            plan = partner._sme_next_plan() if shown else False
            partner.sme_next_plan_id = plan

    def _sme_next_plan(self):
        """Return the plan of the stage; empty once it was started.

        The same is not done twice in a row.

        :rtype: mail.activity.plan
        """
        plan = self.lifecycle_stage_id.activity_plan_id.filtered("active")
        return plan if plan != self.sme_stage_plan_id else plan.browse()

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if any(vals.get("lifecycle_stage_id") for vals in vals_list):
            partners._sme_came_to_stage()
        return partners

    def write(self, vals):
        """Start the plan of the new stage where the company wants it so."""
        before = (
            {partner.id: partner.lifecycle_stage_id for partner in self.sudo()}
            if ("lifecycle_stage_id" in vals)
            else {}
        )
        result = super().write(vals)
        if before:
            self.filtered(
                lambda p: p.sudo().lifecycle_stage_id != before[p.id]
            )._sme_came_to_stage()
        return result

    def _sme_came_to_stage(self):
        heads = self.filtered(lambda p: p == p.commercial_partner_id)
        if self.env.context.get("tracking_disable") or len(heads) > ONE_BY_ONE:
            return
        heads._sme_start_plans()

    def _sme_start_plans(self):
        """Start the plans of the stages of those who have a salesperson.

        :return: the customers whose plan was started
        :rtype: recordset
        """
        # As root: a plan starts by itself whoever moved the customer.
        waiting = self.sudo().filtered(
            lambda p: (
                p.active
                and p.user_id
                and p._sme_next_plan()
                and (p.company_id or p.user_id.company_id).sme_stage_plans == "auto"
            )
        )
        for (user, plan), partners in waiting.grouped(
            lambda p: (p.user_id, p._sme_next_plan())
        ).items():
            for partner in partners:
                partner._sme_start_plan(plan, user)
        return waiting

    def _sme_start_plan(self, plan, user):
        """Give the activities of a plan to a user, in his language."""
        self.ensure_one()
        wizard = self.env["mail.activity.schedule"].with_context(lang=user.lang)
        wizard.create(
            {
                "res_model": self._name,
                "res_ids": str(self.ids),
                "plan_id": plan.id,
                "plan_on_demand_user_id": user.id,
                "plan_date": fields.Date.context_today(self),
            }
        ).action_schedule_plan()

    def action_sme_start_stage_plan(self):
        """Show the plan of the stage, to be started with one more click."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start the Standard Plan"),
            "res_model": "mail.activity.schedule",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": self._name,
                "active_id": self.id,
                "active_ids": self.ids,
                "default_plan_id": self.sme_next_plan_id.id,
                "default_plan_on_demand_user_id": self.user_id.id or self.env.uid,
            },
        }
