"""A sellable article: one record for each variant."""

from __future__ import annotations

from sync_agent.records.fields import Currency, Ident, Money, Record, Text


class Product(Record):
    """One variant; ``parent_external_id`` names the product it belongs to."""

    name: Text
    parent_external_id: Ident | None = None
    sku: Text | None = None
    barcode: Text | None = None
    category: tuple[Text, ...] = ()
    """Path from the root, e.g. ``("Home", "Kitchen")``."""
    price: Money | None = None
    cost: Money | None = None
    currency: Currency | None = None
    active: bool = True
