from odoo import api, fields, models

from ..tools.parcels import tracking_key

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
# One row a parcel: a carrier's row that belongs to a shop's parcel is left out.
PARCELS = [("parcel_id", "=", False)]
OPEN_PARCELS = [("is_open", "=", True), *PARCELS]


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
    tracking_key = fields.Char(
        string="Tracking Number to Compare",
        compute="_compute_tracking_key",
        store=True,
        help="Without blanks and dashes: what carriers and shops must agree in.",
    )
    parcel_id = fields.Many2one(
        "sme.shipment",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        help="The shop's parcel that this carrier tells of.",
    )
    report_ids = fields.One2many(
        "sme.shipment", "parcel_id", string="Told by Carriers", readonly=True
    )
    own = fields.Json(
        string="Said by the Shop Itself",
        readonly=True,
        help="State and dates of the shop, before a carrier told more.",
    )
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
    scan_ids = fields.One2many(
        "sme.tracking.event",
        string="Tracking",
        compute="_compute_scan_ids",
        help="Scans that the shop or a carrier told of.",
    )

    _key_unique = models.Constraint(
        "UNIQUE(source_id, external_id)", "A shipment of a source is kept once."
    )
    _order_external_idx = models.Index(
        "(source_id, order_external_id) WHERE order_id IS NULL"
    )
    _number_idx = models.Index(
        "(company_id, tracking_key) WHERE tracking_key IS NOT NULL"
    )
    # What carriers are asked about, in the order of the door's pages.
    _asked_idx = models.Index(
        "(company_id, id) WHERE is_open AND order_external_id IS NOT NULL"
    )

    @api.depends("tracking_number")
    def _compute_tracking_key(self):
        for shipment in self:
            shipment.tracking_key = tracking_key(shipment.tracking_number)

    @api.depends("event_ids", "report_ids.event_ids")
    def _compute_scan_ids(self):
        for shipment in self:
            scans = shipment.event_ids | shipment.report_ids.event_ids
            shipment.scan_ids = scans.sorted(lambda scan: (scan.date, scan.id))[::-1]

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
