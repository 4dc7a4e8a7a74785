from odoo import fields, models


class SmeTouch(models.Model):
    """Queue of customers whose figures are out of date; doubles are harmless."""

    _name = "sme.touch"
    _description = "Customer to Refresh"
    _order = "id"
    _log_access = False

    partner_id = fields.Many2one("res.partner", ondelete="cascade", required=True)
    company_id = fields.Many2one("res.company", ondelete="cascade", required=True)
