"""Fill a fake Magento shop with plausible records from a fixed seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from .store import Row, Store, both_sides

PEOPLE = [
    ("敏", "郭", "CN", "上海", "人民路902号"),
    ("Emma", "Müller", "DE", "München", "Hauptstr. 12"),
    ("D'Arcy", "Rossi", "US", "Los Angeles", "314 Main St #3"),
    ("さくら", "高橋", "JP", "東京", "丸の内1-1"),
]
GOODS = ["西湖龙井", "The Book of Tea", "Mug 马克杯"]
STATES = ["complete"] * 8 + ["processing", "new", "canceled", "holded"]
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
_CENT = Decimal("0.01")
_TAX = Decimal("0.19")


def fill(store: Store, *, orders: int = 60, customers: int = 20) -> Store:
    """Add records to a store; the same seed gives the same records."""
    rng = random.Random(7)
    for number, (name, parent) in enumerate([("Root", 0), ("Default", 1), ("Tea", 2)]):
        row = {"id": number + 1, "parent_id": parent, "level": number, "name": name}
        store.add("categories", row, BEGIN)
    for number in range(6):
        _add_product(store, rng, number)
    for number in range(customers):
        _add_customer(store, number)
    for number in range(orders):
        at = BEGIN + timedelta(days=number * 5, seconds=number)
        row = store.add("orders", order_row(store, rng, number), at)
        if row["state"] == "complete":
            store.ship(row["entity_id"], f"DHL{number}", at=at + timedelta(days=1))
        if number % 9 == 4:
            whole = not number % 2
            store.refund(
                row["entity_id"],
                [(0, 1)],
                with_shipping=whole,
                less="0.50" if whole else "0",
                at=at + timedelta(days=5),
            )
    for number in range(4):
        store.add("carts", _cart(number), BEGIN + timedelta(days=number))
    return store


def _add_product(store: Store, rng: random.Random, number: int) -> None:
    row: Row = {
        "sku": f"SKU-{number}",
        "name": f"{GOODS[number % len(GOODS)]} {number}",
        "price": Decimal(rng.randint(500, 9000)) * _CENT,
        "status": 2 if number == 5 else 1,
        "type_id": "simple",
        "extension_attributes": {"category_links": [{"category_id": "3"}]},
        "custom_attributes": [{"attribute_code": "cost", "value": "3.500000"}],
    }
    at = BEGIN + timedelta(days=number)
    if number != 3:
        store.add("products", row, at)
        return
    children = [
        store.add(
            "products", {**row, "sku": f"SKU-3-{size}", "id": store.next_id()}, at
        )
        for size in "SM"
    ]
    links = {"configurable_product_links": [each["id"] for each in children]}
    parent = {**row, "type_id": "configurable", "price": 0}
    parent["extension_attributes"] = {**row["extension_attributes"], **links}
    store.add("products", parent, at)


def _add_customer(store: Store, number: int) -> None:
    row = {
        "email": f"customer{number}@example.test",
        "firstname": PEOPLE[number % 4][0],
        "lastname": PEOPLE[number % 4][1],
        "default_billing": "1",
        "addresses": [{"id": 1, **address(number, account=True)}],
        "extension_attributes": {"is_subscribed": number % 2 == 0},
    }
    store.add("customers", row, BEGIN + timedelta(days=number))


def address(number: int, *, account: bool = False) -> Row:
    """Return an address; of an account the region is an object."""
    first, last, country, city, street = PEOPLE[number % 4]
    region: Any = {"region_code": "BY", "region": "Bayern"} if account else "Bayern"
    return {
        "firstname": first,
        "lastname": last,
        "company": None,
        "street": [street],
        "city": city,
        "postcode": f"{80000 + number}",
        "country_id": country,
        "region": region,
        "telephone": f"+4989{number:07d}",
    }


def order_row(store: Store, rng: random.Random, number: int = 0) -> Row:
    """Return an order as Magento reckons it, without dates."""
    own = store.next_id()
    products = [r for r in store.tables["products"].values() if r["price"] != 0]
    items: list[Row] = []
    for _ in range(rng.randint(1, 3)):
        items += item_rows(store, rng, rng.choice(products), discounted=number % 3 == 0)
    people = list(store.tables["customers"].values())
    buyer = rng.choice(people) if people and number % 5 else None
    shipping = Decimal("4.99")
    row = {
        "entity_id": own,
        "increment_id": f"{own:09d}",
        "state": STATES[number % len(STATES)],
        "status": STATES[number % len(STATES)],
        "base_currency_code": "EUR",
        "order_currency_code": "EUR",
        "customer_is_guest": 0 if buyer else 1,
        "customer_email": buyer["email"] if buyer else f"guest{own}@example.test",
        "billing_address": address(number),
        "extension_attributes": {
            "shipping_assignments": [{"shipping": {"address": address(number)}}]
        },
        "payment": {"method": "checkmo", "additional_information": ["Cheque"]},
        "store_name": "Main Website\nMain Store\nEnglish",
        "shipping_description": "Flat Rate - Fixed",
        "shipping_amount": shipping,
        "shipping_tax_amount": (shipping * _TAX).quantize(_CENT),
        "items": items,
    }
    if buyer:
        row["customer_id"] = buyer["id"]
    return both_sides(sums(row))


def sums(row: Row) -> Row:
    """Return an order with the sums of its rows."""
    items = row["items"]

    def total(key: str) -> Decimal:
        return sum((each[key] for each in items), Decimal(0))

    row["subtotal"] = total("row_total")
    row["discount_amount"] = -total("discount_amount")
    row["tax_amount"] = total("tax_amount") + row["shipping_tax_amount"]
    row["grand_total"] = (
        row["subtotal"]
        + row["discount_amount"]
        + total("discount_tax_compensation_amount")
        + row["tax_amount"]
        + row["shipping_amount"]
    )
    return row


def item_rows(
    store: Store, rng: random.Random, product: Row, *, discounted: bool
) -> list[Row]:
    """Return the rows of a product: a variant comes twice."""
    quantity = rng.randint(1, 3)
    # the unit's price is rounded, so it does not give the row
    total = (product["price"] * quantity - Decimal("0.01")).quantize(_CENT)
    off = (total * Decimal("0.1")).quantize(_CENT) if discounted else Decimal(0)
    row = both_sides(
        {
            "item_id": store.next_id(),
            "product_id": product["id"],
            "product_type": "simple",
            "sku": product["sku"],
            "name": product["name"],
            "qty_ordered": quantity,
            "price": (total / quantity).quantize(_CENT),
            "row_total": total,
            "discount_amount": off,
            "discount_tax_compensation_amount": Decimal(0),
            "tax_amount": ((total - off) * _TAX).quantize(_CENT),
        }
    )
    if not product["sku"].startswith("SKU-3-"):
        return [row]
    configurable = next(
        own
        for own, each in store.tables["products"].items()
        if each["type_id"] == "configurable"
    )
    nothing = {k: Decimal(0) for k, v in row.items() if isinstance(v, Decimal)}
    child = {**row, **nothing, "item_id": store.next_id()}
    child["parent_item_id"] = row["item_id"]
    row.update(product_type="configurable", product_id=configurable)
    return [row, child]


def _cart(number: int) -> Row:
    line = {"sku": "SKU-1", "name": "Tea", "qty": 2, "price": Decimal("9.99")}
    return {
        "is_active": number != 3,
        "items": [line] if number != 2 else [],
        "customer": {"email": f"cart{number}@example.test", "firstname": "Ann"},
        "billing_address": {},
        "currency": {"quote_currency_code": "EUR"},
    }
