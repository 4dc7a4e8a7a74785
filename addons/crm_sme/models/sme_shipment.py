from odoo import api, fields, models

SHIPMENT_STATES = [
    ("pending", "Pending"),
    ("info_received", "Announced"),
    ("picked_up", "Picked up"),
    ("in_transit", "In transit"),
    ("customs", "In customs"),
    ("out_for_delivery", "Out for delivery"),
    ("available_for_pickup", "Ready for pick-up"),
    ("delivery_failed", "Delivery failed"),
    ("exception", "Exception"),
    ("returning", "Returning"),
    ("returned", "Returned"),
    ("delivered", "Delivered"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
    ("unknown", "Unknown"),
]
CLOSED_STATES = ("returned", "delivered", "cancelled", "expired")


class SmeShipment(models.Model):
    """A parcel of a shop order with the carrier's word on where it is."""

    _name = "sme.shipment"
    _description = "Shipment"
    _order = "shipped_on desc, id desc"
    _rec_name = "tracking_number"

    source_id = fields.Many2one("sme.source", required=True, ondelete="restrict")
    external_id = fields.Char(required=True, readonly=True)
    version = fields.Char(readonly=True)
    payload_hash = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    order_id = fields.Many2one("sme.order", ondelete="set null", index=True)
    order_external_id = fields.Char(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", ondelete="set null", index=True
    )
    carrier = fields.Char()
    service = fields.Char()
    tracking_number = fields.Char()
    tracking_url = fields.Char()
    state = fields.Selection(SHIPMENT_STATES, required=True)
    state_raw = fields.Char(string="Carrier's Word", readonly=True)
    is_open = fields.Boolean(
        readonly=True, index=True, help="Still under way: not delivered, not returned."
    )
    shipped_on = fields.Datetime()
    promised_on = fields.Datetime()
    delivered_on = fields.Datetime()
    late_days = fields.Integer(
        help="Days after the promised date, at delivery or by now.", readonly=True
    )
    cost = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    gone_on = fields.Datetime(readonly=True)
    event_ids = fields.One2many("sme.tracking.event", "shipment_id")

    _key_unique = models.Constraint(
        "UNIQUE(source_id, external_id)", "A shipment of a source is kept once."
    )
    _order_external_idx = models.Index(
        "(source_id, order_external_id) WHERE order_id IS NULL"
    )

    @api.model
    def _cron_late_days(self):
        """Count the days that open parcels are late by now."""
        now = fields.Datetime.now()
        late = self.search([("is_open", "=", True), ("promised_on", "<", now)])
        for days, shipments in late.grouped(
            lambda shipment: (now.date() - shipment.promised_on.date()).days
        ).items():
            changed = shipments.filtered(lambda s, days=days: s.late_days != days)
            changed.late_days = days
