"""Product variants: JSON of Shopify -> record fields."""

from __future__ import annotations

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .money import number_of

_ONLY_VARIANT = "Default Title"


def parse_variant(row: Json, currency: str) -> Item:
    """Return the product record of a variant.

    Args:
        row: of the query ``Variants``.
        currency: of the shop; prices are in it.
    """
    product = row.get("product") or {}
    version = version_of(
        utc_time(row.get("updatedAt")), utc_time(product.get("updatedAt"))
    )
    return make_item(
        "product",
        number_of(row.get("id")) or "?",
        version,
        row,
        lambda fields: _fields(fields, currency),
    )


def _fields(fields: Fields, currency: str) -> Json:
    product = fields.sub("product")
    parent = number_of(product.text("id"))
    sku, title = fields.text("sku"), fields.text("title")
    name = product.text("title") or sku or "?"
    if title and title != _ONLY_VARIANT:
        name = f"{name} - {title}"
    cost = fields.sub("inventoryItem").sub("unitCost")
    has_cost = cost.get("amount") is not None and cost.text("currencyCode") == currency
    return {
        "name": name,
        # ids of products and of variants may meet
        "parent_external_id": f"product:{parent}" if parent else None,
        "sku": sku,
        "barcode": fields.text("barcode"),
        "category": _category(product),
        "price": None if fields.get("price") is None else fields.number("price"),
        "cost": cost.number("amount") if has_cost else None,
        "currency": currency,
        "active": product.text("status") == "ACTIVE",
    }


def _category(product: Fields) -> tuple[str, ...]:
    """Return the path in Shopify's taxonomy, else the shop's own type of product."""
    path = product.sub("category").text("fullName")
    if path:
        return tuple(part.strip() for part in path.split(">"))
    kind = product.text("productType")
    return (kind,) if kind else ()
