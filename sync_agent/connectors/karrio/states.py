"""Karrio's words for the state of a parcel.

A tracker that is older than 90 days is set back to ``unknown``: it says nothing.
"""

from __future__ import annotations

from sync_agent.reading.scans import Table

STATES: Table = {
    "pending": "pending",
    "unknown": "unknown",
    "picked_up": "picked_up",
    "in_transit": "in_transit",
    "delivery_delayed": "in_transit",
    "on_hold": "exception",
    "out_for_delivery": "out_for_delivery",
    "ready_for_pickup": "available_for_pickup",
    "delivery_failed": "delivery_failed",
    "return_to_sender": "returning",
    "delivered": "delivered",
    "cancelled": "cancelled",
}
