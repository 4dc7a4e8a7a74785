"""Products: found by SKU or barcode if only one has it, else made if that is wanted."""

import json
from collections import defaultdict
from decimal import Decimal

from odoo.tools import SQL

from .customer import changed_values, plain
from .rows import insert, overwrite

KEY = ("source_id", "kind", "external_id")
COLUMNS = ("external_id", "product_id", "version", "payload_hash", "written",
           "created_partner", "gone_on")  # fmt: skip


class Entry:
    """One product of a batch; ``made`` when the agent made it."""

    __slots__ = ("item", "made", "product", "values", "written")

    def __init__(self, ctx, item):
        self.item = item
        self.values = product_values(ctx, item.record)
        self.product = None
        self.written = {}
        self.made = False


def check(ctx, record):
    """Refuse a product with money of an unknown currency.

    :raises Refusal: with path and reason
    """
    if record["currency"]:
        ctx.currency(record["currency"])


def product_values(ctx, record):
    """Return the fields of a product that a record speaks of; money in own currency."""
    values = {
        "name": record["name"] or record["sku"] or "?",
        "default_code": record["sku"] or False,
        "barcode": record["barcode"] or False,
        "active": record["active"],
    }
    rate = Decimal(1)
    if record["currency"]:
        rate = ctx.rate(ctx.currency(record["currency"]), ctx.now.date())
    if record["price"] is not None:
        values["list_price"] = float(round(record["price"] / rate, 6))
    if record["cost"] is not None:
        values["standard_price"] = float(round(record["cost"] / rate, 6))
    category = ctx.category(record["category"])
    if category:
        values["categ_id"] = category
    return values


def store(ctx, items):
    """Write products and give them to lines that came before them.

    :param list items: checked items of :mod:`.batch`
    """
    entries = [Entry(ctx, item) for item in items]
    _load_bound(ctx, entries)
    fresh = [entry for entry in entries if entry.product is None]
    _find(ctx, fresh)
    if ctx.source.create_products:
        _create(ctx, fresh)
    for entry in entries:
        if entry.product and not (entry in fresh and entry.made):
            _update(entry)
    ctx.env.flush_all()
    _bind(ctx, entries)
    _adopt_lines(ctx, {e.item.external_id: e.product.id for e in fresh if e.product})
    for entry in entries:
        entry.item.status = "updated" if entry.item.stored_id else "created"


def _products(ctx):
    return ctx.env["product.product"].with_company(ctx.company)


def _load_bound(ctx, entries):
    bound = {entry.item.stored_id: entry for entry in entries if entry.item.stored_id}
    if not bound:
        return
    rows = ctx.env.execute_query(
        SQL(
            "SELECT id, product_id, written, created_partner FROM sme_binding "
            "WHERE id = ANY(%s) AND product_id IS NOT NULL",
            list(bound),
        )
    )
    ids = [row[1] for row in rows]
    for binding, product, written, made in rows:
        entry = bound[binding]
        entry.product = _products(ctx).browse(product).with_prefetch(ids)
        entry.written = written or {}
        entry.made = bool(made)


def _find(ctx, entries):
    """Find products of which exactly one has the SKU, else exactly one the barcode."""
    for field in ("default_code", "barcode"):
        wanted = [e for e in entries if not e.product and e.values[field]]
        if not wanted:
            continue
        found = defaultdict(list)
        domain = [
            (field, "in", [entry.values[field] for entry in wanted]),
            ("company_id", "in", [False, ctx.company.id]),
        ]
        for product in _products(ctx).search(domain):
            found[product[field]].append(product)
        for entry in wanted:
            candidates = found[entry.values[field]]
            if len(candidates) == 1:
                entry.product = candidates[0]


def _create(ctx, entries):
    new = [entry for entry in entries if not entry.product]
    # Variants of one shop may share a SKU within the batch: the first makes it.
    first = {}
    for entry in new:
        sku = entry.values["default_code"]
        first.setdefault(sku or id(entry), entry)
    makers = list(first.values())
    products = _products(ctx).create(
        [{"type": "consu", **entry.values} for entry in makers]
    )
    for entry, product in zip(makers, products, strict=True):
        entry.product = product
        entry.made = True
        entry.written = {name: plain(product, name) for name in entry.values}
    for entry in new:
        if not entry.product:
            entry.product = first[entry.values["default_code"]].product


def _update(entry):
    changes = changed_values(entry.product, entry.values, entry.written)
    if changes:
        entry.product.write(changes)
        entry.written.update((name, plain(entry.product, name)) for name in changes)


def _bind(ctx, entries):
    binding = ctx.env["sme.binding"]
    insert(
        binding,
        COLUMNS,
        [
            {
                "external_id": entry.item.external_id,
                "product_id": entry.product.id if entry.product else None,
                "version": entry.item.version,
                "payload_hash": entry.item.hash,
                "written": entry.written,
                "created_partner": entry.made,
            }
            for entry in entries
        ],
        constants={
            "source_id": ctx.source.id,
            "company_id": ctx.company.id,
            "kind": "product",
        },
        conflict=overwrite(binding, KEY, COLUMNS),
    )


def _adopt_lines(ctx, products):
    """Give order lines that came before their product its id, category and margin.

    :param dict products: external id to product, newly bound ones
    """
    if not products:
        return
    facts = [
        {
            "ext": external_id,
            "product": product.id,
            "categ": product.categ_id.id or None,
            "cost": product.standard_price or None,
        }
        for external_id, product in zip(
            products, _products(ctx).browse(products.values()), strict=True
        )
    ]
    orders = ctx.env.execute_query(
        SQL(
            "UPDATE sme_order_line l SET product_id = m.product, categ_id = m.categ, "
            "cost = m.cost * o.currency_rate * l.quantity, margin = "
            "l.price_subtotal - m.cost * o.currency_rate * l.quantity "
            "FROM sme_order o, jsonb_to_recordset(%s::jsonb) "
            "AS m(ext varchar, product int4, categ int4, cost numeric) "
            "WHERE l.order_id = o.id AND o.source_id = %s AND l.product_id IS NULL "
            "AND l.product_external_id = m.ext RETURNING l.order_id",
            json.dumps(facts),
            ctx.source.id,
        )
    )
    if orders:
        _sum_margins(ctx, list({row[0] for row in orders}))


def _sum_margins(ctx, orders):
    digits = ctx.digits(ctx.company.currency_id.name)
    owners = ctx.env.execute_query(
        SQL(
            "UPDATE sme_order o SET margin = s.margin FROM ("
            "SELECT l.order_id, round(sum(l.margin) / max(o2.currency_rate), %s) "
            "AS margin FROM sme_order_line l JOIN sme_order o2 ON o2.id = l.order_id "
            "WHERE l.order_id = ANY(%s) GROUP BY l.order_id "
            "HAVING bool_or(l.cost IS NOT NULL)) AS s "
            "WHERE o.id = s.order_id RETURNING o.commercial_partner_id",
            digits,
            orders,
        )
    )
    ctx.touch(row[0] for row in owners)
