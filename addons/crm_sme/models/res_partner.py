from odoo import fields, models

STAFF = "base.group_user"


class ResPartner(models.Model):
    """What a person edits of a customer, and the way to what the machine found out.

    Every field carries ``groups``: portal users read their own partner.
    """

    _inherit = "res.partner"

    lifecycle_stage_id = fields.Many2one(
        "sme.lifecycle.stage",
        string="Lifecycle",
        groups=STAFF,
        tracking=True,
        index="btree_not_null",
        group_expand="_read_group_expand_full",
    )
    lifecycle_locked = fields.Boolean(
        groups=STAFF, help="The stage was set by hand and stays."
    )
    character_note = fields.Html(
        groups=STAFF, help="What is good to know of this customer's ways."
    )
    sme_value_ids = fields.One2many(
        "sme.customer.value", "partner_id", string="Customer Values", groups=STAFF
    )
    sme_interaction_ids = fields.One2many(
        "sme.interaction", "partner_id", string="Interactions", groups=STAFF
    )
    sme_order_ids = fields.One2many(
        "sme.order", "partner_id", string="Shop Orders", groups=STAFF
    )
    sme_shipment_ids = fields.One2many(
        "sme.shipment", "partner_id", string="Shipments", groups=STAFF
    )
