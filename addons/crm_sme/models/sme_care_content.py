from odoo import api, fields, models


class SmeCareContent(models.Model):
    """The words of a step for one kind of customer, or for all."""

    _name = "sme.care.content"
    _description = "Care Text"
    _order = "step_id, sequence, id"
    _rec_name = "subject"

    step_id = fields.Many2one(
        "sme.care.step", required=True, ondelete="cascade", index=True
    )
    plan_id = fields.Many2one(related="step_id.plan_id")
    channel = fields.Selection(related="step_id.channel")
    company_id = fields.Many2one(related="step_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    subject = fields.Char(translate=True)
    body_html = fields.Html(string="Message", translate=True, sanitize="email_outgoing")
    sms_text = fields.Text(string="SMS", translate=True)
    script = fields.Text(
        string="What to Say",
        translate=True,
        help="For the colleague who calls, visits or writes by hand.",
    )
    render_model = fields.Char(compute="_compute_render_model")

    @api.depends("step_id")
    def _compute_render_model(self):
        self.render_model = "res.partner"
