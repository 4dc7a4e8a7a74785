"""What a customer did beside buying: reviewed, filled a cart, visited."""

from __future__ import annotations

from typing import Literal

from sync_agent.records.customer import CustomerRef
from sync_agent.records.fields import Currency, Ident, Money, Number, Record, Text, When


class Review(Record):
    """An opinion on a product or order; ``rating`` from 1 (bad) to 5 (good)."""

    at: When
    customer: CustomerRef | None = None
    product_external_id: Ident | None = None
    order_external_id: Ident | None = None
    rating: Number | None = None
    title: Text | None = None
    text: Text | None = None
    state: Literal["approved", "pending", "hidden"] = "approved"


class CartLine(Record):
    """Goods in a cart."""

    product_external_id: Ident | None = None
    sku: Text | None = None
    name: Text
    quantity: Number
    total: Money | None = None


class Cart(Record):
    """A cart that has not become an order."""

    at: When
    customer: CustomerRef | None = None
    currency: Currency | None = None
    total: Money | None = None
    lines: tuple[CartLine, ...] = ()
    url: Text | None = None


class Visit(Record):
    """A page view or other sign of interest."""

    at: When
    customer: CustomerRef | None = None
    product_external_id: Ident | None = None
    channel: Text | None = None
    url: Text | None = None
    text: Text | None = None
