from odoo import api, models
from odoo.exceptions import AccessError, UserError

PARAMETER = "crm_sme.renew_keys"
MOST_KEYS = 10


class SmeIngest(models.AbstractModel):
    """Lets the robot renew its own key, so that no shop falls silent after 90 days."""

    _inherit = "sme.ingest"

    @api.model
    def renew_key(self, contract):
        """Make a new key for the robot that calls; its old ones end by themselves.

        :return: the key, which is shown nowhere else, and the days that it lasts
        :rtype: dict
        :raises AccessError: the caller is a person, or renewing is switched off
        :raises UserError: the robot has many keys already
        """
        door = self._enter(contract)
        _ = self._reader()._
        user = self.env.user
        if user.all_group_ids != door.env.ref("crm_sme.crm_sme_group_sync"):
            raise AccessError(
                _(
                    "%(user)s has other groups than Sync agent, so its keys are made "
                    "by a person: Preferences > Security.",
                    user=user.login,
                )
            )
        if door.env["ir.config_parameter"].get_param(PARAMETER) != "True":
            raise AccessError(
                _(
                    "Agents may not renew their keys here. Allow it under CRM > "
                    "Configuration > Settings > Sync Agent, or make a key with Connect "
                    "an Agent."
                )
            )
        keys = door.env["res.users.apikeys"]
        if keys.search_count([("user_id", "=", user.id)]) >= MOST_KEYS:
            raise UserError(
                _(
                    "%(user)s has %(count)s keys. Delete those that are not needed "
                    "(Settings > Users), then try again.",
                    user=user.login,
                    count=MOST_KEYS,
                )
            )
        wizard = door.env["sme.agent.key"]
        days = wizard._robot_days()
        _login, key = wizard._issue_to(user, _("renewed by the agent"), days)
        return {"key": key, "expires_in_days": days}
