"""Orders and fulfilments: JSON of Vendure -> record fields.

The *prorated* prices are the ones that add up: they hold the line's share of discounts
on the whole order. ``lineTax`` does not: it belongs to the price before that share.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.records.fields import version_of

from .money import Cut
from .people import address, last_entry, name_of
from .refunds import refunds_of
from .states import UNPAID, order_state, shipment_state

_PAYMENT_STEP = "ORDER_PAYMENT_TRANSITION"
_PARCEL_STEP = "ORDER_FULFILLMENT_TRANSITION"


def order_version(row: Json) -> str:
    """Return the version of an order.

    Its own date does not move with payments, refunds and fulfilments.
    """
    payments = row.get("payments") or ()
    children = [
        *payments,
        *(refund for each in payments for refund in each.get("refunds") or ()),
        *(row.get("fulfillments") or ()),
        *(row.get("modifications") or ()),
    ]
    return version_of(
        utc_time(row.get("updatedAt")),
        utc_time(last_entry(row)),
        *(utc_time(child.get("updatedAt")) for child in children),
    )


def parse_order(row: Json, cut: Cut) -> Item:
    """Return the order record."""
    return make_item(
        "order",
        str(row.get("id", "?")),
        order_version(row),
        row,
        lambda fields: _order_fields(fields, cut),
    )


def _order_fields(fields: Fields, cut: Cut) -> Json:
    ordered_at = fields.time("orderPlacedAt")
    if ordered_at is None:
        raise fields.bad("orderPlacedAt", _("the order was not placed yet"))
    currency = fields.text("currencyCode") or ""
    money = Amounts(currency, cut)
    lines = _lines(fields, money)
    charges = _charges(fields, money)
    total = money.of(fields, "totalWithTax")
    tax_total = total - money.of(fields, "total")
    charges += _rounding(lines + charges, total, tax_total, money)
    refunds = refunds_of(fields, money.cut_whole)
    word = fields.text("state")
    country = {
        key: fields.sub(key).text("countryCode")
        for key in ("billingAddress", "shippingAddress")
    }
    return {
        "number": fields.text("code") or fields.ident("id"),
        "state": order_state(word),
        "state_raw": word,
        "ordered_at": ordered_at,
        "currency": currency,
        "customer": _customer_ref(fields),
        "billing": address(
            fields.sub("billingAddress"), "billing", country["billingAddress"]
        ),
        "shipping": address(
            fields.sub("shippingAddress"), "shipping", country["shippingAddress"]
        ),
        "lines": lines,
        "charges": charges,
        "total": total,
        "tax_total": tax_total,
        "paid_at": _paid_at(fields),
        "payment_method": _payment_method(fields),
        "coupons": fields.get("couponCodes") or (),
        "refunds": refunds,
        "refunded_total": sum((each["total"] for each in refunds), Decimal(0)),
    }


class Amounts:
    """Reads amounts of one currency."""

    def __init__(self, currency: str, cut: Cut) -> None:
        self._currency = currency
        self._cut = cut

    def cut_whole(self, amount: int) -> Decimal:
        """Return a whole number of minor units as a decimal."""
        return self._cut(amount, self._currency)

    def of(self, fields: Fields, key: str) -> Decimal:
        """Return the amount of a field."""
        return self.cut_whole(int(fields.number(key, None)))

    def pair(self, fields: Fields, net: str, gross: str) -> Json:
        """Return net, tax and total from a price without and with tax."""
        without, with_tax = self.of(fields, net), self.of(fields, gross)
        return {"net": without, "tax": with_tax - without, "total": with_tax}


def _customer_ref(fields: Fields) -> Json | None:
    customer = fields.sub("customer")
    ship = fields.sub("shippingAddress")
    found = {
        "external_id": customer.ident("id"),
        "email": customer.text("emailAddress"),
        "phone": customer.text("phoneNumber") or ship.text("phoneNumber"),
        "name": name_of(customer) or ship.text("fullName"),
    }
    return found if any(found.values()) else None


def _lines(fields: Fields, money: Amounts) -> list[Json]:
    """Return the lines; those cancelled whole are left out while others remain."""
    lines = [_line(line, money) for line in fields.each("lines")]
    return [line for line in lines if line["quantity"]] or lines


def _line(fields: Fields, money: Amounts) -> Json:
    variant = fields.sub("productVariant")
    amounts = money.pair(fields, "proratedLinePrice", "proratedLinePriceWithTax")
    discount = money.of(fields, "linePrice") - amounts["net"]
    return {
        "external_id": fields.ident("id"),
        "product_external_id": variant.ident("id"),
        "sku": variant.text("sku"),
        "name": variant.text("name") or variant.text("sku") or "?",
        "quantity": fields.number("quantity", None),
        "unit_price": money.of(fields, "unitPrice"),
        "discount": discount if discount > 0 else None,
        **amounts,
    }


def _charges(fields: Fields, money: Amounts) -> list[Json]:
    charges = []
    for each in fields.each("shippingLines"):
        method = each.sub("shippingMethod")
        charges.append(
            {
                "kind": "shipping",
                "name": method.text("name") or method.text("code") or "",
                **money.pair(each, "discountedPrice", "discountedPriceWithTax"),
            }
        )
    for each in fields.each("surcharges"):
        amounts = money.pair(each, "price", "priceWithTax")
        charges.append(
            {
                "kind": "discount" if amounts["total"] < 0 else "fee",
                "name": each.text("description") or "",
                **amounts,
            }
        )
    return charges


def _rounding(
    parts: list[Json], total: Decimal, tax_total: Decimal, money: Amounts
) -> list[Json]:
    """Return a charge where the shop rounds the tax of the whole order.

    Only what the shop's own tax says, and only up to a minor unit for each part.
    """
    left = total - sum((part["total"] for part in parts), Decimal(0))
    tax = tax_total - sum((part["tax"] for part in parts), Decimal(0))
    if not left or left != tax or abs(left) > money.cut_whole(len(parts)):
        return []
    return [{"kind": "rounding", "net": 0, "tax": tax, "total": tax}]


def _steps(fields: Fields, kind: str) -> Iterator[Fields]:
    """Yield the data of history entries of a type, oldest first."""
    for entry in reversed(list(fields.sub("history").each("items"))):
        if entry.get("type") == kind:
            yield entry


def _paid_at(fields: Fields) -> datetime | None:
    """Return when the first payment was settled."""
    for entry in _steps(fields, _PAYMENT_STEP):
        if entry.sub("data").text("to") == "Settled":
            return entry.time("createdAt")
    stamps = [
        at
        for each in fields.each("payments")
        if each.text("state") == "Settled" and (at := each.time("updatedAt"))
    ]
    return min(stamps, default=None)


def _payment_method(fields: Fields) -> str | None:
    names = [
        name
        for each in fields.each("payments")
        if each.text("state") not in UNPAID and (name := each.text("method"))
    ]
    return ", ".join(dict.fromkeys(names)) or None


def parse_shipments(row: Json) -> Iterator[Item]:
    """Yield the fulfilments of an order as shipments."""
    order_id = str(row.get("id", "?"))
    steps: dict[str, list[Json]] = {}
    for entry in reversed((row.get("history") or {}).get("items") or ()):
        if entry.get("type") == _PARCEL_STEP:
            data = entry.get("data") or {}
            steps.setdefault(str(data.get("fulfillmentId")), []).append(
                {"at": utc_time(entry.get("createdAt")), "word": data.get("to")}
            )
    for parcel in row.get("fulfillments") or ():
        own = steps.get(str(parcel.get("id")), [])
        yield make_item(
            "shipment",
            str(parcel.get("id", "?")),
            version_of(
                utc_time(parcel.get("updatedAt")), *(step["at"] for step in own)
            ),
            parcel,
            lambda fields, own=own: _shipment_fields(fields, order_id, own),  # type: ignore[misc]
        )


def _shipment_fields(fields: Fields, order_id: str, steps: list[Json]) -> Json:
    word = fields.text("state")
    when = {step["word"]: step["at"] for step in steps}
    changed_at = fields.time("updatedAt")
    return {
        "order_external_id": order_id,
        "carrier": fields.text("method"),
        "tracking_number": fields.text("trackingCode"),
        "state": shipment_state(word),
        "state_raw": word,
        "shipped_at": when.get("Shipped")
        or (changed_at if word == "Shipped" else None),
        "delivered_at": when.get("Delivered")
        or (changed_at if word == "Delivered" else None),
        "events": [
            {
                "at": step["at"],
                "state": shipment_state(step["word"]),
                "state_raw": step["word"],
            }
            for step in steps
            if step["at"]
        ],
    }
