"""Fill a fake Medusa shop with plausible records from a fixed seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from .store import Row, Store
from .totals import order_totals

PEOPLE = [
    ("敏", "郭", "cn", "上海", "人民路902号"),
    ("Emma", "Müller", "de", "München", "Hauptstr. 12"),
    ("D'Arcy", "Rossi", "us", "Los Angeles", "314 Main St #3"),
    ("さくら", "高橋", "jp", "東京", "丸の内1-1"),
]
GOODS = ["西湖龙井", "The Book of Tea", "Mug 马克杯"]
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
_CENT = Decimal("0.01")
_TAX = Decimal(19)


def fill(store: Store, *, orders: int = 60, customers: int = 20) -> Store:
    """Add records to a store; the same seed gives the same records."""
    rng = random.Random(7)
    currencies = [{"id": "stocur_1", "currency_code": "eur", "is_default": True}]
    store.add("stores", {"name": "Tea", "supported_currencies": currencies}, BEGIN)
    above: Row | None = None
    for name in ("Shop", "Tea"):
        row = {"name": name, "parent_category_id": above and above["id"]}
        above = store.add("product-categories", row, BEGIN)
    for number in range(6):
        _add_product(store, rng, number, above)
    for number in range(customers):
        _add_customer(store, number)
    for number in range(orders):
        _place(store, rng, number, BEGIN + timedelta(days=number * 5, seconds=number))
    return store


def _place(store: Store, rng: random.Random, number: int, at: datetime) -> None:
    own = store.add("orders", order_row(store, rng, number, at), at)["id"]
    if number % 4:
        store.capture(own, at + timedelta(hours=1))
        numbers = (f"DHL{number}", f"DHL{number}B")[: 1 + (number % 10 == 9)]
        later = at + timedelta(days=1)
        store.ship(own, *numbers, at=later, delivered=number % 4 == 1)
    if number % 9 == 4:
        store.capture(own, at + timedelta(hours=2))
        store.give_back(own, 0, 1, at + timedelta(days=4))
        store.refund(own, "3.21", note="sent back", at=at + timedelta(days=5))
    elif number % 9 == 5:
        store.cancel(own, at + timedelta(days=2))


def _add_product(
    store: Store, rng: random.Random, number: int, category: Row | None
) -> None:
    at = BEGIN + timedelta(days=number)
    own = store.next_id("prod")
    sizes = ("S", "M") if number == 3 else ("Default variant",)
    variants = [
        store.stamped(
            "variant",
            {
                "title": size,
                "sku": f"SKU-{number}-{size[0]}",
                "barcode": None,
                "ean": "4006381333931" if number == 1 else None,
                "upc": None,
                "product_id": own,
                "prices": _prices(Decimal(rng.randint(500, 9000)) * _CENT),
            },
            at,
        )
        for size in sizes
    ]
    row = {
        "id": own,
        "title": f"{GOODS[number % len(GOODS)]} {number}",
        "status": "draft" if number == 5 else "published",
        "variants": variants,
        "categories": [category],
    }
    store.add("products", row, at)


def _prices(amount: Decimal) -> list[Row]:
    whole = {"min_quantity": None, "max_quantity": None, "rules": {}}
    return [
        {"id": "price_0", **whole, "currency_code": "usd", "amount": amount * 2},
        {
            **{"id": "price_1", **whole, "min_quantity": 10},
            **{"currency_code": "eur", "amount": amount / 2},
        },
        {"id": "price_2", **whole, "currency_code": "eur", "amount": amount},
    ]


def _add_customer(store: Store, number: int) -> None:
    first, last, *_more = PEOPLE[number % 4]
    at = BEGIN + timedelta(days=number)
    default = {"is_default_billing": True, "is_default_shipping": number % 2 == 0}
    has_account = bool(number % 5)
    groups = [store.stamped("cusgroup", {"name": "VIP"}, at)] if number == 1 else []
    row = {
        "email": f"customer{number}@example.test",
        "first_name": first if has_account else None,
        "last_name": last if has_account else None,
        "company_name": None,
        "phone": None,
        "has_account": has_account,
        "addresses": [],
        "groups": groups,
    }
    own = store.add("customers", row, at)["id"]
    if has_account:
        store.add_address(own, {**address(number), **default}, at)


def address(number: int) -> Row:
    """Return an address."""
    first, last, country, city, street = PEOPLE[number % 4]
    return {
        "first_name": first,
        "last_name": last,
        "company": None,
        "address_1": street,
        "address_2": None,
        "city": city,
        "country_code": country,
        "province": "us-ca" if country == "us" else None,
        "postal_code": f"{80000 + number}",
        "phone": f"+4989{number:07d}",
    }


def order_row(
    store: Store, rng: random.Random, number: int = 0, at: datetime | None = None
) -> Row:
    """Return an order as Medusa reckons it."""
    buyer = rng.choice(list(store.tables["customers"].values()))
    place = {"id": store.next_id("ordaddr"), **address(number)}
    row: Row = {
        "custom_display_id": f"TEA-{number}" if number == 7 else None,
        "status": "pending",
        "payment_status": "authorized",
        "fulfillment_status": "not_fulfilled",
        "version": 1,
        "currency_code": "eur",
        "email": buyer["email"],
        "customer_id": buyer["id"],
        "customer": buyer,
        "sales_channel": {"id": "sc_1", "name": "Web"},
        "metadata": None,
        "billing_address": place,
        "shipping_address": place,
        "items": [
            item_row(store, rng, off=number % 3 == 0) for _ in range(rng.randint(1, 3))
        ],
        "shipping_methods": [method_row(store)],
        "credit_lines": [],
        "fulfillments": [],
        "returns": [],
    }
    row["payment_collections"] = [_collection(store, row, at)]
    return row


def _collection(store: Store, row: Row, at: datetime | None) -> Row:
    total = order_totals(row)["total"]
    payment = {
        "amount": total,
        "provider_id": "pp_stripe_stripe",
        "captured_at": None,
        "canceled_at": None,
        "captures": [],
        "refunds": [],
    }
    made = {"status": "authorized", "amount": total}
    payments = [store.stamped("pay", payment, at)]
    return store.stamped("pay_col", {**made, "payments": payments}, at)


def item_row(store: Store, rng: random.Random, *, off: bool = False) -> Row:
    """Return an item of an order, of any variant."""
    variant = rng.choice(list(store.variants()))
    product = store.tables["products"][variant["product_id"]]
    price = next(p["amount"] for p in variant["prices"] if p["id"] == "price_2")
    quantity = rng.randint(1, 3)
    cut: list[Any] = []
    if off:
        amount = price * quantity / 10
        cut = [{"id": "adj_1", "code": "TEN", "amount": amount, "subtotal": amount}]
    return {
        "id": store.next_id("ordli"),
        "product_title": product["title"],
        "variant_title": variant["title"],
        "variant_id": variant["id"],
        "variant_sku": variant["sku"],
        "unit_price": price,
        "quantity": quantity,
        "is_tax_inclusive": False,
        "tax_lines": [{"id": "tax_1", "rate": _TAX}],
        "adjustments": cut,
        "detail": {"return_received_quantity": 0, "return_dismissed_quantity": 0},
    }


def method_row(store: Store, amount: Decimal = Decimal("4.99")) -> Row:
    """Return a way of shipping; its price holds the tax."""
    return {
        "id": store.next_id("ordsm"),
        "name": "Standard",
        "amount": amount,
        "is_tax_inclusive": True,
        "tax_lines": [{"id": "tax_2", "rate": _TAX}],
        "adjustments": [],
    }
