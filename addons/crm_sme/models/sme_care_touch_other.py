from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class SmeCareTouchOther(models.Model):
    """Touches by SMS, by colleagues, with a coupon."""

    _inherit = "sme.care.touch"

    def _act_sms(self, step, content):
        """Put text messages into Odoo's queue; links are short, each made once."""
        short = self.env["mail.render.mixin"]._shorten_links_text(
            content.sms_text,
            {
                "campaign_id": step.plan_id.campaign_id.id,
                "title": step.plan_id.name,
            },
        )
        texts = content._fill("sms_text", self.partner_id, text=short)
        messages = self.env["sms.sms"].create(
            [
                {
                    "number": touch.partner_id.phone_sanitized,
                    "partner_id": touch.partner_id.id,
                    "body": texts[touch.partner_id.id],
                }
                for touch in self
            ]
        )
        for touch, message in zip(self, messages, strict=True):
            touch.res_model, touch.res_id = "sms.sms", message.id

    def _act_call(self, step, content):
        """Put calls on the lists of those who are responsible."""
        scripts = content._fill("script", self.partner_id) if content else {}
        figures = self._figures_of_partners()
        self.env["sme.suggestion"]._suggest(
            [
                {
                    "key": f"care:{touch.id}",
                    "kind": "care",
                    "reason": f"{step.plan_id.name}: {step.name}",
                    "partner_id": touch.partner_id.id,
                    "company_id": touch.company_id.id,
                    "user_id": touch._responsible().id,
                    "expected_value": figures.get(touch.partner_id.id) or 0,
                    "script": scripts.get(touch.partner_id.id),
                    "res_model": self._name,
                    "res_id": touch.id,
                }
                for touch in self
            ]
        )

    def _figures_of_partners(self):
        """What an order of each customer is worth on average.

        :rtype: dict[int, float]
        """
        rows = self.env["sme.customer.value"].search_fetch(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            ["partner_id", "aov"],
        )
        return {row.partner_id.id: row.aov for row in rows}

    def _responsible(self):
        """Who takes care of the customer: the account manager, else the plan's."""
        return self.partner_id.user_id or self.plan_id.user_id

    def _act_activity(self, step, content):
        """Give activities to those who are responsible."""
        if step.activity_plan_id:
            for user, touches in self.grouped(lambda t: t._responsible()).items():
                touches._schedule_plan(step.activity_plan_id, user)
            return
        scripts = content._fill("script", self.partner_id) if content else {}
        today = fields.Date.context_today(self)
        activity_type = step.activity_type_id or self.env.ref(
            "mail.mail_activity_data_todo"
        )
        # No mail to a colleague for each: they stand on his list.
        quiet = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        activities = quiet.create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": touch.partner_id.id,
                    "activity_type_id": activity_type.id,
                    "summary": f"{step.plan_id.name}: {step.name}",
                    "note": plaintext2html(scripts.get(touch.partner_id.id) or ""),
                    "user_id": touch._responsible().id,
                    "date_deadline": today,
                    "automated": True,
                }
                for touch in self
            ]
        )
        for touch, activity in zip(self, activities, strict=True):
            touch.res_model, touch.res_id = "mail.activity", activity.id

    def _schedule_plan(self, activity_plan, user):
        self.env["mail.activity.schedule"].create(
            {
                "res_model": "res.partner",
                "res_ids": repr(self.partner_id.ids),
                "plan_id": activity_plan.id,
                "plan_date": fields.Date.context_today(self),
                "plan_on_demand_user_id": user.id,
            }
        ).action_schedule_plan()

    def _act_coupon(self, step, content):
        """Make a coupon for each customer and send it by e-mail."""
        program = step.coupon_program
        if not program or not program.exists():
            raise UserError(
                self.env._(
                    "The step “%(step)s” has no coupon program. Choose one in the "
                    "step, or remove it from the plan.",
                    step=step.name,
                )
            )
        cards = self.env["loyalty.card"].create(
            [
                {
                    "program_id": program.id,
                    "partner_id": touch.partner_id.id,
                    "points": 1,
                    "expiration_date": program.date_to,
                }
                for touch in self
            ]
        )
        words = {
            card.partner_id.id: {
                "coupon.code": card.code,
                "coupon.expires": str(card.expiration_date or ""),
            }
            for card in cards
        }
        self._act_mail(step, content, words)
        for touch, card in zip(self, cards, strict=True):
            touch.res_model, touch.res_id = "loyalty.card", card.id
