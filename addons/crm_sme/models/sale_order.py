from odoo import models

FIGURE_FIELDS = frozenset({"state", "partner_id", "date_order", "company_id"})


class SaleOrder(models.Model):
    """Orders made in Odoo count in the customer's figures beside those of shops."""

    _inherit = "sale.order"

    def write(self, vals):
        """Queue the customers of orders that were, or are now, confirmed."""
        if not vals.keys() & FIGURE_FIELDS:
            return super().write(vals)
        before = self._sme_confirmed()
        partners = before.partner_id
        result = super().write(vals)
        confirmed = before | self._sme_confirmed()
        for company, orders in confirmed.grouped("company_id").items():
            self.env["sme.customer.value"]._touch(orders.partner_id | partners, company)
        return result

    def _sme_confirmed(self):
        return self.filtered(lambda order: order.state == "sale")

    def action_sme_offer(self):
        """Open what else to offer to the customer of the quotation."""
        self.ensure_one()
        return self.env["sme.offer"]._open_for(self.partner_id, order_id=self.id)
