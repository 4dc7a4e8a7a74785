"""The shapes of the contract's records, see :mod:`.wire`.

Lists that are left out become ``()``; all else that is left out becomes ``None``.
"""

from __future__ import annotations

from .wire import (
    Shape,
    currency,
    ident,
    many,
    number,
    one_of,
    text,
    truth,
    when,
)

ORDER_STATES = (
    "pending",
    "confirmed",
    "shipped",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "unknown",
)
SHIPMENT_STATES = (
    "pending",
    "info_received",
    "picked_up",
    "in_transit",
    "customs",
    "out_for_delivery",
    "available_for_pickup",
    "delivery_failed",
    "exception",
    "returning",
    "returned",
    "delivered",
    "cancelled",
    "expired",
    "unknown",
)
CHARGE_KINDS = ("shipping", "fee", "discount", "gift_card", "rounding")

_texts = many(text)

ADDRESS = Shape(
    {},
    {
        "kind": one_of("main", "billing", "shipping"),
        "name": text,
        "company": text,
        "street": text,
        "street2": text,
        "city": text,
        "zip": text,
        "state": text,
        "country": text,
        "phone": text,
    },
    {"kind": "main"},
)
CUSTOMER_REF = Shape(
    {}, {"external_id": ident, "email": text, "phone": text, "name": text}
)
CUSTOMER = Shape(
    {"name": text},
    {
        "is_company": truth,
        "company_name": text,
        "email": text,
        "phone": text,
        "vat": text,
        "language": text,
        "website": text,
        "created_at": when,
        "marketing_consent": truth,
        "tags": _texts,
        "note": text,
        "addresses": many(ADDRESS),
    },
    {"is_company": False, "tags": (), "addresses": ()},
)
PRODUCT = Shape(
    {"name": text},
    {
        "parent_external_id": ident,
        "sku": text,
        "barcode": text,
        "category": _texts,
        "price": number,
        "cost": number,
        "currency": currency,
        "active": truth,
    },
    {"category": (), "active": True},
)
ORDER_LINE = Shape(
    {
        "external_id": ident,
        "name": text,
        "quantity": number,
        "net": number,
        "tax": number,
        "total": number,
    },
    {
        "product_external_id": ident,
        "sku": text,
        "category": _texts,
        "unit_price": number,
        "discount": number,
    },
    {"category": ()},
)
CHARGE = Shape(
    {"kind": one_of(*CHARGE_KINDS), "net": number, "tax": number, "total": number},
    {"name": text},
    {"name": ""},
)
REFUND_LINE = Shape(
    {"quantity": number, "net": number, "tax": number, "total": number},
    {
        "order_line_external_id": ident,
        "product_external_id": ident,
        "sku": text,
        "name": text,
    },
    {"name": ""},
)
REFUND = Shape(
    {"external_id": ident, "refunded_at": when, "total": number},
    {"reason": text, "lines": many(REFUND_LINE), "charges": many(CHARGE)},
    {"lines": (), "charges": ()},
)
UTM = Shape({}, {"source": text, "medium": text, "campaign": text})
ORDER = Shape(
    {
        "number": text,
        "state": one_of(*ORDER_STATES),
        "ordered_at": when,
        "currency": currency,
        "total": number,
    },
    {
        "state_raw": text,
        "customer": CUSTOMER_REF,
        "billing": ADDRESS,
        "shipping": ADDRESS,
        "channel": text,
        "lines": many(ORDER_LINE),
        "charges": many(CHARGE),
        "tax_total": number,
        "paid_at": when,
        "payment_method": text,
        "coupons": _texts,
        "refunds": many(REFUND),
        "refunded_total": number,
        "utm": UTM,
        "note": text,
    },
    {"lines": (), "charges": (), "coupons": (), "refunds": ()},
)
TRACKING_EVENT = Shape(
    {"at": when, "state": one_of(*SHIPMENT_STATES)},
    {"state_raw": text, "place": text, "text": text},
)
SHIPMENT = Shape(
    {"state": one_of(*SHIPMENT_STATES)},
    {
        "order_external_id": ident,
        "carrier": text,
        "service": text,
        "tracking_number": text,
        "tracking_url": text,
        "state_raw": text,
        "shipped_at": when,
        "promised_at": when,
        "delivered_at": when,
        "cost": number,
        "currency": currency,
        "events": many(TRACKING_EVENT),
    },
    {"events": ()},
)
REVIEW = Shape(
    {"at": when},
    {
        "customer": CUSTOMER_REF,
        "product_external_id": ident,
        "order_external_id": ident,
        "rating": number,
        "title": text,
        "text": text,
        "state": one_of("approved", "pending", "hidden"),
    },
    {"state": "approved"},
)
CART_LINE = Shape(
    {"name": text, "quantity": number},
    {"product_external_id": ident, "sku": text, "total": number},
)
CART = Shape(
    {"at": when},
    {
        "customer": CUSTOMER_REF,
        "currency": currency,
        "total": number,
        "lines": many(CART_LINE),
        "url": text,
    },
    {"lines": ()},
)
VISIT = Shape(
    {"at": when},
    {
        "customer": CUSTOMER_REF,
        "product_external_id": ident,
        "channel": text,
        "url": text,
        "text": text,
    },
)
SHAPES = {
    "product": PRODUCT,
    "customer": CUSTOMER,
    "order": ORDER,
    "shipment": SHIPMENT,
    "review": REVIEW,
    "cart": CART,
    "visit": VISIT,
}
"""Kind of record to its shape, parents before children."""
