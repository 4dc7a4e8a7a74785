from odoo import fields, models


class SmeLifecycleMove(models.Model):
    """A customer went from one lifecycle stage to another.

    Written for moves of people and of the nightly refresh alike; that one moves in SQL
    and leaves no tracked message. Contacts move with their company and have no own.
    """

    _name = "sme.lifecycle.move"
    _description = "Lifecycle Move"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    from_stage_id = fields.Many2one(
        "sme.lifecycle.stage", string="From", readonly=True, ondelete="cascade"
    )
    to_stage_id = fields.Many2one(
        "sme.lifecycle.stage", string="To", readonly=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, readonly=True, index=True)
    is_automatic = fields.Boolean(
        string="By Itself", readonly=True, help="Followed from orders, not by hand."
    )
