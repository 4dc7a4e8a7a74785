from odoo import api, fields, models

from ..tools.refusal import Refusal
from .refusal_text import reason_text


class SmeRejectLabel(models.Model):
    """What a refused record is and why it was refused, in the user's language."""

    _inherit = "sme.reject"

    kind_label = fields.Char(string="Kind of Record", compute="_compute_kind_label")
    reason_text = fields.Text(string="Reason", compute="_compute_reason_text")

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

    @api.depends("reason", "refusal")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        for reject in self:
            kept = reject.refusal
            reject.reason_text = (
                reason_text(self.env, Refusal("", kept["code"], **kept["params"]))
                if kept
                else reject.reason
            )
