from odoo import fields, models


class SmeCustomerValueFile(models.Model):
    """The completeness of the customer's file, to filter and sort the figures by."""

    _inherit = "sme.customer.value"

    data_score = fields.Integer(related="partner_id.data_score")
