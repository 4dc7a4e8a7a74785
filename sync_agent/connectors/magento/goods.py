"""Products: JSON of Magento -> record fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .money import tidy
from .states import ENABLED

_BARCODES = ("barcode", "ean", "gtin", "upc")
"""Attributes that shops add for it."""
_WITHOUT_PRICE = frozenset({"configurable", "grouped", "bundle"})
"""Kinds of products whose parts have the prices."""
_DEEPEST = 20
_ROOTS = 1
"""Categories up to this level are roots that no customer sees."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category: its name, the one above, and how deep it lies."""

    name: str
    parent: int
    level: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a product refers to.

    Attributes:
        currency: of all prices; ``None`` if not known.
        categories: by id.
        parents: id of a variant -> id of its configurable product.
    """

    currency: str | None = None
    categories: Mapping[int, Category] = field(default_factory=dict)
    parents: Mapping[int, int] = field(default_factory=dict)

    def path(self, category_id: int) -> tuple[str, ...]:
        """Return the names from the root down to a category."""
        names: list[str] = []
        known = self.categories.get(category_id)
        while known and known.level > _ROOTS and len(names) < _DEEPEST:
            names.append(known.name)
            known = self.categories.get(known.parent)
        return tuple(reversed(names))


def parse_product(row: Json, catalogue: Catalogue) -> Item:
    """Return the product record of a product or variant."""
    version = version_of(
        utc_time(row.get("updated_at")), utc_time(row.get("created_at"))
    )
    return make_item(
        "product",
        str(row.get("id", "?")),
        version,
        row,
        lambda fields: _fields(fields, catalogue),
    )


def _fields(fields: Fields, catalogue: Catalogue) -> Json:
    custom = {
        each.text("attribute_code"): each.get("value")
        for each in fields.each("custom_attributes")
    }
    attributes = Fields(custom, "custom_attributes")
    price = None if fields.get("price") is None else fields.number("price")
    if not price and fields.text("type_id") in _WITHOUT_PRICE:
        price = None
    cost = attributes.get("cost")
    parent = catalogue.parents.get(int(fields.data["id"]))
    return {
        "name": fields.text("name") or fields.text("sku") or "?",
        "parent_external_id": None if parent is None else str(parent),
        "sku": fields.text("sku"),
        "barcode": _barcode(custom),
        "category": _category(fields, catalogue),
        "price": None if price is None else tidy(price),
        "cost": tidy(attributes.number("cost")) if cost else None,
        "currency": catalogue.currency if price is not None or cost else None,
        "active": fields.number("status", Decimal(ENABLED)) == ENABLED,
    }


def _barcode(custom: Mapping[str | None, Any]) -> str | None:
    for name in _BARCODES:
        value = custom.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return str(value).strip() or None
    return None


def _category(fields: Fields, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the deepest of a product's categories, the first of equals."""
    links = fields.sub("extension_attributes").each("category_links")
    paths = [
        path
        for each in links
        if (path := catalogue.path(int(each.number("category_id"))))
    ]
    return max(paths, key=len, default=())
