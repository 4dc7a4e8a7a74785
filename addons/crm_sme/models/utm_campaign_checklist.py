from odoo import fields, models


class UtmCampaignChecklist(models.Model):
    """What is to be done for a campaign: activities of a plan, done or not."""

    _inherit = "utm.campaign"

    checklist_total = fields.Integer(
        string="Tasks", compute="_compute_checklist", help="Open and done activities."
    )
    checklist_done = fields.Integer(string="Tasks Done", compute="_compute_checklist")
    checklist_progress = fields.Float(
        string="Progress", compute="_compute_checklist", help="Tasks done, in per cent."
    )
    checklist_ids = fields.Many2many("mail.activity", compute="_compute_checklist")

    def _compute_checklist(self):
        """Done activities are archived, so they can be counted still."""
        # As root: whoever sees the campaign sees how far it is.
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                order="date_deadline, id",
            )
            .grouped("res_id")
        )
        none = self.env["mail.activity"]
        for campaign in self:
            tasks = activities.get(campaign.id, none)
            done = len(tasks.filtered(lambda task: not task.active))
            campaign.checklist_total = len(tasks)
            campaign.checklist_done = done
            campaign.checklist_progress = 100 * done / len(tasks) if tasks else 0
            campaign.checklist_ids = tasks.sudo(False)

    def action_sme_start_checklist(self):
        """Choose a plan of activities; its day is the start of the campaign."""
        self.ensure_one()
        plan = self.env.ref("crm_sme.activity_plan_campaign", raise_if_not_found=False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start a Checklist"),
            "res_model": "mail.activity.schedule",
            "view_mode": "form",
            "target": "new",
            "context": {
                "active_model": self._name,
                "active_id": self.id,
                "active_ids": self.ids,
                "default_plan_id": plan.id if plan and plan.active else False,
                "default_plan_date": fields.Date.to_string(
                    self.date_start or fields.Date.context_today(self)
                ),
                "default_plan_on_demand_user_id": self.user_id.id,
            },
        }

    def action_sme_refresh(self):
        """Bring the results up to date now.

        :raises AccessError: who may not see costs may not ask for the sums
        """
        self.env["sme.campaign.cost"].check_access("read")
        # As root: the job writes figures that nobody may write by hand.
        self.env["utm.campaign"].sudo()._refresh_results()

    def action_sme_sales(self):
        """Open the orders that count for the campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_campaign_sale_action"
        )
        return {
            **action,
            "domain": [("campaign_id", "=", self.id)],
            "context": {"search_default_campaign_id": self.id},
        }

    def action_sme_leads(self):
        """Open the leads of the campaign."""
        self.ensure_one()
        return self.action_redirect_to_leads_opportunities()
