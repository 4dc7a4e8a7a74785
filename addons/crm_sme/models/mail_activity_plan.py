from odoo import fields, models


class MailActivityPlan(models.Model):
    """Plans are named in the reader's language, as all else that is shipped."""

    _inherit = "mail.activity.plan"

    name = fields.Char(translate=True)


class MailActivityPlanTemplate(models.Model):
    """What is to be done is told in the language of who starts the plan."""

    _inherit = "mail.activity.plan.template"

    summary = fields.Char(translate=True)
