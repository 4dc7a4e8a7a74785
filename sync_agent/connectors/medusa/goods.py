"""Variants of products: JSON of Medusa -> record fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .rows import objects
from .states import PUBLISHED

_BARCODES = ("barcode", "ean", "upc")
_DEEPEST = 20
_ONLY = "Default variant"
"""Title that Medusa's own tools give to the only variant of a product."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a product refers to.

    Attributes:
        currency: of the prices that are read.
        categories: id -> name and id of the one above.
    """

    currency: str | None = None
    categories: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)

    def path(self, category_id: str | None) -> tuple[str, ...]:
        """Return the names from the root down to a category."""
        names: list[str] = []
        known = self.categories.get(category_id or "")
        while known and len(names) < _DEEPEST:
            names.append(known[0])
            known = self.categories.get(known[1] or "")
        return tuple(reversed(names))


def parse_variants(product: Json, catalogue: Catalogue) -> Iterator[Item]:
    """Yield the product records of a product: its variants."""
    for variant in objects(product, "variants"):
        yield _variant(product, variant, catalogue)


def _variant(product: Json, row: Json, catalogue: Catalogue) -> Item:
    version = version_of(
        utc_time(product.get("updated_at")), utc_time(row.get("updated_at"))
    )
    build = partial(_fields, product=Fields(product), catalogue=catalogue)
    return make_item("product", str(row.get("id", "?")), version, row, build)


def _fields(fields: Fields, product: Fields, catalogue: Catalogue) -> Json:
    price = _price(fields, catalogue.currency)
    return {
        "name": label(product.text("title"), fields.text("title"))
        or fields.text("sku")
        or "?",
        "parent_external_id": product.ident("id"),
        "sku": fields.text("sku"),
        "barcode": next(filter(None, map(fields.text, _BARCODES)), None),
        "category": _category(product, catalogue),
        "price": None if price is None else price.number("amount", None),
        "currency": None if price is None else _code(price),
        "active": product.text("status") == PUBLISHED,
    }


def label(product: str | None, variant: str | None) -> str | None:
    """Return a product's name with that of the variant, where it tells more."""
    if product and variant and variant not in (product, _ONLY):
        return f"{product} – {variant}"
    return product or variant


def _price(fields: Fields, currency: str | None) -> Fields | None:
    """Return the price for everybody in a currency; ``None`` if there is none.

    Others hold for a region, a group of customers or a quantity only.
    """
    for each in fields.each("prices"):
        limited = each.get("min_quantity") is not None or each.get("rules")
        if not limited and _code(each) == currency:
            return each
    return None


def _code(price: Fields) -> str | None:
    code = price.text("currency_code")
    return code.upper() if code else None


def _category(product: Fields, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the path of the deepest category; of equals the first by name."""
    paths = [catalogue.path(each.ident("id")) for each in product.each("categories")]
    return min(paths, key=lambda path: (-len(path), path), default=())
