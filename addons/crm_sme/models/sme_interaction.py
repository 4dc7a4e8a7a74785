from odoo import fields, models

KINDS = [
    ("call", "Call"),
    ("mail", "E-mail"),
    ("meeting", "Meeting"),
    ("message", "Message"),
    ("note", "Note"),
    ("visit", "Visit"),
    ("cart", "Cart"),
    ("order", "Order"),
    ("payment", "Payment"),
    ("refund", "Refund"),
    ("shipment", "Shipment"),
    ("delivery_exception", "Delivery problem"),
    ("review", "Review"),
    ("complaint", "Complaint"),
    ("survey", "Survey"),
]


class SmeInteraction(models.Model):
    """One thing that customer and company did to each other; never changed later."""

    _name = "sme.interaction"
    _description = "Interaction"
    _order = "date desc, id desc"
    _rec_name = "summary"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", ondelete="cascade"
    )
    lead_id = fields.Many2one("crm.lead", ondelete="set null", index="btree_not_null")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    kind = fields.Selection(KINDS, required=True, default="note")
    direction = fields.Selection(
        [("in", "From the customer"), ("out", "To the customer")], default="out"
    )
    channel = fields.Char()
    source_id = fields.Many2one("sme.source", ondelete="set null", readonly=True)
    external_id = fields.Char(readonly=True)
    version = fields.Char(readonly=True)
    payload_hash = fields.Char(readonly=True)
    customer_external_id = fields.Char(readonly=True)
    product_id = fields.Many2one("product.product", ondelete="set null")
    product_text = fields.Char()
    categ_id = fields.Many2one(related="product_id.categ_id")
    amount = fields.Monetary()
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    score = fields.Float(help="Stars of a review (1 to 5), points of a survey.")
    summary = fields.Char(required=True)
    body_text = fields.Text()
    user_id = fields.Many2one(
        "res.users", string="Employee", default=lambda self: self.env.user
    )
    order_id = fields.Many2one("sme.order", ondelete="set null", index="btree_not_null")
    shipment_id = fields.Many2one("sme.shipment", ondelete="set null")
    answered_on = fields.Datetime()
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    payload = fields.Json(readonly=True)
    gone_on = fields.Datetime(readonly=True)

    _partner_date_idx = models.Index("(partner_id, date DESC)")
    _key_unique = models.UniqueIndex(
        "(source_id, kind, external_id) WHERE external_id IS NOT NULL"
    )
