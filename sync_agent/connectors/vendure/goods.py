"""Product variants: JSON of Vendure -> record fields."""

from __future__ import annotations

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .money import Cut

_ROOT = "__root_collection__"


def variant_version(row: Json) -> str:
    """Return the version of a variant: its product's name and state count too."""
    product = row.get("product") or {}
    return version_of(
        utc_time(row.get("updatedAt")), utc_time(product.get("updatedAt"))
    )


def parse_variant(row: Json, cut: Cut) -> Item:
    """Return the product record of a variant."""
    return make_item(
        "product",
        str(row.get("id", "?")),
        variant_version(row),
        row,
        lambda fields: _fields(fields, cut),
    )


def _fields(fields: Fields, cut: Cut) -> Json:
    product = fields.sub("product")
    parent = product.ident("id")
    currency = fields.text("currencyCode") or ""
    price = fields.get("price")
    sku = fields.text("sku")
    return {
        "name": fields.text("name") or sku or "?",
        # ids of products and of variants overlap
        "parent_external_id": f"product:{parent}" if parent else None,
        "sku": sku,
        "category": _category(product),
        "price": None if price is None else cut(int(fields.number("price")), currency),
        "currency": currency or None,
        "active": bool(fields.get("enabled")) and product.get("enabled") is not False,
    }


def _category(product: Fields) -> tuple[str, ...]:
    """Return the path of the deepest collection; of equals the first by name."""
    paths = []
    for collection in product.each("collections"):
        names = [each.text("name") for each in collection.each("breadcrumbs")]
        path = tuple(name for name in names if name and name != _ROOT)
        paths.append(path or tuple(filter(None, (collection.text("name"),))))
    return min(paths, key=lambda path: (-len(path), path), default=())
