"""Canonical records: what every platform's data is turned into.

A connector makes them, the door of the addon takes them; neither knows the other.
The JSON form is the contract (``docs/contract.md``); its JSON Schema is generated
from these classes.
"""

from sync_agent.records.customer import Address, Customer, CustomerRef
from sync_agent.records.envelope import CONTRACT, KINDS, BadRecord, Envelope
from sync_agent.records.event import Cart, CartLine, Review, Visit
from sync_agent.records.order import Charge, Order, OrderLine, Refund, RefundLine, Utm
from sync_agent.records.product import Product
from sync_agent.records.shipment import Shipment, TrackingEvent

__all__ = [
    "CONTRACT",
    "KINDS",
    "Address",
    "BadRecord",
    "Cart",
    "CartLine",
    "Charge",
    "Customer",
    "CustomerRef",
    "Envelope",
    "Order",
    "OrderLine",
    "Product",
    "Refund",
    "RefundLine",
    "Review",
    "Shipment",
    "TrackingEvent",
    "Utm",
    "Visit",
]
