import secrets

from odoo import api, fields, models

from ..metrics import care_entries
from .care_choices import FADE_AUDIENCE, PLAN_STATES, TRIGGERS
from .sme_customer_value import FADE_STATES


def _new_seed(_self):
    return secrets.token_hex(8)


class SmeCarePlan(models.Model):
    """Who gets which touches when: audience, trigger, steps and limits.

    What the engine does with it stands in ``metrics/care_run.py``.
    """

    _name = "sme.care.plan"
    _description = "Care Plan"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True, help="What the plan is for, in a sentence or two."
    )
    sequence = fields.Integer(
        default=10,
        help="Of two plans that want to touch a customer on the same day, the first "
        "one in the list comes first.",
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        help="Sends the messages and gets the activities of customers without an "
        "account manager.",
    )
    state = fields.Selection(
        PLAN_STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    template_code = fields.Char(
        string="Ready Plan",
        readonly=True,
        copy=False,
        help="Says which plan that came with the program this one is.",
    )

    # Who
    segment_ids = fields.Many2many("sme.segment", string="Segments")
    tier_ids = fields.Many2many("sme.value.tier", string="Value Tiers")
    lifecycle_stage_ids = fields.Many2many(
        "sme.lifecycle.stage", string="Lifecycle Stages"
    )
    customer_kind_ids = fields.Many2many("sme.customer.kind", string="Customer Kinds")
    fade_states = fields.Selection(FADE_AUDIENCE, string="Rhythm")
    domain = fields.Char(
        string="More Conditions",
        default="[]",
        help="On the customer's figures. Dates may be relative: 'today -90d'. Who has "
        "no figures yet does not meet any.",
    )

    # When
    trigger = fields.Selection(TRIGGERS, string="Begins", required=True, index=True)
    trigger_segment_ids = fields.Many2many(
        "sme.segment",
        "sme_care_plan_trigger_segment_rel",
        string="Entered Segments",
        help="Empty: those of the audience.",
    )
    trigger_fade_state = fields.Selection(
        FADE_STATES, string="Entered State", default="fading"
    )
    trigger_stage_id = fields.Many2one("sme.lifecycle.stage", string="Entered Stage")
    calendar_id = fields.Many2one(
        "sme.care.calendar", string="Day of the Calendar", ondelete="restrict"
    )
    trigger_days = fields.Integer(
        string="Days After",
        help="How many days after the event the plan begins; before a day that "
        "returns each year with a minus sign.",
    )
    trigger_score = fields.Integer(
        string="Complete Below (%)",
        default=60,
        help="Files less complete than this are meant.",
    )
    include_present = fields.Boolean(
        string="Also Who Is There Already",
        default=True,
        help="Begin with everybody who is in that state when the plan starts, not "
        "only with those who enter it from then on.",
    )

    # How
    step_ids = fields.One2many("sme.care.step", "plan_id", string="Steps", copy=True)
    exit_on_order = fields.Boolean(
        string="Ends with an Order",
        default=True,
        help="A customer who buys leaves the plan: no further step reaches him.",
    )
    holdout_percent = fields.Float(
        string="Hold-Out (%)",
        default=10.0,
        help="So many of a hundred customers, taken at random, get nothing. Comparing "
        "them with the others shows what the plan really earns.",
    )
    holdout_seed = fields.Char(
        required=True, copy=False, default=_new_seed, readonly=True
    )
    order_days = fields.Integer(
        string="Orders Count for (days)",
        default=30,
        help="An order within so many days after a touch is shown with it.",
    )
    campaign_id = fields.Many2one(
        "utm.campaign",
        copy=False,
        ondelete="set null",
        help="Made when the plan starts; orders that come by its links belong to it.",
    )
    started_on = fields.Datetime(readonly=True, copy=False)
    stopped_on = fields.Datetime(readonly=True, copy=False)

    enrollment_ids = fields.One2many(
        "sme.care.enrollment", "plan_id", string="Customers", copy=False
    )
    touch_ids = fields.One2many("sme.care.touch", "plan_id", copy=False)

    _holdout_range = models.Constraint(
        "CHECK(holdout_percent >= 0 AND holdout_percent <= 50)",
        "The hold-out is between 0 and 50 %.",
    )
    _order_days_range = models.Constraint(
        "CHECK(order_days > 0)", "Orders count for one day or more."
    )

    def _ordered_steps(self):
        """The steps in the order in which they come.

        :rtype: sme.care.step
        """
        return self.step_ids.sorted(lambda step: (step.sequence, step.id))

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=plan.name)}
            if "name" not in (default or {})
            else vals
            for plan, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()
        care_entries.forget_plans(self.env, self.ids)
