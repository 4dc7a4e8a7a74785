"""Fill a fake PrestaShop shop with plausible records from a fixed seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .store import DELIVERED, NO_DATE, SHIPPED, Row, Store

PEOPLE = [
    ("敏", "郭", 5, "上海", "人民路902号"),
    ("Emma", "Müller", 1, "München", "Hauptstr. 12"),
    ("D'Arcy", "Rossi", 10, "Torino", "Via Po 3"),
    ("さくら", "高橋", 11, "東京", "丸の内1-1"),
]
GOODS = ["西湖龙井", "The Book of Tea", "Mug 马克杯"]
CURRENCIES = {"EUR": 1, "CNY": 2, "JPY": 3, "KWD": 4}
_STATES = [
    # id, name, template, paid, logable, shipped, delivery
    (1, "Awaiting check payment", "cheque", 0, 0, 0, 0),
    (2, "Payment accepted", "payment", 1, 1, 0, 0),
    (3, "Processing in progress", "preparation", 1, 1, 0, 1),
    (4, "Shipped", "shipped", 1, 1, 1, 1),
    (5, "Delivered", "", 1, 1, 1, 1),
    (6, "Canceled", "order_canceled", 0, 0, 0, 0),
    (7, "Refunded", "refund", 0, 0, 0, 0),
    (8, "Payment error", "payment_error", 0, 0, 0, 0),
]
_CONFIGURATION = {
    "PS_TIMEZONE": "Europe/Paris",
    "PS_LANG_DEFAULT": "1",
    "PS_CURRENCY_DEFAULT": "1",
    "PS_VERSION_DB": "8.1.7",
    "PS_OS_DELIVERED": "5",
    "PS_OS_CANCELED": "6",
    "PS_OS_REFUND": "7",
    "PS_OS_ERROR": "8",
}
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
_CENT = Decimal("0.01")
_MICRO = Decimal("0.000001")
_TAX = Decimal("1.2")


def fill(store: Store, *, orders: int = 60, customers: int = 20) -> Store:
    """Add records to a store; the same seed gives the same records."""
    rng = random.Random(7)
    _add_facts(store)
    for number in range(6):
        _add_product(store, rng, number)
    for number in range(customers):
        _add_customer(store, number)
    for number in range(orders):
        at = BEGIN + timedelta(days=number * 5, seconds=number)
        own = place(store, rng, at)["id"]
        if number % 4:
            store.set_state(own, SHIPPED, at + timedelta(days=1))
            store.track(own, f"DHL{number}")
        if number % 4 == 1:
            store.set_state(own, DELIVERED, at + timedelta(days=3))
        if number % 9 == 4:
            store.refund(
                own,
                [(0, 1)],
                with_shipping=not number % 2,
                at=at + timedelta(days=5),
            )
    return store


def texts(english: str, french: str = "") -> list[Row]:
    """Return a text in the shop's two languages."""
    return [{"id": 1, "value": english}, {"id": 2, "value": french or english}]


def _add_facts(store: Store) -> None:
    for name, value in _CONFIGURATION.items():
        row: Row = {"name": name, "value": value, "id_shop": None}
        store.add("configurations", row, BEGIN)
    for code, own in CURRENCIES.items():
        store.add("currencies", {"id": own, "iso_code": code, "deleted": 0})
    for own, code in ((1, "en"), (2, "fr")):
        store.add("languages", {"id": own, "iso_code": code})
    for own, code in ((1, "DE"), (5, "CN"), (10, "IT"), (11, "JP")):
        store.add("countries", {"id": own, "iso_code": code, "name": texts(code)})
    store.add("states", {"id": 1, "iso_code": "TO", "name": "Torino"})
    url = "https://track.example/@"
    store.add("carriers", {"id": 1, "name": "DHL", "url": url, "deleted": 0})
    for own, name, template, paid, logable, shipped, delivery in _STATES:
        row = {
            "id": own,
            "name": texts(name, f"fr {name}"),
            "template": texts(template) if template else "",
            "paid": paid,
            "logable": logable,
            "shipped": shipped,
            "delivery": delivery,
            "deleted": 0,
        }
        store.add("order_states", row)
    for own, (name, parent) in enumerate([("Root", 0), ("Home", 1), ("Tea", 2)], 1):
        row = {
            "id": own,
            "name": texts(name, f"fr {name}"),
            "id_parent": parent,
            "level_depth": own - 1,
        }
        store.add("categories", row, BEGIN)
    for own, name in ((1, "Small"), (2, "Large")):
        store.add("product_option_values", {"id": own, "name": texts(name)})


def _add_product(store: Store, rng: random.Random, number: int) -> None:
    name = GOODS[number % len(GOODS)]
    row: Row = {
        "name": texts(f"{name} {number}", f"fr {name}"),
        "reference": f"SKU-{number}",
        "ean13": f"400000000000{number}",
        "price": Decimal(rng.randint(500, 9000)) * _CENT,
        "wholesale_price": Decimal("2.5"),
        "active": int(number != 5),
        "id_category_default": 3,
        "quantity": 9,
    }
    own = store.add("products", row, BEGIN)["id"]
    for value in (1, 2) if number == 3 else ():
        store.add(
            "combinations",
            {
                "id_product": own,
                "reference": f"SKU-{number}-{value}",
                "ean13": "",
                "price": Decimal(value),
                "wholesale_price": Decimal(0),
                "associations": {"product_option_values": [{"id": value}]},
            },
        )


def _add_customer(store: Store, number: int) -> None:
    first, last, country, city, street = PEOPLE[number % len(PEOPLE)]
    at = BEGIN + timedelta(hours=number)
    row: Row = {
        "firstname": first,
        "lastname": last,
        "email": f"buyer{number}@example.com",
        "company": "",
        "id_lang": 1,
        "newsletter": int(not number % 3),
        "website": "",
        "note": "",
        "is_guest": int(number % 5 == 4),
        "deleted": 0,
        "birthday": "0000-00-00",
        "last_passwd_gen": NO_DATE,
    }
    own = store.add("customers", row, at)["id"]
    where: Row = {
        "id_customer": own,
        "id_country": country,
        "id_state": int(country == 10),
        "alias": "Home",
        "firstname": first,
        "lastname": last,
        "company": "",
        "address1": street,
        "address2": "",
        "postcode": "12345",
        "city": city,
        "phone": "",
        "phone_mobile": f"+49 170 {number:06}",
        "vat_number": "",
        "deleted": 0,
    }
    store.add("addresses", where, at)


def place(
    store: Store, rng: random.Random, at: datetime | None = None, **changes: Any
) -> Row:
    """Place an order with one to three lines.

    Args:
        store: of the shop.
        rng: chooses.
        at: when; now if ``None``.
        changes: of its row; ``details`` are lines instead of chosen ones.
    """
    details = changes.pop("details", None)
    if details is None:
        products = list(store.tables["products"].values())
        details = [_detail(store, rng, each) for each in rng.sample(products, 2)]
    net = _sum(details, "total_price_tax_excl")
    total = _sum(details, "total_price_tax_incl")
    customer = rng.choice(list(store.tables["customers"].values()))
    (where,) = (
        row
        for row in store.tables["addresses"].values()
        if row["id_customer"] == customer["id"]
    )
    shipping, shipping_net = Decimal("5.90"), Decimal("4.92")
    off, off_net = (Decimal("3.00"), Decimal("2.50")) if rng.random() < 0.3 else (0, 0)
    row: Row = {
        "id_customer": customer["id"],
        "id_address_invoice": where["id"],
        "id_address_delivery": where["id"],
        "id_currency": 1,
        "id_carrier": 1,
        "current_state": 2,
        "reference": f"R{rng.randrange(10**8):08}",
        "payment": "Bank card",
        "note": "",
        "round_mode": 2,
        "round_type": 3,
        "total_products": net,
        "total_products_wt": total,
        "total_shipping_tax_excl": shipping_net,
        "total_shipping_tax_incl": shipping,
        "total_wrapping_tax_excl": Decimal(0),
        "total_wrapping_tax_incl": Decimal(0),
        "total_discounts_tax_excl": Decimal(off_net),
        "total_discounts_tax_incl": Decimal(off),
        "total_paid_tax_excl": net + shipping_net - off_net,
        "total_paid_tax_incl": total + shipping - off,
        "invoice_date": NO_DATE,
        "delivery_date": NO_DATE,
        **changes,
    }
    row = store.add("orders", row, at)
    for each in details:
        store.add("order_details", {**each, "id_order": row["id"]})
    _add_children(store, row, at)
    return row


def _add_children(store: Store, order: Row, at: datetime | None) -> None:
    store.add(
        "order_histories",
        {"id_order": order["id"], "id_order_state": order["current_state"]},
        at,
    )
    parcel = {"id_order": order["id"], "id_carrier": 1, "tracking_number": ""}
    store.add("order_carriers", parcel, at)
    if order["total_discounts_tax_incl"]:
        rule = {
            "id_order": order["id"],
            "name": "Welcome 欢迎",
            "value": order["total_discounts_tax_incl"],
            "value_tax_excl": order["total_discounts_tax_excl"],
            "deleted": 0,
        }
        store.add("order_cart_rules", rule)


def _sum(details: list[Row], key: str) -> Decimal:
    found = sum((each[key] for each in details), Decimal(0))
    return found.quantize(_CENT, ROUND_HALF_UP)


def _detail(store: Store, rng: random.Random, product: Row) -> Row:
    variants = [
        row
        for row in store.tables["combinations"].values()
        if row["id_product"] == product["id"]
    ]
    variant = rng.choice(variants) if variants else None
    quantity = rng.randint(1, 4)
    # a price with tax that is round makes one without tax that is not
    unit = (product["price"] / _TAX).quantize(_MICRO)
    return {
        "product_id": product["id"],
        "product_attribute_id": variant["id"] if variant else 0,
        "product_quantity": quantity,
        "product_name": product["name"][0]["value"],
        "product_reference": (variant or product)["reference"],
        "product_price": unit,
        "reduction_percent": Decimal(0),
        "reduction_amount": Decimal(0),
        "unit_price_tax_excl": unit,
        "unit_price_tax_incl": (unit * _TAX).quantize(_MICRO),
        "total_price_tax_excl": unit * quantity,
        "total_price_tax_incl": (unit * quantity * _TAX).quantize(_MICRO),
    }
