"""Order states of PrestaShop -> ours, by their flags and not by their names.

Shops rename, translate and add states. A state without flags may mean anything: what
neither the shop's configuration nor its mail template tells is ``unknown``.
Source: the configuration PS_OS_* and the states that PrestaShop installs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync_agent.port import Json
from sync_agent.records.order import OrderState

DELIVERED = "PS_OS_DELIVERED"
CONFIGURED: dict[str, OrderState] = {
    "PS_OS_CANCELED": "cancelled",
    "PS_OS_REFUND": "refunded",
    "PS_OS_ERROR": "failed",
    DELIVERED: "completed",
    "PS_OS_CHEQUE": "pending",
    "PS_OS_BANKWIRE": "pending",
    "PS_OS_COD_VALIDATION": "pending",
    "PS_OS_OUTOFSTOCK_UNPAID": "pending",
}
"""Names of the configuration that hold the id of a state."""
_TEMPLATES: dict[str, OrderState] = {
    "order_canceled": "cancelled",
    "refund": "refunded",
    "payment_error": "failed",
    "cheque": "pending",
    "bankwire": "pending",
    "cashondelivery": "pending",
    "outofstock": "pending",
}
"""Mails that PrestaShop sends when a state is reached."""


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What an order state says.

    Attributes:
        word: our word.
        name: the shop's own.
        paid: the money is there.
        shipped: the goods are on their way.
        delivered: the buyer has them.
    """

    word: OrderState
    name: str
    paid: bool = False
    shipped: bool = False
    delivered: bool = False


def is_set(value: object) -> bool:
    """Tell whether a flag is set: ``"1"``, 1 or true."""
    return value in ("1", 1, True)


def state_facts(
    row: Json,
    name: str,
    template: str,
    configured: Mapping[str, str],
    own: OrderState | None,
) -> StateFacts:
    """Return what a state says.

    Args:
        row: of ``/order_states``.
        name: of the state.
        template: of its mail.
        configured: id of a state -> name in the configuration that holds it.
        own: what the settings say of it.
    """
    role = configured.get(str(row.get("id")), "")
    shipped = is_set(row.get("shipped"))
    valid = any(is_set(row.get(flag)) for flag in ("paid", "logable", "delivery"))
    word: OrderState = "unknown"
    if own or role in CONFIGURED:
        word = own or CONFIGURED[role]
    elif shipped:
        word = "shipped"
    elif template in ("order_canceled", "refund", "payment_error"):
        word = _TEMPLATES[template]
    elif valid:
        word = "confirmed"
    else:
        word = _TEMPLATES.get(template, "unknown")
    return StateFacts(
        word,
        name,
        is_set(row.get("paid")),
        shipped,
        role == DELIVERED or word == "completed",
    )
