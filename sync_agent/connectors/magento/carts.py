"""Carts that were left: JSON of Magento -> record fields."""

from __future__ import annotations

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item

from .money import tidy
from .orders import version
from .people import name_of


def is_left(row: Json) -> bool:
    """Tell whether a cart holds goods and has not become an order."""
    return bool(row.get("is_active") and row.get("items"))


def parse_cart(row: Json) -> Item:
    """Return the cart record."""
    return make_item("cart", str(row.get("id", "?")), version(row), row, _fields)


def _fields(fields: Fields) -> Json:
    at = fields.time("created_at")
    if at is None:
        raise fields.bad("created_at", _("the time of the cart is missing"))
    customer, billing = fields.sub("customer"), fields.sub("billing_address")
    found = {
        "external_id": customer.ident("id"),
        "email": customer.text("email") or billing.text("email"),
        "phone": billing.text("telephone"),
        "name": name_of(customer) or name_of(billing),
    }
    lines = [_line(each) for each in fields.each("items")]
    return {
        "at": at,
        "customer": found if any(found.values()) else None,
        "currency": fields.sub("currency").text("quote_currency_code"),
        "total": sum(line["total"] for line in lines),
        "lines": lines,
    }


def _line(fields: Fields) -> Json:
    price, quantity = fields.number("price"), fields.number("qty")
    return {
        "sku": fields.text("sku"),
        "name": fields.text("name") or fields.text("sku") or "?",
        "quantity": tidy(quantity),
        "total": tidy(price * quantity),
    }
