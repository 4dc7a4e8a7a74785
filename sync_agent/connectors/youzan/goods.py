"""Products and variants: JSON of Youzan -> record fields; prices are fen."""

from __future__ import annotations

from collections.abc import Iterator

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item
from sync_agent.records.fields import version_of

from .money import CURRENCY, fen
from .times import time_of


def parse_products(row: Json) -> Iterator[Item]:
    """Yield the product and its variants.

    Args:
        row: answer of ``youzan.item.detail.get``; it tells when variants changed, but
            not the product: then the same version comes with another content.
    """
    own = str(row.get("item_id") or "?")
    variants = [each for each in row.get("sku_list") or () if isinstance(each, dict)]
    stamps = [row.get("created_time")]
    stamps += [each.get("sku_modified_time") for each in variants]
    version = version_of(*map(time_of, stamps))
    yield make_item("product", own, version, row, _product)
    for each in variants:
        if each.get("sku_id"):
            yield make_item(
                "product",
                f"{own}:{each['sku_id']}",
                version,
                {**row, "sku_list": [each]},
                _variant,
            )


def _product(fields: Fields) -> Json:
    prices = fields.sub("item_price_param")
    names = fields.sub("category_properties").get("category_names")
    path = names if isinstance(names, list) else []
    return {
        "name": fields.text("title") or fields.text("item_no") or "?",
        "sku": fields.text("item_no"),
        "barcode": fields.text("item_barcode"),
        "category": [str(name) for name in path if name],
        # one with variants has no price of its own
        "price": None if prices.get("price") is None else fen(prices, "price"),
        "cost": fen(prices, "cost_price") or None,
        "currency": CURRENCY,
        "active": fields.get("is_display") in (1, True, "1"),
    }


def _variant(fields: Fields) -> Json:
    product = _product(fields)
    (sku,) = fields.each("sku_list")
    values = [each.text("prop_value_name") for each in sku.each("sku_props")]
    text = ", ".join(value for value in values if value)
    return {
        **product,
        "name": f"{product['name']} ({text})" if text else product["name"],
        "parent_external_id": fields.ident("item_id"),
        "sku": sku.text("sku_no"),
        "barcode": sku.text("sku_barcode"),
        "price": fen(sku, "price"),
        "cost": fen(sku, "cost_price") or None,
    }
