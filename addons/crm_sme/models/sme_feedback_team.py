import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .sme_feedback import KINDS

HOURS = {
    "0": "hours_low",
    "1": "hours_normal",
    "2": "hours_high",
    "3": "hours_critical",
}
USUAL_HOURS = {"0": 120, "1": 72, "2": 24, "3": 4}


class SmeFeedbackTeam(models.Model):
    """Who settles what customers write to one mail address, and how soon."""

    _name = "sme.feedback.team"
    _description = "Service Team"
    _inherit = ["mail.alias.mixin", "mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    user_id = fields.Many2one(
        "res.users",
        string="Team Leader",
        domain=[("share", "=", False)],
        help="Is told of overdue cases and of compensations to approve.",
    )
    member_ids = fields.Many2many(
        "res.users",
        string="Members",
        domain=[("share", "=", False)],
        help="May change all cases of the team. Empty: everybody may.",
    )
    hours_low = fields.Integer(string="Low (hours)", default=USUAL_HOURS["0"])
    hours_normal = fields.Integer(string="Normal (hours)", default=USUAL_HOURS["1"])
    hours_high = fields.Integer(string="High (hours)", default=USUAL_HOURS["2"])
    hours_critical = fields.Integer(string="Critical (hours)", default=USUAL_HOURS["3"])
    mail_kind = fields.Selection(
        KINDS,
        string="Mails Are",
        required=True,
        default="request",
        help="What a mail to the address is taken for until somebody has read it.",
    )
    ask_rating = fields.Boolean(
        string="Ask for a Rating",
        default=True,
        help="The customer gets a mail with three faces when his case is closed.",
    )
    reopen_on_reply = fields.Boolean(
        string="Reopen on Reply",
        default=True,
        help="A customer's mail to a closed case opens it again.",
    )
    open_count = fields.Integer(string="Open Cases", compute="_compute_open_count")
    overdue_count = fields.Integer(
        string="Overdue Cases", compute="_compute_open_count"
    )

    def _compute_open_count(self):
        feedback = self.env["sme.feedback"]
        mine = [("team_id", "in", self.ids)]
        open_of = dict(
            feedback._read_group(
                [*mine, ("is_open", "=", True)], ["team_id"], ["__count"]
            )
        )
        late_of = dict(
            feedback._read_group(
                [*mine, ("is_overdue", "=", True)], ["team_id"], ["__count"]
            )
        )
        for team in self:
            team.open_count = open_of.get(team, 0)
            team.overdue_count = late_of.get(team, 0)

    @api.constrains(*HOURS.values())
    def _check_hours(self):
        if any(team[name] < 1 for team in self for name in HOURS.values()):
            raise ValidationError(
                self.env._("Each severity needs a deadline of one hour or more.")
            )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get("sme.feedback").id
        if self.id:
            values["alias_defaults"] = defaults = ast.literal_eval(
                self.alias_defaults or "{}"
            )
            defaults["team_id"] = self.id
            if self.company_id:
                defaults["company_id"] = self.company_id.id
        return values

    def write(self, vals):
        """Mails to the address make cases of the team's company."""
        result = super().write(vals)
        if vals.keys() & {"company_id", "alias_defaults"}:
            for team in self:
                values = team._alias_get_creation_values()["alias_defaults"]
                if team.alias_defaults != str(values):
                    super(SmeFeedbackTeam, team).write({"alias_defaults": values})
        return result

    @api.model
    def _default_team(self, company, user=None):
        """The team of a person, else the first one of the company.

        :param company: record of ``res.company``
        :param user: record of ``res.users`` or None
        :return: empty if the company has no team
        """
        teams = self.sudo().search([("company_id", "in", [company.id, False])])
        own = teams.filtered(lambda team: user and user in team.member_ids)
        return (own or teams)[:1]

    def _deadline_hours(self, severity):
        """Hours until a case of this severity must be settled.

        :param str severity: one of the keys of the field
        :rtype: int
        """
        severity = severity or "1"
        return self[HOURS[severity]] if self else USUAL_HOURS[severity]

    def action_view_feedback(self):
        """Open the cases of the team."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_feedback_action"
        )
        return action | {
            "domain": [("team_id", "=", self.id)],
            "context": {"default_team_id": self.id, "search_default_open": 1},
        }
