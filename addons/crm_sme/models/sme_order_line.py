from odoo import fields, models


class SmeOrderLine(models.Model):
    """A line of a shop order: goods, shipping, a fee, a discount, an adjustment."""

    _name = "sme.order.line"
    _description = "Shop Order Line"
    _order = "order_id desc, sequence, id"

    order_id = fields.Many2one(
        "sme.order", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    external_id = fields.Char(readonly=True)
    line_type = fields.Selection(
        [
            ("product", "Goods"),
            ("shipping", "Shipping"),
            ("fee", "Fee"),
            ("discount", "Discount"),
            ("gift_card", "Gift card"),
            ("rounding", "Rounding"),
            ("adjustment", "Adjustment"),
        ],
        required=True,
        default="product",
    )
    name = fields.Char(required=True)
    sku = fields.Char(string="SKU")
    product_id = fields.Many2one("product.product", ondelete="set null", index=True)
    product_external_id = fields.Char(readonly=True)
    categ_id = fields.Many2one("product.category", ondelete="set null")
    quantity = fields.Float(digits="Product Unit")
    currency_id = fields.Many2one(related="order_id.currency_id")
    company_id = fields.Many2one(related="order_id.company_id")
    price_unit = fields.Float(digits="Product Price")
    discount_amount = fields.Monetary()
    price_subtotal = fields.Monetary(string="Untaxed")
    price_tax = fields.Monetary(string="Tax")
    price_total = fields.Monetary(string="Total")
    cost = fields.Monetary(help="Cost of the goods in the order's currency.")
    margin = fields.Monetary()

    _product_external_idx = models.Index(
        "(product_external_id) "
        "WHERE product_id IS NULL AND product_external_id IS NOT NULL"
    )

    def _quotation_values(self):
        """Return this line as one of a quotation; without a product it is a note."""
        self.ensure_one()
        if not self.product_id:
            total = f"{self.price_subtotal:g} {self.currency_id.name}"
            return {"display_type": "line_note", "name": f"{self.name} · {total}"}
        quantity = self.quantity or 1.0
        return {
            "product_id": self.product_id.id,
            "name": self.name,
            "product_uom_qty": quantity,
            "price_unit": self.price_subtotal / quantity,
        }
