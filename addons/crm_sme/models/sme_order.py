from odoo import fields, models
from odoo.exceptions import UserError

from .sme_shipment import PARCELS

STATES = [
    ("pending", "Waiting for payment"),
    ("confirmed", "Confirmed"),
    ("shipped", "Shipped"),
    ("completed", "Completed"),
    ("cancelled", "Cancelled"),
    ("refunded", "Refunded"),
    ("failed", "Payment failed"),
    ("unknown", "Unknown"),
]
COUNTED_STATES = ("confirmed", "shipped", "completed", "refunded")


class SmeOrder(models.Model):
    """An order of a shop, or a refund of one (``kind`` refund, negative amounts).

    Kept apart from ``sale.order``: no procurement, no invoicing, the shop's own date.
    Rows are written by the door in bulk SQL, never one by one.
    """

    _name = "sme.order"
    _description = "Shop Order"
    _order = "date_order desc, id desc"

    name = fields.Char(string="Number", required=True, readonly=True)
    kind = fields.Selection(
        [("order", "Order"), ("refund", "Refund")], required=True, default="order"
    )
    source_id = fields.Many2one(
        "sme.source", required=True, ondelete="restrict", readonly=True
    )
    external_id = fields.Char(required=True, readonly=True)
    version = fields.Char(readonly=True)
    payload_hash = fields.Char(readonly=True)
    origin_id = fields.Many2one(
        "sme.order", string="Refunded Order", ondelete="cascade", index="btree_not_null"
    )
    refund_ids = fields.One2many("sme.order", "origin_id", string="Refunds")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )

    partner_id = fields.Many2one(
        "res.partner", string="Customer", ondelete="set null", index=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    customer_external_id = fields.Char(
        readonly=True, help="The buyer's account in the shop, empty for a guest."
    )
    is_guest = fields.Boolean(readonly=True)
    buyer_name = fields.Char(readonly=True)
    buyer_email = fields.Char(readonly=True)
    buyer_phone = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson")

    date_order = fields.Datetime(string="Order Date", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    state_raw = fields.Char(string="State in the Shop", readonly=True)
    counted = fields.Boolean(
        readonly=True, help="Counts as a sale: firm, not cancelled, not gone."
    )
    gone_on = fields.Datetime(readonly=True)
    channel = fields.Char(readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    region_id = fields.Many2one("res.country.state", readonly=True)
    city = fields.Char(readonly=True)
    zip = fields.Char(readonly=True)
    shipping_address = fields.Text(readonly=True)

    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    currency_rate = fields.Float(
        readonly=True,
        digits=0,
        help="Units of the order's currency for one unit of the company's, on the "
        "order's day.",
    )
    amount_untaxed = fields.Monetary(readonly=True)
    amount_tax = fields.Monetary(readonly=True)
    amount_total = fields.Monetary(readonly=True)
    amount_discount = fields.Monetary(readonly=True)
    amount_shipping = fields.Monetary(readonly=True)
    amount_refunded = fields.Monetary(readonly=True)
    revenue = fields.Monetary(
        currency_field="company_currency_id",
        readonly=True,
        help="Amount without tax in the company's currency; negative for a refund.",
    )
    margin = fields.Monetary(currency_field="company_currency_id", readonly=True)
    paid_on = fields.Datetime(readonly=True)
    payment_method = fields.Char(readonly=True)
    coupon_codes = fields.Char(readonly=True)
    note = fields.Text(readonly=True)
    utm_source_id = fields.Many2one("utm.source", readonly=True)
    utm_medium_id = fields.Many2one("utm.medium", readonly=True)
    utm_campaign_id = fields.Many2one("utm.campaign", readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Quotation",
        ondelete="set null",
        copy=False,
        index="btree_not_null",
        help="Made from this order; then only that one is counted.",
    )
    line_ids = fields.One2many("sme.order.line", "order_id", string="Lines")
    shipment_ids = fields.One2many(
        "sme.shipment",
        "order_id",
        string="Shipments",
        domain=PARCELS,
    )

    _key_unique = models.Constraint(
        "UNIQUE(source_id, external_id)", "An order of a source is kept once."
    )
    _customer_idx = models.Index(
        "(source_id, customer_external_id) WHERE customer_external_id IS NOT NULL"
    )
    # What the figures of a customer are summed from, without touching the table.
    _figures_idx = models.Index(
        "(company_id, commercial_partner_id, date_order) "
        "INCLUDE (id, kind, revenue, margin) WHERE counted"
    )
    # Few orders are refunds; to find all of them must not mean to read all orders.
    _refunds_idx = models.Index(
        "(company_id, origin_id) INCLUDE (amount_total) "
        "WHERE counted AND kind = 'refund' AND origin_id IS NOT NULL"
    )

    # ----------------------------------------------------------------- actions
    def action_make_quotation(self):
        """Make a quotation from a shop order, or open the one made before.

        From then on the order is counted once, as the quotation.
        """
        self.ensure_one()
        if not self.sale_order_id:
            # Who may make quotations may link one; shop orders are else not for
            # salespeople to write.
            self.sudo().sale_order_id = self.env["sale.order"].create(
                self._quotation_values()
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "view_mode": "form",
        }

    def _quotation_values(self):
        """Return the values of a draft quotation; taxes are those of the products.

        :raises UserError: a refund, or an order without customer
        """
        if self.kind != "order":
            raise UserError(self.env._("Only an order can become a quotation."))
        if not self.partner_id:
            raise UserError(
                self.env._("Set the customer of the order first, then try again.")
            )
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "client_order_ref": self.name,
            "origin": self.name,
            "user_id": self.user_id.id or self.env.uid,
            "order_line": [
                fields.Command.create(line._quotation_values())
                for line in self.line_ids
            ],
        }
