"""Reviews, carts and visits: interactions of a customer."""

from odoo.tools import SQL

from .context import naive
from .goods import bound_products
from .people import People
from .rows import insert, overwrite

KEY = ("source_id", "kind", "external_id")
COLUMNS = (
    "kind", "external_id", "version", "payload_hash", "customer_external_id",
    "partner_id", "date", "direction", "channel", "product_id", "product_text",
    "amount", "currency_id", "score", "summary", "body_text", "order_id", "payload",
    "gone_on",
)  # fmt: skip
MAX_SUMMARY = 120
"""Most characters of a summary."""


def check(ctx, record):
    """Refuse a cart whose sum is in an unknown currency.

    :raises Refusal: with path and reason
    """
    if record.get("currency"):
        ctx.currency(record["currency"])


def store(ctx, items):
    """Write interactions of one kind.

    :param list items: checked items of :mod:`.batch`, all of the same kind
    """
    orders = _orders(ctx, items)
    people = People(ctx).resolve([(item.record["customer"], None) for item in items])
    products = bound_products(
        ctx, {item.record.get("product_external_id") for item in items}
    )
    ctx.env.flush_all()
    rows = []
    for item, partner in zip(items, people, strict=True):
        order, buyer = orders.get(item.record.get("order_external_id"), (None, None))
        rows.append(
            {
                **_shared(item),
                **MAKERS[item.kind](ctx, item.record),
                "partner_id": partner or buyer,
                "order_id": order,
                "product_id": products.get(item.record.get("product_external_id")),
            }
        )
    interaction = ctx.env["sme.interaction"]
    insert(
        interaction,
        COLUMNS,
        rows,
        {"source_id": ctx.source.id, "company_id": ctx.company.id},
        overwrite(interaction, KEY, COLUMNS, key_where=SQL("external_id IS NOT NULL")),
    )
    _touch(ctx, {row["partner_id"] for row in rows} - {None})
    for item in items:
        item.status = "updated" if item.stored_id else "created"


def _orders(ctx, items):
    """Return external id of an order to (id, partner)."""
    wanted = {item.record.get("order_external_id") for item in items} - {None}
    if not wanted:
        return {}
    rows = ctx.env.execute_query(
        SQL(
            "SELECT external_id, id, partner_id FROM sme_order "
            "WHERE source_id = %s AND kind = 'order' AND external_id = ANY(%s)",
            ctx.source.id,
            list(wanted),
        )
    )
    return {row[0]: row[1:] for row in rows}


def _touch(ctx, partners):
    rows = ctx.env.execute_query(
        SQL(
            "SELECT DISTINCT commercial_partner_id FROM res_partner WHERE id = ANY(%s)",
            list(partners),
        )
    )
    ctx.touch(row[0] for row in rows)


def _shared(item):
    ref = item.record["customer"] or {}
    return {
        "kind": item.kind,
        "external_id": item.external_id,
        "version": item.version,
        "payload_hash": item.hash,
        "customer_external_id": ref.get("external_id"),
        "date": naive(item.record["at"]),
        "direction": "in",
        "channel": item.record.get("channel"),
    }


def _short(*words):
    """Return the first words that are there, in no language of ours."""
    text = " · ".join(word for word in words if word) or "–"
    return text if len(text) <= MAX_SUMMARY else text[: MAX_SUMMARY - 1] + "…"


def _review(_ctx, record):
    rating = record["rating"]
    stars = "★" * int(rating) if rating and rating > 0 else None
    return {
        "score": rating,
        "summary": _short(stars, record["title"] or record["text"]),
        "body_text": record["text"],
        "payload": {"state": record["state"]},
    }


def _cart(ctx, record):
    lines = record["lines"]
    names = ", ".join(f"{line['quantity']:f} × {line['name']}" for line in lines)
    money = None
    if record["total"] is not None:
        money = f"{record['total']:f} {record['currency'] or ''}".strip()
    return {
        "amount": record["total"],
        "currency_id": ctx.currency(record["currency"]) if record["currency"] else None,
        "summary": _short(money, names),
        "product_text": names or None,
        "body_text": record["url"],
        "payload": {
            "url": record["url"],
            "lines": [
                {k: None if v is None else str(v) for k, v in line.items()}
                for line in lines
            ],
        },
    }


def _visit(_ctx, record):
    return {
        "summary": _short(record["text"] or record["url"] or record["channel"]),
        "body_text": record["url"],
    }


MAKERS = {"review": _review, "cart": _cart, "visit": _visit}
