"""Words of Magento -> ours. A word not listed is ``unknown``, never guessed.

Source: constants STATE_* of Magento_Sales, models Order and Creditmemo. Shops name
statuses as they like; the state behind a status is one of these.
"""

from __future__ import annotations

from sync_agent.records.order import OrderState

ORDER_STATES: dict[str, OrderState] = {
    "new": "pending",
    "pending_payment": "pending",
    "payment_review": "pending",
    "holded": "pending",
    "processing": "confirmed",
    # everything is paid and sent
    "complete": "completed",
    # everything is paid back
    "closed": "refunded",
    "canceled": "cancelled",
}

PAID_BACK = 2
"""State of a credit memo; 1 is open, 3 cancelled: no money went back."""

ENABLED = 1
"""Status of a product; 2 is disabled."""


def order_state(word: str | None) -> OrderState:
    """Return our word for the state of an order."""
    return ORDER_STATES.get(word or "", "unknown")
