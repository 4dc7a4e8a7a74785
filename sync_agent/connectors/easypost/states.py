"""EasyPost's words for the state of a parcel; ``unknown`` and ``error`` say nothing."""

from __future__ import annotations

from sync_agent.reading.scans import Table

STATES: Table = {
    "unknown": "unknown",
    "error": "unknown",
    "pre_transit": "info_received",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "available_for_pickup": "available_for_pickup",
    "return_to_sender": "returning",
    "failure": "exception",
    "delivered": "delivered",
    "cancelled": "cancelled",
}
