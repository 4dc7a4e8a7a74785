"""State words of Vendure -> ours. A word not listed is ``unknown``, never guessed.

Source: the default order, fulfilment, payment and refund processes of Vendure 3.7.
"""

from __future__ import annotations

from sync_agent.records.order import OrderState
from sync_agent.records.shipment import ShipmentState

ORDER_STATES: dict[str, OrderState] = {
    "Created": "pending",
    "Draft": "pending",
    "AddingItems": "pending",
    "ArrangingPayment": "pending",
    "PaymentAuthorized": "confirmed",
    "PaymentSettled": "confirmed",
    "Modifying": "confirmed",
    "ArrangingAdditionalPayment": "confirmed",
    # goods are still to be sent
    "PartiallyShipped": "confirmed",
    "Shipped": "shipped",
    "PartiallyDelivered": "shipped",
    "Delivered": "completed",
    "Cancelled": "cancelled",
}
CLOSED = ("Delivered", "Cancelled")
"""Nothing but a refund happens to orders in these states."""

SHIPMENT_STATES: dict[str, ShipmentState] = {
    "Created": "pending",
    "Pending": "pending",
    "Shipped": "in_transit",
    "Delivered": "delivered",
    "Cancelled": "cancelled",
}

UNPAID = frozenset({"Created", "Declined", "Error", "Cancelled"})
"""Payments that brought no money."""
NOT_REFUNDED = frozenset({"Failed"})

SELLER_ORDER = "Seller"
"""Part of an aggregate order in a market place; the aggregate holds the sum."""


def order_state(word: str | None) -> OrderState:
    """Return our word for an order's state."""
    return ORDER_STATES.get(word or "", "unknown")


def shipment_state(word: str | None) -> ShipmentState:
    """Return our word for a fulfilment's state."""
    return SHIPMENT_STATES.get(word or "", "unknown")
