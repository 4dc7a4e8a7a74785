from odoo import api, fields, models


class SmeCampaignIncident(models.Model):
    """Something sudden in a campaign: sold out, bad press, a dead link (demand 84)."""

    _name = "sme.campaign.incident"
    _description = "Incident of a Campaign"
    _order = "date desc, id desc"

    name = fields.Char(string="What Happened", required=True)
    campaign_id = fields.Many2one(
        "utm.campaign", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    severity = fields.Selection(
        [("note", "Note"), ("trouble", "Trouble"), ("serious", "Serious")],
        required=True,
        default="trouble",
    )
    description = fields.Text()
    user_id = fields.Many2one(
        "res.users", string="Takes Care", default=lambda self: self.env.user
    )
    answer = fields.Text(string="What Was Done")
    lesson = fields.Text(string="What We Learn from It")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        required=True,
        default="open",
        index=True,
    )
    closed_on = fields.Datetime(readonly=True, copy=False)
    hours_open = fields.Float(
        string="Hours Until Closed",
        compute="_compute_hours_open",
        store=True,
        aggregator="avg",
        digits=(16, 1),
    )

    @api.depends("date", "closed_on")
    def _compute_hours_open(self):
        for incident in self:
            hours = False
            if incident.date and incident.closed_on:
                took = incident.closed_on - incident.date
                hours = max(took.total_seconds(), 0) / 3600
            incident.hours_open = hours

    @api.model_create_multi
    def create(self, vals_list):
        """Tell the campaign's responsible about a serious one at once."""
        incidents = super().create(vals_list)
        incidents.filtered(lambda i: i.severity == "serious")._alarm()
        return incidents

    def action_close(self):
        """It is settled."""
        self.write({"state": "closed", "closed_on": fields.Datetime.now()})

    def action_reopen(self):
        """It is not settled after all."""
        self.write({"state": "open", "closed_on": False})

    def _alarm(self):
        for incident in self:
            # As root: who notes an incident need not be able to write the campaign.
            campaign = incident.campaign_id.sudo()
            campaign.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=incident.name,
                note=incident.description or "",
                user_id=campaign.user_id.id,
            )
