"""Fill a fake shop with plausible records from a fixed seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from .store import Row, Store, money, stamp

PEOPLE = [
    ("敏", "郭", "CN", "CN-31", "上海", "人民路902号"),
    ("梓萱", "欧阳", "CN", "CN-44", "深圳", "中山路174号"),
    ("Emma", "Müller", "DE", "DE-BY", "München", "Hauptstr. 12"),
    ("D'Arcy", "Rossi", "US", "CA", "Los Angeles", "314 Main St #3"),
    ("さくら", "高橋", "JP", "JP13", "東京", "丸の内1-1"),
    ("Søren 🍵", "van der Berg", "US", "NY", "New York", "5 Elm Ave"),
]
GOODS = ["西湖龙井", "The Book of Tea", "Mug 马克杯", '<b>HTML</b> &amp; "quotes" 名称']
STATUSES = ["completed"] * 14 + [
    "processing",
    "on-hold",
    "cancelled",
    "failed",
    "pending",
]
NOTES = ["", "", "", "加急!!!", "line one\nline two", "tab\tand \u200b zero width"]
_CENT = Decimal("0.01")


def fill(
    store: Store,
    *,
    customers: int = 30,
    orders: int = 100,
    products: int = 10,
    reviews: int = 10,
    seed: int = 7,
    end: datetime | None = None,
    days: int = 700,
) -> Store:
    """Add records to a store; the same seed gives the same records."""
    rng = random.Random(seed)
    end = (end or datetime(2026, 11, 1, tzinfo=UTC)).replace(microsecond=0)
    begin = end - timedelta(days=days)
    _add_categories(store)
    for number in range(products):
        _add_product(store, rng, number, begin)
    for number in range(customers):
        _add_customer(store, rng, number, begin)
    for number in range(orders):
        at = begin + timedelta(days=days) * number / max(orders, 1)
        _add_order(store, rng, number, at)
    for number in range(reviews):
        _add_review(store, rng, number, begin + timedelta(days=number))
    return store


def _add_categories(store: Store) -> None:
    for number, (name, parent) in enumerate([("Tea &amp; More", 0), ("绿茶", 15)]):
        store.categories[15 + number] = {
            "id": 15 + number,
            "name": name,
            "parent": parent,
        }


def _add_product(store: Store, rng: random.Random, number: int, at: datetime) -> None:
    price = Decimal(rng.randint(500, 60000)) * _CENT
    row: Row = {
        "id": store.post_id(),
        "name": f"{GOODS[number % len(GOODS)]} {number}",
        "slug": f"product-{number}",
        "type": "variable" if number % 4 == 3 else "simple",
        "status": "draft" if number % 9 == 8 else "publish",
        "sku": "" if number % 7 == 6 else f"SKU-{number}",
        "price": "" if number % 8 == 5 else money(price),
        "parent_id": 0,
        "categories": [{"id": 16, "name": "绿茶", "slug": "green"}],
        "meta_data": [
            {"id": 1, "key": "_cost", "value": money(price * Decimal("0.4"))}
        ],
        "global_unique_id": f"69100001{number:05d}" if number % 3 == 0 else "",
    }
    stamp(row, "created", at)
    stamp(row, "modified", at)
    store.add(store.products, row)
    if row["type"] == "variable":
        for size in ("S", "M", "L"):
            variation = {
                **row,
                "id": store.post_id(),
                "name": size,
                "type": "variation",
                "parent_id": row["id"],
                "sku": f"SKU-{number}-{size}",
                "categories": [],
                "global_unique_id": "",
            }
            store.add(store.variations, variation)


def _add_customer(store: Store, rng: random.Random, number: int, at: datetime) -> None:
    user_id = store.user_id()
    address = _address(rng, number)
    row: Row = {
        "id": user_id,
        "email": f"Customer{number:03d}@Example.test",
        "first_name": address["first_name"],
        "last_name": address["last_name"],
        "role": "administrator" if number == 0 else "customer",
        "username": f"cust{number}",
        "billing": address,
        "shipping": {k: v for k, v in address.items() if k != "email"},
        "is_paying_customer": number != 0,
        "meta_data": [{"id": 1, "key": "prefs", "value": {"tags": ["vip", "茶友"]}}],
    }
    stamp(row, "created", at + timedelta(days=number % 300))
    # accounts that were never saved again have no date of change
    stamp(row, "modified", None if number % 3 else at + timedelta(days=number % 300))
    store.add(store.customers, row)


def _address(rng: random.Random, number: int) -> Row:
    first, last, country, state, city, street = PEOPLE[number % len(PEOPLE)]
    return {
        "first_name": first,
        "last_name": last,
        "company": "茶语（上海）贸易有限公司" if number % 11 == 10 else "",
        "address_1": street,
        "address_2": "",
        "city": city,
        "state": state,
        "postcode": f"{rng.randint(10000, 99999)}",
        "country": country,
        "email": f"customer{number:03d}@example.test",
        "phone": f"+86138{rng.randint(10**7, 10**8 - 1)}" if number % 2 else "",
    }


def _add_order(store: Store, rng: random.Random, number: int, at: datetime) -> None:
    people = [row for row in store.customers.values() if row["role"] == "customer"]
    buyer = rng.choice(people) if people and number % 5 else None
    billing = dict(buyer["billing"]) if buyer else _guest(rng, number)
    row = order_row(store, rng, billing, buyer["id"] if buyer else 0)
    row["status"] = rng.choice(STATUSES)
    if number % 50 == 49:
        row["status"] = "awaiting-pickup"  # a plugin's word
    if number % 40 == 39:
        row["status"] = "checkout-draft"
    row["customer_note"] = rng.choice(NOTES)
    # edited in batches: many share the second of their last change
    edited = at.replace(minute=0, second=0) + timedelta(days=3)
    stamp(row, "created", at)
    stamp(row, "modified", edited)
    stamp(row, "paid", at if row["status"] == "completed" else None)
    store.add(store.orders, row)
    line = row["line_items"][0]
    paid_for_line = Decimal(line["total"]) + Decimal(line["total_tax"])
    # a fee can make the order cheaper than its line: no shop pays back more than all
    payable = paid_for_line <= Decimal(row["total"])
    if row["status"] == "completed" and number % 20 == 4 and payable:
        store.refund(
            row["id"],
            paid_for_line,
            reason="质量问题",
            lines=[(0, line["quantity"])],
            at=edited + timedelta(days=1),
        )


def _guest(rng: random.Random, number: int) -> Row:
    address = _address(rng, number)
    address["email"] = "" if number % 15 == 0 else f"guest{number}@example.test"
    return address


def order_row(store: Store, rng: random.Random, billing: Row, customer: int) -> Row:
    """Return an order that adds up, with one to three lines."""
    products = [p for p in store.products.values() if p["type"] == "simple"]
    variations = list(store.variations.values())
    lines = [
        _line(store, rng, rng.choice([*products, *variations]) if products else None)
        for _ in range(rng.randint(1, 3))
    ]
    shipping = [_charge(store, rng.choice(["0.00", "8.00", "15.50"]), "快递")]
    fees = [_charge(store, "-10.00", "COD fee")] if rng.random() < 0.1 else []
    parts: list[Row] = [*lines, *shipping, *fees]
    tax = sum((Decimal(p["total_tax"]) for p in parts), Decimal(0))
    net = sum((Decimal(p["total"]) for p in parts), Decimal(0))
    order_id = store.post_id()
    return {
        "id": order_id,
        "parent_id": 0,
        "number": str(order_id),
        "status": "processing",
        "currency": "CNY",
        "version": "10.0.2",
        "total": money(net + tax),
        "total_tax": money(tax),
        "cart_tax": money(tax),
        "customer_id": customer,
        "billing": billing,
        "shipping": {k: v for k, v in billing.items() if k != "email"},
        "payment_method": "alipay",
        "payment_method_title": "支付宝",
        "created_via": "checkout",
        "customer_note": "",
        "meta_data": _attribution(rng),
        "line_items": lines,
        "shipping_lines": shipping,
        "fee_lines": fees,
        "coupon_lines": [],
        "tax_lines": [{"id": 1, "tax_total": money(tax), "shipping_tax_total": "0.00"}],
        "_links": {"self": [{"href": "https://shop.example/wp-json/wc/v3/orders"}]},
    }


def _attribution(rng: random.Random) -> list[dict[str, Any]]:
    prefix = "_wc_order_attribution_"
    return [
        {"id": 1, "key": f"{prefix}source_type", "value": "organic"},
        {
            "id": 2,
            "key": f"{prefix}utm_source",
            "value": rng.choice(["google", "wechat"]),
        },
        {
            "id": 3,
            "key": "gift_options",
            "value": {"wrap": True, "to": {"name": "小明"}},
        },
    ]


def _line(store: Store, rng: random.Random, product: Row | None) -> Row:
    quantity = rng.randint(1, 4)
    unit = Decimal((product or {}).get("price") or "12.34")
    before = unit * quantity
    net = (before * (Decimal("0.9") if rng.random() < 0.2 else 1)).quantize(_CENT)
    tax = (net * Decimal("0.13")).quantize(_CENT)
    is_variation = bool(product) and product["type"] == "variation"
    return {
        "id": store.post_id(),
        "name": product["name"] if product else "Cotton Cap",
        "product_id": 0 if not product else product["parent_id"] or product["id"],
        "variation_id": product["id"] if product and is_variation else 0,
        "quantity": quantity,
        "subtotal": money(before),
        "total": money(net),
        "total_tax": money(tax),
        "meta_data": [],
        "sku": product["sku"] if product else None,
        # a JSON number, with the noise of binary fractions
        "price": float(net) / quantity,
    }


def _charge(store: Store, total: str, name: str) -> Row:
    tax = (Decimal(total) * Decimal("0.13")).quantize(_CENT)
    return {
        "id": store.post_id(),
        "method_title": name,
        "name": name,
        "method_id": "flat_rate",
        "total": total,
        "total_tax": money(tax),
        "meta_data": [],
    }


def _add_review(store: Store, rng: random.Random, number: int, at: datetime) -> None:
    products = list(store.products) or [0]
    row: Row = {
        "id": store.post_id(),
        "product_id": rng.choice(products),
        "status": "hold" if number % 6 == 5 else "approved",
        "reviewer": f"茶友 {number} &amp; Co",
        "reviewer_email": f"customer{number:03d}@example.test",
        "review": f"<p>Très bon thé ! #{number}</p>\n",
        "rating": rng.randint(0, 5),
    }
    stamp(row, "created", at)
    stamp(row, "modified", at)
    store.add(store.reviews, row)
