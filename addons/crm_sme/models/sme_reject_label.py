from odoo import api, fields, models


class SmeRejectLabel(models.Model):
    """What a refused record is, in the user's language."""

    _inherit = "sme.reject"

    kind_label = fields.Char(string="Kind of Record", compute="_compute_kind_label")

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind_label(self):
        labels = {
            "customer": self.env._("Customer"),
            "product": self.env._("Product"),
            "order": self.env._("Order"),
            "shipment": self.env._("Shipment"),
            "review": self.env._("Review"),
            "cart": self.env._("Cart"),
            "visit": self.env._("Visit"),
        }
        for reject in self:
            reject.kind_label = labels.get(reject.kind, reject.kind)
