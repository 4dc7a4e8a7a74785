"""Products and variations: JSON of WooCommerce -> record fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sync_agent.errors import Rejected
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .text import plain

_COST_KEYS = ("_wc_cog_cost", "_alg_wc_cog_cost", "_cost")
"""Where plugins keep the purchase price."""
_BARCODE_KEYS = ("_wpm_gtin_code", "_alg_ean", "hwp_product_gtin", "_ean", "_barcode")
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What products need beside themselves.

    Attributes:
        currency: ISO 4217 code of the shop's prices, if known.
        categories: id -> (name, id of the parent or 0).
    """

    currency: str | None = None
    categories: Mapping[int, tuple[str, int]] = field(default_factory=dict)

    def path(self, category_id: int, name: str) -> tuple[str, ...]:
        """Return the names from the root down to a category."""
        names: list[str] = []
        at = category_id
        while at in self.categories and len(names) < _DEEPEST:
            found, at = self.categories[at]
            names.insert(0, found)
        return tuple(names) or (name,)


def product_version(row: Json) -> str:
    """Return the version of a product or variation."""
    return version_of(
        utc_time(row.get("date_modified_gmt")), utc_time(row.get("date_created_gmt"))
    )


def parse_product(row: Json, catalogue: Catalogue, parent: Json | None = None) -> Item:
    """Return the product record; ``parent`` is the product of a variation."""
    return make_item(
        "product",
        str(row.get("id", "?")),
        product_version(row),
        row,
        lambda fields: _product_fields(fields, catalogue, parent),
    )


def _product_fields(fields: Fields, catalogue: Catalogue, parent: Json | None) -> Json:
    name = plain(fields.text("name")) or plain(fields.text("slug"))
    sku = fields.text("sku")
    active = fields.text("status") == "publish"
    category = _category(fields, catalogue)
    if parent is not None:
        name = _variation_name(name, parent)
        category = _category(Fields(parent), catalogue)
        active = active and parent.get("status") == "publish"
        if sku and sku == parent.get("sku"):
            sku = None  # WooCommerce repeats the parent's SKU where there is none
    metas = meta_map(fields)
    price = fields.get("price")
    return {
        "name": name or sku or f"#{fields.get('id')}",
        "parent_external_id": fields.ident("parent_id"),
        "sku": sku,
        "barcode": fields.text("global_unique_id") or _first(metas, _BARCODE_KEYS),
        "category": category,
        "price": None if price in (None, "") else fields.number("price"),
        "cost": _cost(fields, metas),
        "currency": catalogue.currency,
        "active": active,
    }


def _variation_name(name: str | None, parent: Json) -> str | None:
    """Return "parent - options", as order lines call it."""
    above = plain(parent.get("name"))
    if not above or not name or name.startswith(above):
        return name or above
    return f"{above} - {name}"


def _category(fields: Fields, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the deepest of the product's categories, as a path."""
    paths = []
    for category in fields.each("categories"):
        name = plain(category.text("name"))
        if name and category.text("slug") != "uncategorized":
            known = category.get("id")
            paths.append(catalogue.path(known if isinstance(known, int) else 0, name))
    return max(paths, key=len, default=())


def meta_map(fields: Fields) -> dict[str, Any]:
    """Return ``meta_data`` by key; values are text or anything nested."""
    found = fields.get("meta_data")
    if not isinstance(found, list):
        return {}
    return {
        m["key"]: m.get("value") for m in found if isinstance(m, dict) and "key" in m
    }


def _first(metas: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        value = metas.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _cost(fields: Fields, metas: Mapping[str, Any]) -> Decimal | None:
    """Return the purchase price: WooCommerce's own field, else a plugin's."""
    own = fields.get("cost_of_goods_sold")
    if isinstance(own, dict) and own.get("total_value") not in (None, ""):
        return fields.sub("cost_of_goods_sold").number("total_value")
    for key in _COST_KEYS:
        value = metas.get(key)
        if isinstance(value, str | int | Decimal) and str(value).strip():
            try:
                return Fields({key: value}).number(key)
            except Rejected:  # a plugin's text is no reason to refuse the product
                continue
    return None
