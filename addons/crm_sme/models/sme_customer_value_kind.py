from odoo import fields, models


class SmeCustomerValueKind(models.Model):
    """The customer's kind, to filter and group the figures by."""

    _inherit = "sme.customer.value"

    customer_kind_id = fields.Many2one(related="partner_id.customer_kind_id")
