"""17TRACK's words for the state of a parcel; a fine word goes before its main one."""

from __future__ import annotations

from sync_agent.reading.scans import Table

STATES: Table = {
    "NotFound": "pending",
    "InfoReceived": "info_received",
    "InTransit": "in_transit",
    "InTransit_PickedUp": "picked_up",
    "InTransit_CustomsProcessing": "customs",
    "InTransit_CustomsReleased": "customs",
    "InTransit_CustomsRequiringInformation": "customs",
    "OutForDelivery": "out_for_delivery",
    "AvailableForPickup": "available_for_pickup",
    "DeliveryFailure": "delivery_failed",
    "Delivered": "delivered",
    "Exception": "exception",
    "Exception_Returning": "returning",
    "Exception_Returned": "returned",
    "Exception_Cancel": "cancelled",
    "Expired": "expired",
}
STAGES: Table = {
    "InfoReceived": "info_received",
    "PickedUp": "picked_up",
    "Departure": "in_transit",
    "Arrival": "in_transit",
    "AvailableForPickup": "available_for_pickup",
    "OutForDelivery": "out_for_delivery",
    "Delivered": "delivered",
    "Returning": "returning",
    "Returned": "returned",
}
