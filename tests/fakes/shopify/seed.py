"""Fill a fake shop with plausible records from a fixed seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from .store import Row, Store, bag, time_text

_CENT = Decimal("0.01")
PEOPLE = [
    ("Emma", "Müller", "DE", "BY", "München", "Hauptstr. 12"),
    ("梓萱", "欧阳", "CN", "GD", "深圳", "中山路174号"),
    ("さくら", "高橋", "JP", "JP-13", "東京", "丸の内1-1"),
    ("D'Arcy", "Rossi", "US", "CA", "Los Angeles", "314 Main St #3"),
]
STATES = [
    ("PAID", "FULFILLED"),
    ("PAID", "UNFULFILLED"),
    ("PENDING", "UNFULFILLED"),
    ("PARTIALLY_REFUNDED", "FULFILLED"),
]


def fill(
    store: Store,
    *,
    customers: int = 20,
    orders: int = 60,
    products: int = 8,
    carts: int = 6,
    seed: int = 7,
    end: datetime | None = None,
) -> Store:
    """Add records to a store; the same seed gives the same records."""
    rng = random.Random(seed)
    end = (end or datetime(2026, 11, 1, tzinfo=UTC)).replace(microsecond=0)
    for index in range(products):
        _add_product(store, rng, index, end - timedelta(days=400 - index))
    for index in range(customers):
        _add_customer(store, index, end - timedelta(days=300 - index))
    for index in range(orders):
        at = end - timedelta(hours=24 * (orders - index))
        _add_order(store, rng, index, at)
    for index in range(carts):
        _add_cart(store, rng, index, end - timedelta(hours=index))
    return store


def _add_product(store: Store, rng: random.Random, index: int, at: datetime) -> None:
    product: Row = {
        "title": f"Tee & Tasse {index}",
        "status": "DRAFT" if index % 5 == 4 else "ACTIVE",
        "productType": "Tee",
        "category": {"fullName": "Food > Beverages > Tea"} if index % 2 else None,
    }
    store.add("products", product, at)
    titles = ["S", "M", "L"] if index % 3 == 2 else ["Default Title"]
    product["variants"] = [
        {
            "__typename": "ProductVariant",
            "id": store.gid("ProductVariant"),
            "title": title,
            "sku": f"SKU-{index}-{title[0]}",
            "barcode": None,
            "price": str(Decimal(rng.randint(500, 9000)) * _CENT),
            "updatedAt": time_text(at),
            "inventoryItem": {"unitCost": {"amount": "3.10", "currencyCode": "EUR"}},
            "product": product,
        }
        for title in titles
    ]


def address(index: int) -> Row:
    """Return a postal address."""
    first, last, country, province, city, street = PEOPLE[index % len(PEOPLE)]
    return {
        "firstName": first,
        "lastName": last,
        "company": None,
        "address1": street,
        "address2": None,
        "city": city,
        "zip": f"{10000 + index}",
        "province": province,
        "provinceCode": province,
        "countryCodeV2": country,
        "phone": f"+4989{1000000 + index}",
    }


def _add_customer(store: Store, index: int, at: datetime) -> None:
    own = {**address(index), "id": store.gid("MailingAddress")}
    store.add(
        "customers",
        {
            "firstName": own["firstName"],
            "lastName": own["lastName"],
            "locale": "de",
            "note": None,
            "tags": ["vip"] if index % 4 == 0 else [],
            "defaultEmailAddress": {
                "emailAddress": f"Customer{index:03d}@example.test",
                "marketingState": "SUBSCRIBED" if index % 2 else "PENDING",
            },
            "defaultPhoneNumber": {"phoneNumber": own["phone"]} if index % 3 else None,
            "defaultAddress": own,
            "addressesV2": [own],
        },
        at,
    )


def _add_order(store: Store, rng: random.Random, index: int, at: datetime) -> None:
    people = store.in_order("customers")
    row = order_row(store, rng, at=at, with_tax=index % 2 == 0)
    row["customer"] = rng.choice(people) if people and index % 5 else None
    row["displayFinancialStatus"], row["displayFulfillmentStatus"] = rng.choice(STATES)
    if row["displayFulfillmentStatus"] == "FULFILLED":
        row["fulfillments"] = [parcel(store, at + timedelta(days=1), events=index % 4)]
    if row["displayFinancialStatus"] == "PARTIALLY_REFUNDED":
        refund_line(store, row, at + timedelta(days=2))
    # edited in batches: many share the second of their last change
    row["updatedAt"] = time_text(at.replace(hour=0, minute=0) + timedelta(days=3))
    store.add("orders", row, at)


def order_row(
    store: Store,
    rng: random.Random,
    *,
    at: datetime | None = None,
    with_tax: bool = True,
    lines: int = 0,
    currency: str = "",
) -> Row:
    """Return an order that adds up, with some lines and shipping."""
    currency = currency or store.currency
    at = at or store.now()
    made = [
        line_row(store, rng, currency, with_tax=with_tax)
        for _ in range(lines or rng.randint(1, 3))
    ]
    shipping, tax = Decimal("4.90"), Decimal("0.78")
    total = shipping if with_tax else shipping + tax
    total += sum(paid_for(line, with_tax=with_tax) for line in made)
    taxes = tax + sum(tax_of(line) for line in made)
    return {
        "__typename": "Order",
        "id": store.gid("Order"),
        "name": f"#{rng.randint(1000, 9999)}",
        "test": False,
        "createdAt": time_text(at),
        "processedAt": time_text(at),
        "updatedAt": time_text(at),
        "cancelledAt": None,
        "closed": False,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "currencyCode": currency,
        "presentmentCurrencyCode": currency,
        "taxesIncluded": with_tax,
        "dutiesIncluded": False,
        "email": f"buyer{rng.randint(0, 99)}@example.test",
        "phone": None,
        "note": None,
        "sourceName": "web",
        "paymentGatewayNames": ["shopify_payments"],
        "discountCodes": [],
        "customer": None,
        "billingAddress": address(rng.randint(0, 9)),
        "shippingAddress": address(rng.randint(0, 9)),
        **totals(total, taxes, currency),
        "additionalFees": [],
        "customerJourneySummary": None,
        "transactions": [
            {"kind": "SALE", "status": "SUCCESS", "processedAt": time_text(at)}
        ],
        "lineItems": made,
        "shippingLines": [shipping_row(shipping, tax, currency)],
        "refunds": [],
        "fulfillments": [],
    }


def totals(total: Decimal, taxes: Decimal, currency: str) -> Row:
    """Return the sums of an order that was paid in full."""
    return {
        "totalPriceSet": bag(total, currency),
        "totalTaxSet": bag(taxes, currency),
        "totalTipReceivedSet": bag("0.0", currency),
        "totalReceivedSet": bag(total, currency),
        "totalRefundedSet": bag("0.0", currency),
    }


def shipping_row(price: Decimal, tax: Decimal, currency: str) -> Row:
    """Return a shipping line."""
    return {
        "__typename": "ShippingLine",
        "title": "DHL",
        "discountedPriceSet": bag(price, currency),
        "taxLines": [{"priceSet": bag(tax, currency)}],
    }


def line_row(store: Store, rng: random.Random, currency: str, *, with_tax: bool) -> Row:
    """Return a line with its discount and tax."""
    quantity = rng.randint(1, 4)
    unit = Decimal(rng.randint(500, 9000)) * _CENT
    price = unit * quantity
    discount = (price / 10).quantize(_CENT) if rng.random() < 0.3 else Decimal(0)
    share = Decimal("0.19") / Decimal("1.19") if with_tax else Decimal("0.19")
    tax = ((price - discount) * share).quantize(_CENT)
    products = store.in_order("products")
    variant = rng.choice(products)["variants"][0] if products else None
    allocations = [{"allocatedAmountSet": bag(discount, currency)}] if discount else []
    return {
        "__typename": "LineItem",
        "id": store.gid("LineItem"),
        "name": "Tee",
        "title": "Tee",
        "sku": variant["sku"] if variant else None,
        "quantity": quantity,
        "variant": variant,
        "originalUnitPriceSet": bag(unit, currency),
        "originalTotalSet": bag(price, currency),
        "discountAllocations": allocations,
        "taxLines": [{"priceSet": bag(tax, currency)}],
        "duties": [],
    }


def _shop(bag_: Row) -> Decimal:
    return Decimal(bag_["shopMoney"]["amount"])


def tax_of(line: Row) -> Decimal:
    """Return the tax of a line."""
    return sum((_shop(t["priceSet"]) for t in line["taxLines"]), Decimal(0))


def price_of(line: Row) -> Decimal:
    """Return the price of a line after its discounts."""
    discounts = (_shop(d["allocatedAmountSet"]) for d in line["discountAllocations"])
    return _shop(line["originalTotalSet"]) - sum(discounts, Decimal(0))


def paid_for(line: Row, *, with_tax: bool) -> Decimal:
    """Return what is paid for a line."""
    return price_of(line) + (0 if with_tax else tax_of(line))


def parcel(store: Store, at: datetime, *, events: int = 0) -> Row:
    """Return a fulfilment, tracked when it has events."""
    return {
        "__typename": "Fulfillment",
        "id": store.gid("Fulfillment"),
        "status": "SUCCESS",
        "displayStatus": "IN_TRANSIT" if events else "FULFILLED",
        "createdAt": time_text(at),
        "updatedAt": time_text(at),
        "inTransitAt": None,
        "deliveredAt": None,
        "estimatedDeliveryAt": None,
        "trackingInfo": [{"company": "DHL", "number": f"JD{events}", "url": None}],
        "events": [event(at + timedelta(hours=n)) for n in range(events)],
    }


def event(at: datetime, status: str = "IN_TRANSIT") -> Row:
    """Return a scan of a carrier."""
    return {
        "status": status,
        "happenedAt": time_text(at),
        "createdAt": time_text(at),
        "message": "Sorted",
        "city": "Leipzig",
        "province": None,
        "country": "DE",
    }


def refund_line(
    store: Store, order: Row, at: datetime, *, money: bool = True, index: int = 0
) -> Row:
    """Give a whole line back, with its money or without."""
    line, currency = order["lineItems"][index], order["currencyCode"]
    paid = paid_for(line, with_tax=order["taxesIncluded"]) if money else Decimal(0)
    refund = refund_row(store, order, at, paid)
    refund["refundLineItems"] = [
        {
            "quantity": line["quantity"],
            "subtotalSet": bag(price_of(line), currency),
            "totalTaxSet": bag(tax_of(line), currency),
            "lineItem": line,
        }
    ]
    return refund


def refund_row(store: Store, order: Row, at: datetime, amount: Decimal) -> Row:
    """Pay back an amount without goods."""
    currency = order["currencyCode"]
    refund = {
        "__typename": "Refund",
        "id": store.gid("Refund"),
        "createdAt": time_text(at),
        "processedAt": time_text(at),
        "updatedAt": time_text(at),
        "note": "broken",
        "totalRefundedSet": bag(amount, currency),
        "duties": [],
        "refundLineItems": [],
        "refundShippingLines": [],
        "orderAdjustments": [],
    }
    order["refunds"].append(refund)
    back = _shop(order["totalRefundedSet"]) + amount
    order["totalRefundedSet"] = bag(back, currency)
    return refund


def _add_cart(store: Store, rng: random.Random, index: int, at: datetime) -> None:
    people = store.in_order("customers")
    line: dict[str, Any] = line_row(store, rng, store.currency, with_tax=True)
    store.add(
        "abandonedCheckouts",
        {
            "completedAt": time_text(at) if index % 3 == 2 else None,
            "abandonedCheckoutUrl": f"https://shop.example/recover/{index}",
            "customer": rng.choice(people) if people else None,
            "billingAddress": address(index),
            "totalPriceSet": bag(price_of(line), store.currency),
            "lineItems": [
                {**line, "discountedTotalPriceSet": bag(price_of(line), store.currency)}
            ],
        },
        at,
    )
