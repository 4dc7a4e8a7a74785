from odoo import api, fields, models
from odoo.tools import SQL

from .sme_interaction import ASKING, BAD_RATING


class SmeInteractionToday(models.Model):
    """What customers ask is soon in the call list, and leaves it when answered."""

    _inherit = "sme.interaction"

    # As in ASKING; for the list of what waits, and for the build of the call list.
    _unanswered_idx = models.Index(
        "(company_id, date) WHERE answered_on IS NULL AND gone_on IS NULL "
        "AND direction = 'in' AND kind IN ('call', 'mail', 'meeting', 'message', "
        "'visit', 'review', 'complaint', 'request')"
    )

    waiting_hours = fields.Float(
        string="Waits for (hours)",
        compute="_compute_waiting_hours",
        digits=(16, 1),
        aggregator=None,
    )
    answered_share = fields.Float(
        string="Answered %",
        compute="_compute_answered_share",
        aggregator="avg",
        help="Part of what customers asked that was answered.",
    )

    @api.depends("date", "is_unanswered")
    def _compute_waiting_hours(self):
        now = fields.Datetime.now()
        for interaction in self:
            waits = interaction.is_unanswered and interaction.date
            hours = (now - interaction.date).total_seconds() / 3600 if waits else 0
            interaction.waiting_hours = max(hours, 0)

    @api.depends("answered_on")
    def _compute_answered_share(self):
        """Fill the figure of single rows; for groups see ``_read_group_select``."""
        for interaction in self:
            interaction.answered_share = float(bool(interaction.answered_on))

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        name, _sep, function = aggregate_spec.partition(":")
        if name == "response_hours" and function == "avg":
            # What waits still has no time to answer; the column says zero.
            return SQL(
                "avg(%s) FILTER (WHERE %s IS NOT NULL AND %s = 'in')",
                *self._columns(query, "response_hours", "answered_on", "direction"),
            )
        if name == "answered_share" and function in ("avg", "sum"):
            return SQL(
                "avg((%s IS NOT NULL)::int) FILTER (WHERE %s = 'in' AND %s = ANY(%s)"
                " AND (%s <> 'review' OR %s BETWEEN 0.1 AND %s))",
                *self._columns(query, "answered_on", "direction", "kind"),
                list(ASKING),
                *self._columns(query, "kind", "score"),
                BAD_RATING,
            )
        return super()._read_group_select(aggregate_spec, query)

    def _columns(self, query, *names):
        return [self._field_to_sql(self._table, name, query) for name in names]

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions.filtered("is_unanswered")._touch_customers()
        return interactions

    def write(self, vals):
        """An answered question is no reason to call any more."""
        result = super().write(vals)
        if vals.get("answered_on"):
            self.env["sme.suggestion"]._withdraw_causes(self)
        return result

    def action_answered(self):
        """It was answered somewhere else, or needs no answer."""
        self.filtered("is_unanswered").answered_on = fields.Datetime.now()

    def action_reply(self):
        """Open a message to the customer; sending it is the answer."""
        self.ensure_one()
        record = self.lead_id or self.partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": record._name,
                "default_res_ids": record.ids,
                "default_partner_ids": self.partner_id.ids,
                "default_composition_mode": "comment",
                "default_subject": self.env._("Re: %(what)s", what=self.summary),
            },
        }
