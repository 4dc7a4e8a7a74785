"""Status words of WooCommerce -> ours. A word not listed is ``unknown``, never guessed.

Source: woocommerce/woocommerce-rest-api-docs, order and product review properties.
"""

from __future__ import annotations

from sync_agent.records.order import OrderState

ORDER_STATES: dict[str, OrderState] = {
    "pending": "pending",
    "on-hold": "pending",
    "processing": "confirmed",
    "completed": "completed",
    "cancelled": "cancelled",
    "refunded": "refunded",
    "failed": "failed",
    # in the bin: the shop does not count it, but it can be restored
    "trash": "cancelled",
}

NOT_AN_ORDER = frozenset({"checkout-draft", "auto-draft"})
"""A checkout in progress; a coupon refused on POST leaves one behind as well."""

REVIEW_STATES = {
    "approved": "approved",
    "hold": "pending",
    "spam": "hidden",
    "trash": "hidden",
}

STAFF_ROLES = frozenset(
    {"administrator", "shop_manager", "editor", "author", "contributor"}
)
"""Accounts of people who work for the shop: customers only if they bought."""


def order_state(word: str | None) -> OrderState:
    """Return our word for an order's status."""
    return ORDER_STATES.get(word or "", "unknown")
