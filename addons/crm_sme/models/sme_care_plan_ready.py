from odoo import api, fields, models

MULTI_COMPANY = "base.group_multi_company"


class SmeCarePlanReady(models.Model):
    """The ready plans for every company; they are installed for the first one only."""

    _inherit = "sme.care.plan"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.user.has_group(MULTI_COMPANY))

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Hide the button where there is one company; it is for officers already."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if not self.env.user.has_group(MULTI_COMPANY):
            for button in arch.xpath("//button[@name='action_add_ready']"):
                button.getparent().remove(button)
        return arch, view

    def action_add_ready(self):
        """Give the current company those ready plans that it does not have, as drafts.

        They come as the first company has worded them by now. The records, those that
        are chosen in the list, say nothing.

        :return: action that says how many came and shows them
        :rtype: dict
        :raises AccessError: the user may not make plans
        """
        self.check_access("create")
        company = self.env.company
        missing = self.sudo()._ready_plans_missing(company)  # of another company
        for plan in missing:
            plan._copy_to(company)
        if missing:
            text = self.env._(
                "%(count)s ready plans were added to %(company)s as drafts. Read the "
                "letters, try a dry run, and start those that suit you.",
                count=len(missing),
                company=company.name,
            )
        else:
            text = self.env._("%s has all ready plans already.", company.name)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "success" if missing else "info",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _ready_plans_missing(self, company):
        """Ready plans as they were installed, without those that a company has.

        :rtype: sme.care.plan
        """
        every = self.with_context(active_test=False)
        codes = every.search([("company_id", "=", company.id)]).mapped("template_code")
        known = self.env["ir.model.data"].search(
            [("module", "=", "crm_sme"), ("model", "=", self._name)]
        )
        return every.search(
            [("id", "in", known.mapped("res_id")), ("template_code", "not in", codes)]
        )

    def _copy_to(self, company):
        """Make a draft of this plan for another company, in all languages.

        What belongs to the old company alone, such as its segments, stays there.
        """

        def usable(records):
            return records.filtered(lambda each: each.company_id in (company, nobody))

        self.ensure_one()
        nobody = company.browse()
        copy = self.copy(
            {
                "company_id": company.id,
                "user_id": self.env.uid,
                "active": True,
                "template_code": self.template_code,
                "segment_ids": usable(self.segment_ids).ids,
                "trigger_segment_ids": usable(self.trigger_segment_ids).ids,
            }
        )
        for lang, _name in self.env["res.lang"].get_installed():  # without "(copy)"
            copy.with_context(lang=lang).name = self.with_context(lang=lang).name
        today = fields.Date.context_today(self)
        for step in copy.step_ids:
            step.cost = self.currency_id._convert(
                step.cost, company.currency_id, company, today
            )
            if step.coupon_program and not usable(step.coupon_program):
                step.coupon_program = False
