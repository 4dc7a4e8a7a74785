"""AfterShip's words for the state of a parcel; a fine word goes before its main one."""

from __future__ import annotations

from sync_agent.reading.scans import Table

STATES: Table = {
    "Pending": "pending",
    "InfoReceived": "info_received",
    "InTransit": "in_transit",
    "InTransit_002": "picked_up",
    "InTransit_005": "customs",
    "InTransit_006": "customs",
    "OutForDelivery": "out_for_delivery",
    "AvailableForPickup": "available_for_pickup",
    "AttemptFail": "delivery_failed",
    "Delivered": "delivered",
    "Exception": "exception",
    "Exception_010": "returning",
    "Exception_011": "returned",
    "Expired": "expired",
}
