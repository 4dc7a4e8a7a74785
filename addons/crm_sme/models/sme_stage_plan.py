from odoo import fields, models


class SmeLifecycleStagePlan(models.Model):
    """What is to be done with everybody who comes to a stage: the standard process."""

    _inherit = "sme.lifecycle.stage"

    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Standard Plan",
        ondelete="set null",
        domain=[("res_model", "=", "res.partner")],
        help="Activities for each customer who comes to this stage, so that everybody "
        "works the same way.",
    )
