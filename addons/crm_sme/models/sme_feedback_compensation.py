from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import formatLang

DECISION = "crm_sme.mail_activity_type_compensation"
MANAGER = "crm_sme.crm_sme_group_manager"
DECIDED = {"compensation_state", "compensation_by", "compensation_on"}


class SmeFeedbackCompensation(models.Model):
    """What a customer gets for his trouble; large sums need a manager."""

    _inherit = "sme.feedback"

    compensation_state = fields.Selection(
        [
            ("free", "Within the limit"),
            ("to_approve", "Waits for a manager"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        string="Decision",
        readonly=True,
        copy=False,
        tracking=True,
    )
    compensation_by = fields.Many2one(
        "res.users", string="Decided By", readonly=True, copy=False
    )
    compensation_on = fields.Datetime(string="Decided On", readonly=True, copy=False)
    may_decide = fields.Boolean(compute="_compute_may_decide")

    @api.depends_context("uid")
    def _compute_may_decide(self):
        self.may_decide = self.env.user.has_group(MANAGER)

    @api.constrains("compensation_amount")
    def _check_compensation_amount(self):
        if any(each.compensation_amount < 0 for each in self):
            raise ValidationError(
                self.env._("A compensation cannot be below zero. Enter 0 for none.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        if any(DECIDED & vals.keys() for vals in vals_list):
            self._check_may_decide()
        cases = super().create(vals_list)
        cases.filtered("compensation_amount")._judge_compensation()
        return cases

    def write(self, vals):
        if DECIDED & vals.keys():
            self._check_may_decide()
        result = super().write(vals)
        if "compensation_amount" in vals and not DECIDED & vals.keys():
            self._judge_compensation()
        return result

    def _check_may_decide(self):
        """Refuse decisions of who is no manager.

        :raises AccessError: the user is none
        """
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(
                self.env._("Only a manager decides on a compensation. Ask one to.")
            )

    def _judge_compensation(self):
        """Say for each sum whether it is free, approved by the writer, or waits."""
        is_manager = self.env.user.has_group(MANAGER)
        for each in self:
            limit = each.company_id.sme_compensation_limit
            amount = each.compensation_amount
            if not amount:
                each._decide(False)
            elif each.currency_id.compare_amounts(amount, limit) <= 0:
                each._decide("free")
            elif is_manager:
                each._decide("approved")
            elif each.compensation_state != "to_approve":
                each._decide("to_approve")
                each._ask_manager()

    def _decide(self, state):
        if state != "to_approve":
            self.sudo().activity_unlink([DECISION])  # of whoever was asked
        by_hand = state in ("approved", "refused")
        self.sudo().write(  # the user may set the sum, so its state follows
            {
                "compensation_state": state,
                "compensation_by": self.env.uid if by_hand else False,
                "compensation_on": fields.Datetime.now() if by_hand else False,
            }
        )

    def _ask_manager(self):
        """Give a manager a to-do: the team's leader if he is one."""
        leader = self.team_id.user_id
        managers = (
            self.env.ref(MANAGER)
            .sudo()
            .all_user_ids.filtered(
                lambda user: user.active and self.company_id in user.company_ids
            )
        )
        for user in (managers & leader or managers)[:1]:
            reader = self.with_context(lang=user.lang)
            self.sudo().activity_schedule(  # the manager's to-do is not the user's
                DECISION,
                user_id=user.id,
                summary=reader.env._(
                    "Approve %(amount)s for the customer?",
                    amount=reader._compensation_in_words(),
                ),
            )

    def _compensation_in_words(self):
        return formatLang(
            self.env, self.compensation_amount, currency_obj=self.currency_id
        )

    def action_approve_compensation(self):
        """Let the customer have it."""
        self._check_may_decide()
        for each in self.filtered(lambda c: c.compensation_state == "to_approve"):
            each._decide("approved")

    def action_refuse_compensation(self):
        """Take the sum back; whoever proposed it sees who refused it."""
        self._check_may_decide()
        for each in self.filtered(lambda c: c.compensation_state == "to_approve"):
            each._message_log(
                body=self.env._(
                    "Compensation of %(amount)s refused.",
                    amount=each._compensation_in_words(),
                )
            )
            each.sudo().with_context(tracking_disable=True).write(
                {"compensation_amount": 0}
            )
            each._decide("refused")

    def _check_may_end(self):
        """Refuse an end that leaves a compensation undecided.

        :raises UserError: one waits for a manager
        """
        waiting = self.filtered(lambda each: each.compensation_state == "to_approve")
        if waiting:
            raise UserError(
                self.env._(
                    "The compensation of %(cases)s waits for a manager. Ask for the "
                    "decision, or lower it to %(limit)s at most.",
                    cases=", ".join(waiting.mapped("name")),
                    limit=formatLang(
                        self.env,
                        waiting[0].company_id.sme_compensation_limit,
                        currency_obj=waiting[0].currency_id,
                    ),
                )
            )
