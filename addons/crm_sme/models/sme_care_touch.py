from odoo import fields, models

from .care_choices import CHANNELS, SKIP_REASONS, TOUCH_STATES
from .sme_loose_link import LooseMany2one


class SmeCareTouch(models.Model):
    """A step as it reached one customer, or why it did not. Planned by SQL."""

    _name = "sme.care.touch"
    _description = "Care Touch"
    _order = "date desc, id desc"
    _rec_name = "step_id"
    _log_access = False

    enrollment_id = fields.Many2one(
        "sme.care.enrollment", required=True, ondelete="cascade", readonly=True
    )
    # Loose links: those of the enrollment, whose key takes the touch with it.
    step_id = LooseMany2one("sme.care.step", required=True, readonly=True)
    plan_id = LooseMany2one("sme.care.plan", required=True, readonly=True)
    company_id = LooseMany2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    date = fields.Datetime(
        required=True,
        readonly=True,
        help="When it was done or skipped; when it is due while it is planned.",
    )
    planned_on = fields.Datetime(
        string="Was Due On", readonly=True, help="Before quiet hours moved it."
    )
    state = fields.Selection(
        TOUCH_STATES, required=True, default="planned", readonly=True
    )
    skip_reason = fields.Selection(SKIP_REASONS, readonly=True)
    note = fields.Char(string="Remark", readonly=True)
    opened_on = fields.Datetime(readonly=True)
    clicked_on = fields.Datetime(readonly=True)
    replied_on = fields.Datetime(readonly=True)
    ordered_on = fields.Datetime(
        readonly=True, help="First order within the plan's days after the touch."
    )
    order_amount = fields.Monetary(string="Ordered For", readonly=True)
    cost = fields.Monetary(readonly=True)
    mailing_id = fields.Many2one(
        "mailing.mailing", readonly=True, ondelete="set null", index="btree_not_null"
    )
    trace_id = fields.Many2one(
        "mailing.trace", readonly=True, ondelete="set null", index="btree_not_null"
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )

    # The key that keeps a step from reaching anybody twice.
    _step_unique = models.Constraint(
        "UNIQUE(enrollment_id, step_id)", "A step reaches a customer once."
    )
    _partner_idx = models.Index("(partner_id, date DESC)")
    _due_idx = models.Index("(company_id, date) WHERE state = 'planned'")
    _done_idx = models.Index("(company_id, date, partner_id) WHERE state = 'done'")
    _plan_idx = models.Index("(plan_id, step_id, state)")
