from odoo import fields, models

from .care_choices import ENROLLMENT_STATES, LEAVE_REASONS
from .sme_loose_link import LooseMany2one


class SmeCareEnrollment(models.Model):
    """A customer in a care plan, once for each occasion. Written by SQL."""

    _name = "sme.care.enrollment"
    _description = "Customer in a Care Plan"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    plan_id = LooseMany2one("sme.care.plan", required=True)
    company_id = LooseMany2one("res.company", required=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    occurrence = fields.Char(
        string="Occasion",
        required=True,
        readonly=True,
        help="What made the customer enter; each occasion counts once.",
    )
    date = fields.Datetime(string="Entered On", required=True, readonly=True)
    holdout = fields.Boolean(
        string="Hold-Out", readonly=True, help="Gets nothing, to compare with."
    )
    state = fields.Selection(
        ENROLLMENT_STATES, required=True, default="active", readonly=True
    )
    reason = fields.Selection(LEAVE_REASONS, string="Left Because", readonly=True)
    ended_on = fields.Datetime(readonly=True)
    next_step_id = LooseMany2one("sme.care.step", readonly=True)
    next_date = fields.Datetime(string="Next Step On", readonly=True)
    touch_ids = fields.One2many("sme.care.touch", "enrollment_id", string="Touches")

    # A constraint, not a unique index: the merge wizard then drops the double row.
    _occurrence_unique = models.Constraint(
        "UNIQUE(plan_id, partner_id, occurrence)",
        "A customer enters a plan once for each occasion.",
    )
    _next_idx = models.Index("(next_step_id, next_date) WHERE next_step_id IS NOT NULL")
