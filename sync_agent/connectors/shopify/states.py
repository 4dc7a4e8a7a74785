"""State words of Shopify -> ours. A word not listed is ``unknown``, never guessed.

Source: enums OrderDisplayFinancialStatus, OrderDisplayFulfillmentStatus,
FulfillmentDisplayStatus, FulfillmentStatus, FulfillmentEventStatus of 2026-10.
"""

from __future__ import annotations

from sync_agent.records.order import OrderState
from sync_agent.records.shipment import ShipmentState

_PAID_WORDS: dict[str, OrderState] = {
    "PENDING": "pending",
    "AUTHORIZED": "confirmed",
    "PARTIALLY_PAID": "confirmed",
    "PAID": "confirmed",
    "PARTIALLY_REFUNDED": "confirmed",
    "REFUNDED": "refunded",
    "VOIDED": "cancelled",
    "EXPIRED": "failed",
}
_NOT_SENT = frozenset(
    {
        *("UNFULFILLED", "OPEN", "PARTIALLY_FULFILLED", "IN_PROGRESS", "ON_HOLD"),
        *("PENDING_FULFILLMENT", "SCHEDULED", "REQUEST_DECLINED", "RESTOCKED"),
    }
)
_SENT = frozenset({"FULFILLED", "FULFILLMENT_NOT_REQUIRED"})
_MAY_BE_SENT = ("pending", "confirmed")
"""Cash on delivery is paid after the parcel left."""

SHIPMENT_STATES: dict[str, ShipmentState] = {
    "SUBMITTED": "pending",
    "OPEN": "pending",
    "PENDING": "pending",
    "LABEL_PURCHASED": "info_received",
    "LABEL_PRINTED": "info_received",
    "CONFIRMED": "info_received",
    "CARRIER_PICKED_UP": "picked_up",
    # the shop handed it over; nobody follows it
    "FULFILLED": "in_transit",
    "MARKED_AS_FULFILLED": "in_transit",
    "SUCCESS": "in_transit",
    "IN_TRANSIT": "in_transit",
    "DELAYED": "in_transit",
    "OUT_FOR_DELIVERY": "out_for_delivery",
    "READY_FOR_PICKUP": "available_for_pickup",
    "ATTEMPTED_DELIVERY": "delivery_failed",
    "NOT_DELIVERED": "exception",
    "FAILURE": "exception",
    "ERROR": "exception",
    "DELIVERED": "delivered",
    "PICKED_UP": "delivered",
    "CANCELED": "cancelled",
    "CANCELLED": "cancelled",
    "LABEL_VOIDED": "cancelled",
}

CONSENTS = {"SUBSCRIBED": True, "UNSUBSCRIBED": False, "NOT_SUBSCRIBED": False}
"""Marketing by e-mail; other words (PENDING, INVALID) tell nothing yet."""

PAYMENTS = frozenset({"SALE", "CAPTURE"})
"""Kinds of transactions that bring money."""


def order_state(
    paid: str | None, sent: str | None, *, cancelled: bool, closed: bool
) -> tuple[OrderState, str]:
    """Return our word for an order's state and Shopify's own words.

    Args:
        paid: financial status; ``None`` where nothing was to be paid.
        sent: fulfilment status.
        cancelled: the order has a time of cancellation.
        closed: the shop has put it away as finished.
    """
    words = " ".join(word for word in (paid, sent) if word)
    state = _PAID_WORDS.get(paid or "PAID")
    if state is None:
        return "unknown", paid or ""
    if sent is not None and sent not in _SENT | _NOT_SENT:
        return "unknown", sent
    if cancelled:
        return "cancelled", words
    if state in _MAY_BE_SENT and sent in _SENT:
        if closed and state == "confirmed":
            return "completed", words
        return ("shipped" if sent == "FULFILLED" else state), words
    return state, words


def shipment_state(word: str | None) -> ShipmentState:
    """Return our word for the state of a fulfilment or of its event."""
    return SHIPMENT_STATES.get(word or "", "unknown")
