"""Checkouts that were left: JSON of Shopify -> record fields."""

from __future__ import annotations

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .money import Bags, Side, number_of
from .people import name_of, who


def parse_cart(row: Json, side: Side = "shop") -> Item:
    """Return the cart record of an abandoned checkout."""
    return make_item(
        "cart",
        number_of(row.get("id")) or "?",
        version_of(utc_time(row.get("updatedAt"))),
        row,
        lambda fields: _fields(fields, side),
    )


def _fields(fields: Fields, side: Side) -> Json:
    at = fields.time("createdAt")
    if at is None:
        raise fields.bad("createdAt", _("the time of the checkout is missing"))
    total = fields.sub("totalPriceSet").sub(f"{side}Money")
    bags = Bags(side, total.text("currencyCode") or "", with_tax=False)
    customer, billing = fields.sub("customer"), fields.sub("billingAddress")
    found = {
        "external_id": number_of(customer.text("id")),
        "email": who(customer, "defaultEmailAddress"),
        "phone": who(customer, "defaultPhoneNumber") or billing.text("phone"),
        "name": name_of(customer) or name_of(billing),
    }
    return {
        "at": at,
        "customer": found if any(found.values()) else None,
        "currency": bags.currency,
        "total": bags.of(fields, "totalPriceSet"),
        "lines": [_line(e, bags) for e in fields.sub("lineItems").each("nodes")],
        "url": fields.text("abandonedCheckoutUrl"),
    }


def _line(fields: Fields, bags: Bags) -> Json:
    return {
        "product_external_id": number_of(fields.sub("variant").text("id")),
        "sku": fields.text("sku"),
        "name": fields.text("title") or "?",
        "quantity": fields.number("quantity"),
        "total": bags.of(fields, "discountedTotalPriceSet"),
    }
