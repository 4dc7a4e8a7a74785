"""Words of Medusa -> ours. A word not listed is ``unknown``, never guessed.

Source: the enums ``OrderStatus`` of @medusajs/utils 2.21 and ``PaymentStatus`` and
``FulfillmentStatus`` of its core flows. An order stays ``pending`` until somebody
completes it by hand, so what was paid and sent says more.
"""

from __future__ import annotations

from sync_agent.records.order import OrderState

ORDER_STATES: dict[str, OrderState] = {
    "draft": "pending",
    "requires_action": "pending",
    "completed": "completed",
    "archived": "completed",
    "canceled": "cancelled",
}
OPEN = "pending"
"""Then the two tables below decide."""

FULFILLMENT_STATES: dict[str, OrderState | None] = {
    "not_fulfilled": None,
    "canceled": None,
    "partially_fulfilled": "confirmed",
    "fulfilled": "confirmed",
    # goods are still to be sent
    "partially_shipped": "confirmed",
    "shipped": "shipped",
    "partially_delivered": "shipped",
    "delivered": "completed",
}
"""``None``: the payment decides."""

PAYMENT_STATES: dict[str, OrderState] = {
    "not_paid": "pending",
    "awaiting": "pending",
    "requires_action": "pending",
    "canceled": "pending",
    "authorized": "confirmed",
    "partially_authorized": "confirmed",
    "partially_captured": "confirmed",
    "captured": "confirmed",
    "partially_refunded": "confirmed",
}
REFUNDED = "refunded"

PUBLISHED = "published"
"""Status of a product that is sold; others: draft, proposed, rejected."""


def order_state(
    status: str | None, payment: str | None, fulfillment: str | None
) -> tuple[OrderState, str | None]:
    """Return our word for the state of an order, and the shop's that decided.

    Args:
        status: of the order.
        payment: ``payment_status``, reckoned by Medusa from all payments.
        fulfillment: ``fulfillment_status``, reckoned from all fulfilments.
    """
    if status != OPEN:
        return ORDER_STATES.get(status or "", "unknown"), status
    if payment == REFUNDED:
        return "refunded", payment
    sent = FULFILLMENT_STATES.get(fulfillment or "not_fulfilled", "unknown")
    if sent is not None:
        return sent, fulfillment
    return PAYMENT_STATES.get(payment or "not_paid", "unknown"), payment or status
