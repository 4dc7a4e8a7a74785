"""Writes the demo history as CSV files in the layout of the agent's file import."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from . import money
from .catalogue import CATEGORIES, Article
from .opinions import Opinion
from .orders import Item, Payback, Sale
from .parcels import Parcel
from .people import Person

Row = dict[str, Any]

COLUMNS = {
    "customers": """
        customer_id name is_company email phone vat language created_at
        marketing_consent tags note street city zip state country""",
    "products": """
        product_id parent_id name sku barcode category price cost currency active""",
    "orders": """
        order_id row number state ordered_at currency customer_id customer_email
        customer_phone customer_name channel shipping_name shipping_street
        shipping_city shipping_zip shipping_state shipping_country shipping_phone
        total tax_total paid_at payment_method coupons refunded_total utm_source
        utm_medium utm_campaign updated_at line_id product_id sku name category
        quantity unit_price discount net tax line_total charge_kind refund_id
        refunded_at refund_reason refund_total""",
    "shipments": """
        shipment_id order_id carrier tracking_number tracking_url state shipped_at
        promised_at delivered_at cost currency event_at event_state event_text
        event_place""",
    "reviews": """
        review_id at customer_id customer_email customer_name product_id order_id
        rating title text state""",
    "rates": "date currency rate",
}
"""Heads of each file; ``mapping.toml`` explains them to the agent."""
MAPPING = Path(__file__).with_name("mapping.toml")


def write(folder: Path, name: str, rows: Iterable[Row]) -> None:
    """Write ``<name>.csv`` as UTF-8."""
    columns = COLUMNS[name].split()
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def customer_rows(people: Iterable[Person]) -> Iterator[Row]:
    """Give one row for each account."""
    for person in people:
        yield {
            "customer_id": person.external_id,
            "name": person.name,
            "is_company": "yes" if person.is_company else "no",
            "email": person.email,
            "phone": person.phone,
            "vat": person.vat,
            "language": person.locale,
            "created_at": f"{person.created} 00:00:00",
            "marketing_consent": "yes" if person.consent else "no",
            "tags": "; ".join(person.tags),
            "note": person.note,
            "street": person.street,
            "city": person.place.city,
            "zip": person.zip,
            "state": person.place.state,
            "country": person.place.country,
        }


def product_rows(goods: Iterable[Article], market: money.Market) -> Iterator[Row]:
    """Give one row for each variant."""
    for article in goods:
        yield {
            "product_id": article.external_id,
            "parent_id": article.parent_id,
            "name": article.name,
            "sku": article.sku,
            "barcode": article.barcode,
            "category": " / ".join(
                part.replace("/", "-") for part in CATEGORIES[article.category]
            ),
            "price": money.text(market.company_amount(article.price)),
            "cost": money.text(market.company_amount(article.cost)),
            "currency": market.home,
            "active": "yes" if article.active else "no",
        }


def order_rows(sales: Iterable[Sale]) -> Iterator[Row]:
    """Give the rows of each order: lines, charges, refunds; the head on the first."""
    for sale in sales:
        rows = [_line(sale, number, item) for number, item in enumerate(sale.items, 1)]
        if sale.shipping[2]:
            rows.append(_charge("shipping", sale.shipping))
        if sale.rebate[2]:
            rows.append(_charge("discount", sale.rebate))
        for number, payback in enumerate(sale.paybacks, 1):
            rows += _refund(sale, number, payback)
        rows[0] |= _head(sale)
        for row in rows:
            yield row | {"order_id": sale.external_id}


def shipment_rows(parcels: Iterable[Parcel], market: money.Market) -> Iterator[Row]:
    """Give one row for each scan; the head on the first."""
    for parcel in parcels:
        head = {
            "order_id": parcel.sale.external_id,
            "carrier": parcel.carrier,
            "tracking_number": parcel.number,
            "tracking_url": parcel.url,
            "state": parcel.state,
            "shipped_at": _time(parcel.shipped_at),
            "promised_at": _time(parcel.promised_at),
            "delivered_at": _time(parcel.delivered_at),
            "cost": money.text(market.company_amount(parcel.cost)),
            "currency": market.home,
        }
        for scan in parcel.scans or [None]:
            row = {**head, "shipment_id": parcel.external_id}
            head = {}
            if scan is not None:
                row |= {
                    "event_at": _time(scan.at),
                    "event_state": scan.state,
                    "event_text": scan.text,
                    "event_place": scan.place,
                }
            yield row


def review_rows(opinions: Iterable[Opinion]) -> Iterator[Row]:
    """Give one row for each review."""
    for opinion in opinions:
        sale = opinion.parcel.sale
        yield {
            "review_id": opinion.external_id,
            "at": _time(opinion.at),
            "customer_id": "" if sale.person.is_guest else sale.person.external_id,
            "customer_email": sale.person.email,
            "customer_name": sale.person.name,
            "product_id": opinion.article.external_id,
            "order_id": sale.external_id,
            "rating": opinion.rating,
            "title": opinion.title,
            "text": opinion.text,
            "state": opinion.state,
        }


def _head(sale: Sale) -> Row:
    person = sale.person
    source, medium, campaign = sale.campaign or ("", "", "")
    row = {
        "number": f"S{sale.at:%y}-{sale.external_id}",
        "state": sale.state,
        "ordered_at": _time(sale.at),
        "currency": sale.currency,
        "customer_id": "" if person.is_guest else person.external_id,
        "customer_email": person.email,
        "customer_phone": person.phone,
        "customer_name": person.name,
        "channel": sale.channel,
        "total": money.text(sale.total),
        "tax_total": money.text(sale.tax),
        "paid_at": _time(sale.paid_at),
        "payment_method": sale.payment,
        "coupons": sale.coupon,
        "refunded_total": money.text(sale.refunded) if sale.paybacks else "",
        "utm_source": source,
        "utm_medium": medium,
        "utm_campaign": campaign,
        "updated_at": _time(sale.changed_at),
    }
    if not sale.channel.startswith("Showroom"):
        row |= {
            "shipping_name": person.name,
            "shipping_street": person.street,
            "shipping_city": person.place.city,
            "shipping_zip": person.zip,
            "shipping_state": person.place.state,
            "shipping_country": person.place.country,
            "shipping_phone": person.phone,
        }
    return row


def _line(sale: Sale, number: int, item: Item) -> Row:
    article = item.article
    return {
        "row": "line",
        "line_id": f"{sale.external_id}-{number}",
        "product_id": article.external_id,
        "sku": article.sku,
        "name": article.name_in(sale.person.lang),
        "category": " / ".join(CATEGORIES[article.category]),
        "quantity": item.quantity,
        "unit_price": money.text(item.unit_price),
        "discount": money.text(item.discount) if item.discount else "",
        **_amounts((item.net, item.tax, item.total)),
    }


def _charge(kind: str, amounts: tuple[int, int, int]) -> Row:
    return {"row": "charge", "charge_kind": kind, **_amounts(amounts)}


def _refund(sale: Sale, number: int, payback: Payback) -> list[Row]:
    head = {
        "row": "refund",
        "refund_id": f"{sale.external_id}-r{number}",
        "refunded_at": _time(payback.at),
        "refund_reason": payback.reason,
        "refund_total": money.text(payback.total),
    }
    rows = []
    for position, quantity, *amounts in payback.items:
        item = sale.items[position]
        rows.append(
            head
            | {
                "line_id": f"{sale.external_id}-{position + 1}",
                "product_id": item.article.external_id,
                "sku": item.article.sku,
                "name": item.article.name_in(sale.person.lang),
                "quantity": quantity,
                **_amounts((amounts[0], amounts[1], amounts[2])),
            }
        )
    if payback.shipping:
        rows.append(head | _charge("shipping", payback.shipping) | {"row": "refund"})
    if sale.rebate[2] and len(payback.items) == len(sale.items):
        rows.append(head | _charge("discount", sale.rebate) | {"row": "refund"})
    return rows or [head]


def _amounts(amounts: tuple[int, int, int]) -> Row:
    net, tax, total = map(money.text, amounts)
    return {"net": net, "tax": tax, "line_total": total}


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"
