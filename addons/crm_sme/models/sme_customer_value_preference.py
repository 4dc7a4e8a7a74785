from odoo import fields, models


class SmeCustomerValuePreference(models.Model):
    """What a customer likes, read from what he bought."""

    _inherit = "sme.customer.value"

    pref_categ_id = fields.Many2one(
        "product.category",
        string="Preferred Category",
        readonly=True,
        ondelete="set null",
    )
    pref_channel = fields.Char(string="Preferred Channel", readonly=True)
    pref_weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        string="Preferred Weekday",
        readonly=True,
    )
    price_band = fields.Selection(
        [("low", "Low"), ("middle", "Middle"), ("high", "High")], readonly=True
    )

    def action_sme_offer(self):
        """Open what to offer to the customer."""
        self.ensure_one()
        return self.partner_id.action_sme_offer()
