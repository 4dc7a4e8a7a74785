from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

SNOOZE_DAYS = 1
LONGEST_SNOOZE = 365
RECENT = 3


class SmeSuggestionWork(models.Model):
    """What is done with a suggestion: call, done, snooze, drop, open."""

    _inherit = "sme.suggestion"

    contact_name = fields.Char(compute="_compute_contact", string="Whom to Call")
    phone = fields.Char(compute="_compute_contact")
    best_time = fields.Char(compute="_compute_best_time")
    called_on = fields.Datetime(
        readonly=True, help="When the number was dialled from the list last."
    )
    note = fields.Text(string="Outcome")
    interaction_id = fields.Many2one(
        "sme.interaction", string="Talk", readonly=True, ondelete="set null"
    )
    recent_talks = fields.Json(compute="_compute_recent_talks")

    @api.depends("partner_id", "lead_id")
    def _compute_contact(self):
        for suggestion in self:
            partner, lead = suggestion.partner_id, suggestion.lead_id
            family = partner | partner.commercial_partner_id
            numbers = [*family.mapped("phone"), lead.phone]
            if not any(numbers):
                # A company may be called by one of its people only.
                numbers += partner.commercial_partner_id.child_ids.mapped("phone")
            suggestion.phone = next(filter(None, numbers), False)
            suggestion.contact_name = (
                partner.display_name or lead.contact_name or lead.display_name
            )

    @api.depends("best_hour")
    def _compute_best_time(self):
        for suggestion in self:
            hour = suggestion.best_hour
            suggestion.best_time = f"{hour}:00–{hour + 2}:00" if hour else False

    @api.depends("partner_id")
    def _compute_recent_talks(self):
        """The last words with the customer, for the call card; one look-up each."""
        for suggestion in self:
            talks = suggestion.partner_id._sme_recent("sme.interaction", [])
            labels = dict(talks._fields["kind"]._description_selection(self.env))
            suggestion.recent_talks = [
                {
                    "id": talk.id,
                    "date": fields.Date.to_string(
                        fields.Datetime.context_timestamp(talk, talk.date)
                    ),
                    "kind": labels.get(talk.kind, ""),
                    "summary": talk.summary,
                }
                for talk in talks[:RECENT]
            ]

    def action_done(self, note=None):
        """Settle suggestions; what was talked becomes an interaction.

        A promise is done with its activity, which leaves the interaction by itself.

        :param str note: what came of it; None for what stands in the field
        """
        self._check_open()
        for suggestion in self:
            text = (suggestion.note if note is None else note) or ""
            suggestion._take()
            activity = suggestion._promised()
            # First, so that the list does not lose it when the question is answered.
            suggestion._settle("done", text)
            if activity:
                activity.action_feedback(feedback=text)
            else:
                suggestion.interaction_id = suggestion._log_talk(text)
        return True

    def action_snooze(self, days=SNOOZE_DAYS):
        """Let suggestions sleep; who was dialled in vain today has it noted.

        :param int days: until when, from today
        """
        self._check_open()
        if not 1 <= days <= LONGEST_SNOOZE:
            raise UserError(
                self.env._(
                    "A suggestion sleeps for 1 to %(most)s days.", most=LONGEST_SNOOZE
                )
            )
        for suggestion in self.filtered(lambda s: s._was_dialled_today()):
            suggestion._log_try()
        self._snooze(days)
        return True

    def action_drop(self):
        """Settle suggestions that are of no use; they do not come back."""
        self._check_open()
        self._settle("dropped")
        return True

    def action_reopen(self):
        """Put suggestions back on the list."""
        self.write({"state": "open", "settled_on": False, "snooze_until": False})
        return True

    def action_call(self):
        """Dial the number, and note when.

        :raises UserError: there is no number
        """
        self.ensure_one()
        if not self.phone:
            raise UserError(
                self.env._(
                    "%(name)s has no phone number. Open the customer and enter one.",
                    name=self.contact_name,
                )
            )
        self._take()
        self.called_on = fields.Datetime.now()
        number = "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")
        return {
            "type": "ir.actions.client",
            "tag": "sme_dial",
            "params": {"number": number},
        }

    def action_open(self):
        """Open the case of a complaint, the lead of a visitor, else the customer."""
        self.ensure_one()
        if self.res_model == "sme.feedback":
            return {
                "type": "ir.actions.act_window",
                "res_model": self.res_model,
                "res_id": self.res_id,
                "views": [(False, "form")],
            }
        if self.partner_id and self.kind != "visitor":
            view = self.env.ref("crm_sme.sme_partner_view_form_care")
            return {
                "type": "ir.actions.act_window",
                "res_model": "res.partner",
                "res_id": self.partner_id.id,
                "views": [(view.id, "form")],
            }
        if self.lead_id:
            return {
                "type": "ir.actions.act_window",
                "res_model": "crm.lead",
                "res_id": self.lead_id.id,
                "views": [(False, "form")],
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _check_open(self):
        """Refuse what somebody else settled meanwhile.

        :raises UserError: with who it was
        """
        for suggestion in self:
            if suggestion.state in ("done", "dropped"):
                raise UserError(
                    self.env._(
                        "%(user)s has already settled %(name)s. Reload the list.",
                        user=suggestion.write_uid.name,
                        name=suggestion.contact_name or suggestion.reason,
                    )
                )

    def _take(self):
        """Whoever works on what is nobody's gets it."""
        self.filtered(lambda s: not s.user_id).user_id = self.env.user

    def _settle(self, state, note=None):
        values = {"state": state, "settled_on": fields.Datetime.now()}
        if note is not None:
            values["note"] = note
        self.write(values)

    def _snooze(self, days):
        until = fields.Date.context_today(self) + timedelta(days=days)
        self.write({"state": "snoozed", "snooze_until": until})

    def _was_dialled_today(self):
        today = fields.Date.context_today(self)
        called = self.called_on
        return bool(called) and (
            fields.Datetime.context_timestamp(self, called).date() == today
        )

    def _promised(self):
        """The activity behind a promise, if it is still to do."""
        if self.res_model != "mail.activity":
            return self.env["mail.activity"]
        return self.env["mail.activity"].browse(self.res_id).exists()

    def _log_talk(self, note):
        """Keep the talk as an interaction; it answers what the customer asked.

        :param str note: what came of it
        :return: the new interaction, none without a customer or lead
        """
        if not (self.partner_id or self.lead_id):
            return self.env["sme.interaction"]
        return self.env["sme.interaction"].create(
            {
                **self._talk_values(),
                "kind": "call",
                "summary": (note or self.reason).splitlines()[0][:120],
                "body_text": note or False,
            }
        )

    def _log_try(self):
        if self.partner_id or self.lead_id:
            self.env["sme.interaction"].create(
                {
                    **self._talk_values(),
                    "kind": "note",
                    "summary": self.env._("Called and not reached"),
                }
            )

    def _talk_values(self):
        return {
            "partner_id": self.partner_id.id,
            "lead_id": self.lead_id.id,
            "company_id": self.company_id.id,
            "direction": "out",
            "channel": "phone",
            "date": fields.Datetime.now(),
            "user_id": self.env.user.id,
        }

    @api.model
    def _withdraw_causes(self, records):
        """Take back what some records caused; their reason is gone.

        :param records: e.g. answered interactions
        """
        # As root: the reason is gone for whoever was to call.
        self.sudo().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "in", ("open", "snoozed")),
            ]
        ).unlink()

    @api.autovacuum
    def _gc_settled(self):
        """Forget what was settled two years ago; its occasion is long past."""
        limit = fields.Datetime.now() - timedelta(days=730)
        self.search(
            [("state", "in", ("done", "dropped")), ("settled_on", "<", limit)],
            limit=10000,
        ).unlink()
