"""The data of the measurements: the same for every way into Odoo."""

from datetime import UTC, datetime, timedelta
from typing import Any

PRODUCTS = 40
PRICES = (1990, 2450, 8800, 16800, 450)
VERSION = "2026-01-01T00:00:00.000000Z"
SOURCE = "bench"
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_CITIES = (("Hangzhou", "310000", "CN"), ("Berlin", "10115", "DE"))


def customer(number: int) -> dict[str, Any]:
    """Give a customer as a record of the agent."""
    city, code, country = _CITIES[number % 2]
    address = {
        "street": f"Lake Road {number}",
        "city": city,
        "zip": code,
        "country": country,
    }
    return {
        "name": f"Customer {number}",
        "email": f"customer{number}@example.com",
        "phone": f"+49 30 {10_000_000 + number}",
        "addresses": [address],
    }


def partner(number: int, countries: dict[str, int]) -> dict[str, Any]:
    """Give the same customer as values of ``res.partner``."""
    record = customer(number)
    (address,) = record.pop("addresses")
    country = countries[address.pop("country")]
    return {**record, **address, "country_id": country}


def product(number: int) -> dict[str, Any]:
    """Give a product as a record of the agent."""
    price = _text(PRICES[number % len(PRICES)])
    name = f"Product {number}"
    return {"name": name, "sku": f"SKU-{number}", "price": price, "currency": "CNY"}


def order(number: int, customers: int) -> dict[str, Any]:
    """Give an order with two lines, of one of so many customers, as a record."""
    lines = []
    for place in (0, 1):
        item, quantity, net, tax = _goods(number, place)
        lines.append(
            {
                "external_id": f"{number}-{place}",
                "product_external_id": str(item),
                "sku": f"SKU-{item}",
                "name": f"Product {item}",
                "quantity": str(quantity),
                "net": _text(net),
                "tax": _text(tax),
                "total": _text(net + tax),
            }
        )
    total = sum(sum(_goods(number, place)[2:]) for place in (0, 1))
    return {
        "number": f"B{number}",
        "state": "completed",
        "ordered_at": f"{_day(number):%Y-%m-%dT%H:%M:%SZ}",
        "currency": "CNY",
        "customer": {"external_id": str(number % customers)},
        "lines": lines,
        "total": _text(total),
    }


def order_values(number: int, ids: dict[str, Any]) -> dict[str, Any]:
    """Give the same order as values of ``sme.order``.

    Args:
        number: of the order.
        ids: source, company, currency (ids), partners and products (lists of ids).
    """
    lines, net, tax = [], 0, 0
    for place in (0, 1):
        item, quantity, line_net, line_tax = _goods(number, place)
        net, tax = net + line_net, tax + line_tax
        line = {
            "external_id": f"{number}-{place}",
            "sequence": place,
            "name": f"Product {item}",
            "sku": f"SKU-{item}",
            "product_id": ids["products"][item],
            "product_external_id": str(item),
            "quantity": quantity,
            "price_subtotal": line_net / 100,
            "price_tax": line_tax / 100,
            "price_total": (line_net + line_tax) / 100,
        }
        lines.append((0, 0, line))
    return {
        "name": f"B{number}",
        "source_id": ids["source"],
        "external_id": f"orm-{number}",
        "company_id": ids["company"],
        "partner_id": ids["partners"][number % len(ids["partners"])],
        "date_order": f"{_day(number):%Y-%m-%d %H:%M:%S}",
        "state": "completed",
        "counted": True,
        "currency_id": ids["currency"],
        "amount_untaxed": net / 100,
        "amount_tax": tax / 100,
        "amount_total": (net + tax) / 100,
        "revenue": net / 100,
        "line_ids": lines,
    }


def quotation(number: int, ids: dict[str, Any]) -> dict[str, Any]:
    """Give the same order as values of ``sale.order``."""
    lines = []
    for place in (0, 1):
        item, quantity, net, _tax = _goods(number, place)
        price = net / 100 / quantity
        line = {"product_id": ids["products"][item], "product_uom_qty": quantity}
        lines.append((0, 0, line | {"price_unit": price}))
    partner_id = ids["partners"][number % len(ids["partners"])]
    return {"partner_id": partner_id, "order_line": lines}


def _goods(number: int, place: int) -> tuple[int, int, int, int]:
    """Give product, quantity, net and tax (minor units) of a line."""
    item = (number * 7 + place * 13) % PRODUCTS
    quantity = 1 + (number + place) % 3
    net = PRICES[item % len(PRICES)] * quantity
    return item, quantity, net, round(net * 0.13)


def _day(number: int) -> datetime:
    return _FIRST + timedelta(minutes=5 * (number % 200_000))


def _text(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"
