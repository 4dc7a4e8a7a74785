from odoo import fields, models


class SmeCustomerValueLifecycle(models.Model):
    """Who stands still on the way to become a customer, for the board."""

    _inherit = "sme.customer.value"

    is_rotting = fields.Boolean(related="partner_id.is_rotting")
    rotting_days = fields.Integer(related="partner_id.rotting_days")
