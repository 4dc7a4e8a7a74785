from datetime import timedelta

from odoo import api, fields, models

ESCALATION = "crm_sme.mail_activity_type_escalation"
BATCH = 200


class SmeFeedbackFlow(models.Model):
    """What happens when a case moves, ends, comes back or is forgotten."""

    _inherit = "sme.feedback"

    rating_asked_on = fields.Datetime(
        string="Asked for a Rating", readonly=True, copy=False
    )

    def write(self, vals):
        """Date the moves; an end asks for a rating, a return is counted."""
        if "stage_id" not in vals:
            return super().write(vals)
        stage = self.env["sme.feedback.stage"].browse(vals["stage_id"])
        moved = self.filtered(lambda each: each.stage_id != stage)
        ending = moved.filtered(lambda each: each.is_open and stage.is_closed)
        coming_back = moved.filtered(lambda each: not (each.is_open or stage.is_closed))
        ending._check_may_end()
        now = fields.Datetime.now()
        result = super().write(
            {**vals, "date_last_stage_update": now} if moved else vals
        )
        if ending:
            ending._end(stage, now)
        for each in coming_back:
            each._come_back(now)
        return result

    def _end(self, stage, now):
        """Date the end, which is an answer too, and ask for a rating.

        :param stage: closed record of ``sme.feedback.stage``
        :param datetime now: naive UTC
        """
        self.write({"closed_on": now})
        self.activity_unlink([ESCALATION])
        if stage.is_refused:
            self._set_refused(now)
        if stage.is_refused or self.env.context.get("sme_settled_itself"):
            return
        self.filtered(lambda each: not each.first_response_on)._answered(now)
        self._ask_rating(now)

    def _come_back(self, now):
        """Give a case that was closed a new deadline, and count its return."""
        hours = self.team_id._deadline_hours(self.severity)
        self._set_refused(False)
        self.write(
            {
                "closed_on": False,
                "escalated_on": False,
                "reopened_count": self.reopened_count + 1,
                "deadline": now + timedelta(hours=hours),
            }
        )

    def _set_refused(self, since):
        """What was no case does not count as a complaint of the customer.

        :param since: naive UTC, or False if it is a case after all
        """
        # As root: the history is written by the machine.
        self.sudo().history_id.write({"gone_on": since})

    def _answered(self, moment):
        """Keep the first word of ours to the customer.

        :param datetime moment: naive UTC
        """
        for each in self.filtered(lambda each: not each.first_response_on):
            each.first_response_on = max(moment, each.date)
            history = each.sudo().history_id  # written by the machine
            if history and not history.answered_on:
                history.answered_on = each.first_response_on

    def action_solve(self):
        """Settle the case: the customer is asked how satisfied he is."""
        self.write({"stage_id": self._first_stage(closed=True).id})

    def action_reopen(self):
        """Take up a closed case again."""
        self.write({"stage_id": self._first_stage().id})

    # ------------------------------------------------------------------ ratings
    def _ask_rating(self, now):
        """Send the customer a mail with three faces, once until he answers it."""
        template = self.env.ref(
            "crm_sme.sme_feedback_rating_template", raise_if_not_found=False
        )
        if not template:
            return
        for each in self.filtered("team_id.ask_rating"):
            if each._may_ask_rating():
                # As root: a rating's token is not for the user to see.
                each.sudo().rating_send_request(template.sudo(), force_send=False)
                each.rating_asked_on = now

    def _may_ask_rating(self):
        """Whether there is a customer to ask who has neither answered nor refused."""
        partner = self.partner_id
        rated = self.sudo().rating_ids.filtered("consumed")  # tokens are in them
        return bool(partner.email and not partner.is_blacklisted and not rated)

    def action_view_rating(self):
        """Open what the customer said of how we dealt with it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rating"),
            "res_model": "rating.rating",
            "view_mode": "list,form",
            "domain": [("id", "in", self.rating_ids.filtered("consumed").ids)],
        }

    # --------------------------------------------------------------- escalation
    @api.model
    def _cron_escalate(self):
        """Tell team leaders of overdue cases, each once until it is reopened."""
        domain = [("is_overdue", "=", True), ("escalated_on", "=", False)]
        cron = self.env["ir.cron"]
        left_s = cron._commit_progress(remaining=self.search_count(domain))
        while left_s and (late := self.search(domain, limit=BATCH)):
            for each in late:
                each._escalate()
            left_s = cron._commit_progress(
                len(late), remaining=self.search_count(domain)
            )

    def _escalate(self):
        """Give the team's leader a to-do; without one the responsible gets it."""
        self.escalated_on = fields.Datetime.now()
        for user in (self.team_id.user_id, self.user_id):
            if user.active and self.company_id in user.company_ids:
                reader = self.with_context(lang=user.lang)
                self.activity_schedule(
                    ESCALATION,
                    user_id=user.id,
                    summary=reader.env._("Overdue: %(name)s", name=self.display_name),
                )
                return
