"""Words of Youzan -> ours. A word not listed is ``unknown``, never guessed.

Source: documentation of youzan.trade.get 4.0.2 and youzan.trade.refund.get 3.0.1.
"""

from __future__ import annotations

from sync_agent.records.order import OrderState

_WORDS: dict[str, OrderState] = {
    "TRADE_NO_CREATE_PAY": "pending",
    "WAIT_BUYER_PAY": "pending",
    "WAIT_PAY_RETURN": "pending",
    # paid; passes within moments
    "TRADE_PAID": "confirmed",
    "WAIT_GROUP": "confirmed",
    "WAIT_CONFIRM": "confirmed",
    "WAIT_SELLER_SEND_GOODS": "confirmed",
    "WAIT_BUYER_CONFIRM_GOODS": "shipped",
    "TRADE_BUYER_SIGNED": "completed",
    "TRADE_SUCCESS": "completed",
}
_CLOSED = "TRADE_CLOSED"
_ALL_PAID_BACK = 12
_CLOSED_BY_REFUND = 2

DONE = "SUCCESS"
"""Status of a refund whose money went back, or of an exchange that was made."""
EXCHANGE = 3
"""What the buyer wants: 1 money, 2 money for goods, 3 other goods."""
STILL_OPEN = frozenset({1, 10, 20, 30, 40})
"""``refund_state`` inside an order: asked for, refused, on the way back."""
WAITS_FOR_GOODS = "WAIT_SELLER_SEND_GOODS"


def order_state(word: str | None, refunded: int, closed: int) -> OrderState:
    """Return our word for the status of an order.

    Args:
        word: ``order_info.status``.
        refunded: ``order_info.refund_state``.
        closed: ``order_info.close_type``: why it was closed.
    """
    if word == _CLOSED:
        paid_back = refunded == _ALL_PAID_BACK or closed == _CLOSED_BY_REFUND
        return "refunded" if paid_back else "cancelled"
    return _WORDS.get(word or "", "unknown")
