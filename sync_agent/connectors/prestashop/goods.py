"""Products and combinations: JSON of PrestaShop -> record fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item

from .facts import Shop, words
from .money import amount
from .people import stamps
from .states import is_set

_BARCODES = ("ean13", "upc", "isbn")
_DEEPEST = 20
_ROOTS = 1
"""Categories up to this depth are roots that no customer sees."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category: its name, the one above, and how deep it lies."""

    name: str
    parent: str
    depth: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What products refer to, by id.

    Attributes:
        categories: all of them.
        values: names of the values of attributes, e.g. "Red".
    """

    categories: Mapping[str, Category] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    def path(self, category_id: str | None) -> tuple[str, ...]:
        """Return the names from the root down to a category."""
        names: list[str] = []
        known = self.categories.get(category_id or "")
        while known and known.depth > _ROOTS and len(names) < _DEEPEST:
            names.append(known.name)
            known = self.categories.get(known.parent)
        return tuple(reversed(names))


def parse_product(row: Json, shop: Shop, catalogue: Catalogue) -> Item:
    """Return the product record."""
    return make_item(
        "product",
        str(row.get("id", "?")),
        shop.times.version(*stamps(row)),
        row,
        lambda fields: _product(fields, shop, catalogue),
    )


def parse_combination(
    row: Json, product: Json, shop: Shop, catalogue: Catalogue
) -> Item:
    """Return the product record of a combination; it has no dates of its own."""
    return make_item(
        "product",
        f"{product.get('id', '?')}:{row.get('id', '?')}",
        shop.times.version(*stamps(product)),
        row,
        lambda fields: _combination(fields, product, shop, catalogue),
    )


def _product(fields: Fields, shop: Shop, catalogue: Catalogue) -> Json:
    cost = amount(fields, "wholesale_price")
    return {
        "name": words(fields.get("name"), shop.language)
        or fields.text("reference")
        or "?",
        "sku": fields.text("reference"),
        "barcode": _barcode(fields),
        "category": catalogue.path(fields.ident("id_category_default")),
        "price": amount(fields, "price"),
        "cost": cost or None,
        "currency": shop.currency,
        "active": is_set(fields.get("active")),
    }


def _combination(fields: Fields, row: Json, shop: Shop, catalogue: Catalogue) -> Json:
    whole = Fields(row, "product")
    product = _product(whole, shop, catalogue)
    values = [
        name
        for each in fields.sub("associations").each("product_option_values")
        if (name := catalogue.values.get(each.ident("id") or ""))
    ]
    return {
        **product,
        "name": f"{product['name']} ({', '.join(values)})"
        if values
        else product["name"],
        "parent_external_id": whole.ident("id"),
        "sku": fields.text("reference"),
        "barcode": _barcode(fields),
        # a combination states what it costs more than its product
        "price": product["price"] + amount(fields, "price"),
        "cost": amount(fields, "wholesale_price") or product["cost"],
    }


def _barcode(fields: Fields) -> str | None:
    return next((code for key in _BARCODES if (code := fields.text(key))), None)
