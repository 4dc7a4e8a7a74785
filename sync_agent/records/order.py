"""An order with its lines, charges and refunds.

Money of a line: ``net`` is after discount and without tax, ``total = net + tax``.
The lines' and charges' totals add up to the order's total to the last minor unit,
those of a refund (positive numbers) to the refund's total. The door checks it.
"""

from __future__ import annotations

from typing import Literal

from sync_agent.records.customer import Address, CustomerRef
from sync_agent.records.fields import Currency, Ident, Money, Number, Record, Text, When

OrderState = Literal[
    "pending",
    "confirmed",
    "shipped",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "unknown",
]
ChargeKind = Literal["shipping", "fee", "discount", "gift_card", "rounding"]


class OrderLine(Record):
    """Goods sold; ``quantity`` times ``unit_price`` is only informative."""

    external_id: Ident
    product_external_id: Ident | None = None
    sku: Text | None = None
    name: Text
    category: tuple[Text, ...] = ()
    quantity: Number
    unit_price: Money | None = None
    discount: Money | None = None
    """Discount already taken off ``net``, without tax, positive."""
    net: Money
    tax: Money
    total: Money


class Charge(Record):
    """What is paid beside the goods; a discount or gift card is negative."""

    kind: ChargeKind
    name: Text = ""
    net: Money
    tax: Money
    total: Money


class RefundLine(Record):
    """Goods given back or paid back; all amounts positive."""

    order_line_external_id: Ident | None = None
    product_external_id: Ident | None = None
    sku: Text | None = None
    name: Text = ""
    quantity: Number
    net: Money
    tax: Money
    total: Money


class Refund(Record):
    """Money paid back; what its lines and charges leave open is an adjustment."""

    external_id: Ident
    refunded_at: When
    reason: Text | None = None
    total: Money
    lines: tuple[RefundLine, ...] = ()
    charges: tuple[Charge, ...] = ()


class Utm(Record):
    """Where the buyer came from."""

    source: Text | None = None
    medium: Text | None = None
    campaign: Text | None = None


class Order(Record):
    """An order as the shop counts it; refunds never lower ``total``."""

    number: Text
    state: OrderState
    state_raw: Text | None = None
    ordered_at: When
    currency: Currency
    customer: CustomerRef | None = None
    billing: Address | None = None
    shipping: Address | None = None
    channel: Text | None = None
    lines: tuple[OrderLine, ...] = ()
    charges: tuple[Charge, ...] = ()
    total: Money
    tax_total: Money | None = None
    paid_at: When | None = None
    payment_method: Text | None = None
    coupons: tuple[Text, ...] = ()
    refunds: tuple[Refund, ...] = ()
    refunded_total: Money | None = None
    """What the shop says it paid back in all; checked against ``refunds``."""
    utm: Utm | None = None
    note: Text | None = None
