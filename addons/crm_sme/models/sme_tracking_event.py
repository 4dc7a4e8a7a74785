from odoo import fields, models

from .sme_shipment import SHIPMENT_STATES


class SmeTrackingEvent(models.Model):
    """One scan of a parcel; ordered by the carrier's time, not by arrival here."""

    _name = "sme.tracking.event"
    _description = "Tracking Event"
    _order = "date desc, id desc"
    _rec_name = "text"

    shipment_id = fields.Many2one(
        "sme.shipment", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="shipment_id.company_id")
    date = fields.Datetime(required=True)
    state = fields.Selection(SHIPMENT_STATES, required=True)
    state_raw = fields.Char()
    place = fields.Char()
    text = fields.Char()
