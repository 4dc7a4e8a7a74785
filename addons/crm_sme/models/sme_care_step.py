from odoo import api, fields, models
from odoo.exceptions import UserError

from ..metrics import care_entries
from .care_choices import CHANNELS, CONDITIONS


class SmeCareStep(models.Model):
    """One touch of a care plan: after which time, on what condition, by which way."""

    _name = "sme.care.step"
    _description = "Care Step"
    _order = "plan_id, sequence, id"

    name = fields.Char(string="Step", required=True, translate=True)
    plan_id = fields.Many2one(
        "sme.care.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    wait_days = fields.Integer(
        string="Wait (days)", help="0: at once, on the day of the plan's beginning."
    )
    wait_from = fields.Selection(
        [("previous", "After the step before"), ("entry", "After the beginning")],
        string="Counted",
        required=True,
        default="previous",
    )
    condition = fields.Selection(
        CONDITIONS, string="Only If the Customer", required=True, default="always"
    )
    channel = fields.Selection(CHANNELS, required=True, default="mail")
    content_ids = fields.One2many(
        "sme.care.content", "step_id", string="Texts", copy=True
    )
    cost = fields.Monetary(
        string="Cost of a Touch",
        help="Postage, working time, gift: what one touch costs. Taken off what the "
        "plan earns.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        domain="[('res_model', 'in', (False, 'res.partner'))]",
        ondelete="set null",
    )
    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        domain="[('res_model', '=', 'res.partner')]",
        ondelete="set null",
        help="Empty: one activity of the type above.",
    )
    coupon_program = fields.Reference(
        selection="_selection_coupon_program",
        help="Each customer gets a coupon of his own.",
    )
    touch_ids = fields.One2many("sme.care.touch", "step_id", copy=False)

    _wait_positive = models.Constraint(
        "CHECK(wait_days >= 0 AND wait_days <= 3650)",
        "A step waits between 0 and 3650 days.",
    )

    @api.model
    def _selection_coupon_program(self):
        if "loyalty.program" not in self.env:
            return []
        return [("loyalty.program", self.env._("Coupon program"))]

    @api.model
    def _missing_channels(self):
        """Channels whose module is not installed.

        :rtype: list[str]
        """
        needed = {"sms": "sms.sms", "coupon": "loyalty.program"}
        return [name for name, model in needed.items() if model not in self.env]

    def _content_for(self, kind):
        """The text for a kind of customer: its own, else the one for all.

        :param kind: record of ``sme.customer.kind``, maybe empty
        """
        contents = self.content_ids
        own = contents.filtered(lambda c: kind and c.customer_kind_id == kind)
        return (own or contents.filtered(lambda c: not c.customer_kind_id))[:1]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.touch_ids.filtered(lambda touch: touch.state == "done"):
            raise UserError(
                self.env._(
                    "Customers were touched by this step already. Stop the plan and "
                    "make a copy of it instead; so the results stay true."
                )
            )
        care_entries.forget_steps(self.env, self.ids)
