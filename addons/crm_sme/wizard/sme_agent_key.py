import json
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

GROUP = "crm_sme.crm_sme_group_sync"
MANAGER = "crm_sme.crm_sme_group_manager"
LOGIN = "sync-agent"
DURATIONS = [
    ("90", "3 months"),
    ("180", "6 months"),
    ("365", "1 year"),
    ("0", "Without end"),
]
# A manager who is no administrator gives keys for as long as the group allows.
MANAGER_DAYS = 90


class SmeAgentKey(models.TransientModel):
    """Connects an agent: makes its robot user and a key, shown once.

    The robot's only group is *Sync agent*; it can neither log in nor read anything.
    """

    _name = "sme.agent.key"
    _description = "Connect an Agent"

    source_id = fields.Many2one("sme.source", help="Empty: for all sources.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    name = fields.Char(
        string="Used For",
        required=True,
        default="sync-agent",
        help="The machine or person that gets the key, to find it again later.",
    )
    duration = fields.Selection(
        DURATIONS,
        required=True,
        default="90",
        help="Longer than 3 months, or without end, is for administrators.",
    )
    url = fields.Char(string="Address", readonly=True)
    database = fields.Char(readonly=True)
    login = fields.Char(readonly=True)
    key = fields.Char(readonly=True)
    snippet = fields.Text(string="For the Agent's Configuration", readonly=True)

    def action_issue(self):
        """Make the key and show it, once, with the lines to paste.

        :raises AccessError: the user is no manager
        """
        self.ensure_one()
        login, key = self._issue(
            self.name, company=self.company_id, days=int(self.duration)
        )
        url = self.get_base_url()
        shown = self.env["sme.agent.key"].new(
            {
                **{f: self[f] for f in ("name", "duration", "source_id", "company_id")},
                "url": url,
                "database": self.env.cr.dbname,
                "login": login,
                "key": key,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Key for the Agent"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [
                (self.env.ref("crm_sme.sme_agent_key_view_form_shown").id, "form")
            ],
            "target": "new",
            # The key goes to the browser only; it is stored nowhere but hashed.
            "context": {
                "default_name": self.name,
                "default_url": url,
                "default_database": shown.database,
                "default_login": login,
                "default_key": key,
                "default_snippet": shown._snippet(),
            },
        }

    def _snippet(self):
        """Return the TOML that the agent's configuration needs."""
        lines = [
            "[odoo]",
            f"url = {json.dumps(self.url)}",
            f"database = {json.dumps(self.database)}",
            f"user = {json.dumps(self.login)}",
            f"key = {json.dumps(self.key)}",
        ]
        if self.source_id:
            lines += ["", f"[sources.{json.dumps(self.source_id.code)}]"]
        return "\n".join(lines) + "\n"

    @api.model
    def _issue(self, name, company=None, days=MANAGER_DAYS):
        """Make a key of the robot user of a company; the user is made if need be.

        :param str name: what the key is for
        :param company: ``res.company`` record, the present one if left out
        :param int days: how long it lasts, 0 for ever
        :return: (login, key)
        :raises AccessError: no manager, or longer than the user may give
        """
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(
                self.env._(
                    "Only managers of Customer care connect agents. Ask one of them."
                )
            )
        is_admin = self.env.su or self.env.user._is_system()
        if not is_admin and not 0 < days <= MANAGER_DAYS:
            raise AccessError(
                self.env._(
                    "A key for more than %(days)s days is made by an administrator. "
                    "Choose a shorter time or ask one.",
                    days=MANAGER_DAYS,
                )
            )
        user = self._robot(company or self.env.company)
        return self._issue_to(user, name, days)

    @api.model
    def _robot_days(self):
        """Return how long a key lasts that no administrator makes.

        :rtype: int
        """
        return MANAGER_DAYS

    @api.model
    def _issue_to(self, user, name, days):
        """Make a key of a robot; who may is checked by the caller.

        :return: (login, key)
        """
        end = days and datetime.combine(
            fields.Date.today() + timedelta(days=days), time.min
        )
        # Superuser of the robot's own environment: keys belong to who makes them. The
        # limits were checked above.
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        return user.login, keys._generate(None, name, end or None)

    @api.model
    def _robot(self, company):
        """Return the robot user of a company; a new one has no password.

        :raises UserError: somebody gave the robot's login more rights
        """
        login = LOGIN if company.id == 1 else f"{LOGIN}-{company.id}"
        # Superuser: managers of Customer care need not be managers of users. The user
        # that is made has less rights than any other.
        users = (
            self.env["res.users"]
            .sudo()
            .with_context(
                active_test=False, no_reset_password=True, tracking_disable=True
            )
        )
        group = self.env.ref(GROUP)
        user = users.search([("login", "=", login)])
        if not user:
            return users.with_company(company).create(
                {
                    "name": "Sync Agent",
                    "login": login,
                    "company_id": company.id,
                    "company_ids": [fields.Command.set(company.ids)],
                    "group_ids": [fields.Command.set(group.ids)],
                    "lang": self.env.user.lang,
                    "notification_type": "email",
                }
            )
        if user.all_group_ids != group or not user.active:
            raise UserError(
                self.env._(
                    "The user %(login)s is archived or has other groups than Sync "
                    "agent. Take them away, or rename that user, then try again.",
                    login=login,
                )
            )
        return user
