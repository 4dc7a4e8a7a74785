"""SF's codes for the state of a parcel.

Beware: ``204`` is an opCode (delivering) and a secondary status (customs).
"""

from __future__ import annotations

from sync_agent.reading.scans import Table

OP_CODES: Table = {
    **dict.fromkeys(("50", "54"), "picked_up"),
    **dict.fromkeys(
        (
            *("30", "31", "36", "105", "106", "302", "305"),
            *("310", "130", "123", "607"),
        ),
        "in_transit",
    ),
    **dict.fromkeys(("44", "634", "204"), "out_for_delivery"),
    **dict.fromkeys(("125", "642"), "available_for_pickup"),
    "70": "delivery_failed",
    **dict.fromkeys(("99", "648", "631"), "returning"),
    **dict.fromkeys(("80", "8000"), "delivered"),
}
SECONDARY: Table = {
    "101": "picked_up",
    "201": "in_transit",
    "204": "customs",
    "205": "customs",
    "301": "out_for_delivery",
    "401": "delivered",
    "1301": "delivery_failed",
}
FIRST: Table = {
    "1": "picked_up",
    "2": "in_transit",
    "3": "out_for_delivery",
    "4": "delivered",
    "11": "available_for_pickup",
    "13": "out_for_delivery",
}
"""The newer codes; returns and transfers carry ``-`` and are told by the opCode."""
REASONS: Table = {
    "8000/6": "exception",
    "8000/2": "exception",
    "70/46": "cancelled",
}
"""What an opCode means together with its reason: lost, scrapped, cancelled."""
