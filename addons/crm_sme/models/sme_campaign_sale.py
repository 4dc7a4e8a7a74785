from odoo import fields, models

HOW = [
    ("named", "Named by the order"),
    ("coupon", "Coupon"),
    ("care", "After care"),
    ("clicked", "After a click or answer"),
    ("reached", "After a mailing"),
]


class SmeCampaignSale(models.Model):
    """An order or refund that counts for a campaign, each for one only.

    Written by SQL (``metrics/campaigns.py``), so that a campaign's figures can be
    opened down to the orders.
    """

    _name = "sme.campaign.sale"
    _description = "Sale of a Campaign"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    order_id = fields.Many2one(
        "sme.order", string="Shop Order", readonly=True, ondelete="cascade"
    )
    sale_order_id = fields.Many2one(
        "sale.order", string="Sales Order", readonly=True, ondelete="cascade"
    )
    date = fields.Datetime(string="Order Date", required=True, readonly=True)
    how = fields.Selection(HOW, string="Counts Because", required=True, readonly=True)
    contact_on = fields.Datetime(
        string="Contact",
        readonly=True,
        help="Click, answer, mailing or care before it.",
    )
    is_refund = fields.Boolean(string="Refund", readonly=True)
    is_new = fields.Boolean(
        string="New Customer", readonly=True, help="The customer's first order."
    )
    order_count = fields.Integer(string="Orders", readonly=True)
    revenue = fields.Monetary(readonly=True)
    margin = fields.Monetary(readonly=True)
    segment_id = fields.Many2one(
        "sme.segment",
        string="Segment Today",
        readonly=True,
        ondelete="set null",
    )

    _order_unique = models.Constraint(
        "UNIQUE(order_id)", "A shop order counts for one campaign."
    )
    _sale_order_unique = models.Constraint(
        "UNIQUE(sale_order_id)", "A sales order counts for one campaign."
    )

    def action_open_order(self):
        """Open the order itself."""
        self.ensure_one()
        order = self.order_id or self.sale_order_id
        return {
            "type": "ir.actions.act_window",
            "res_model": order._name,
            "res_id": order.id,
            "view_mode": "form",
        }
