"""Orders with lines, refunds and their interactions: one statement a table a batch."""

from datetime import timedelta

from odoo.tools import SQL

from ..tools.refusal import Refusal
from ..tools.sums import check_order
from .context import naive
from .goods import Goods
from .order_rows import INTERACTION_COLUMNS, LINE_COLUMNS, ORDER_COLUMNS, OrderRows
from .people import People
from .rows import insert, overwrite

MAX_AHEAD = timedelta(days=1)
ORDER_KEY = ("source_id", "external_id")
EVENT_KEY = ("source_id", "kind", "external_id")


def check(ctx, record):
    """Refuse an order of the future, of an unknown currency, or that does not add up.

    :raises Refusal: with path and reason
    """
    if naive(record["ordered_at"]) > ctx.now + MAX_AHEAD:
        raise Refusal(
            "ordered_at",
            "future",
            value=record["ordered_at"].isoformat(),
            now=f"{ctx.now.isoformat()}Z",
        )
    ctx.currency(record["currency"])
    check_order(record, ctx.half_unit(record["currency"]))


def store(ctx, items):
    """Write orders; lines and refunds of orders that were here before are replaced.

    :param list items: checked items of :mod:`.batch`
    """
    people = People(ctx).resolve(
        [(i.record["customer"], i.record["billing"]) for i in items]
    )
    rows = OrderRows(ctx, Goods(ctx, items), _owners(ctx, people))
    for item, partner in zip(items, people, strict=True):
        rows.add(item, partner)
    ctx.env.flush_all()
    before = {item.stored_id for item in items if item.stored_id}
    ctx.touch(_remove_old(ctx, rows, before))
    ids = _write_orders(ctx, rows)
    _write_lines(ctx, rows, ids)
    _write_interactions(ctx, rows, ids)
    _adopt_shipments(ctx, [item.external_id for item in items])
    ctx.touch(rows.owners.get(partner, (None,))[0] for partner in people if partner)
    for item in items:
        item.status = "updated" if item.stored_id else "created"


def _owners(ctx, people):
    """Return partner to (commercial partner, its salesperson)."""
    partners = list({partner for partner in people if partner})
    if not partners:
        return {}
    ctx.env.flush_all()
    return {
        partner: (commercial, user)
        for partner, commercial, user in ctx.env.execute_query(
            SQL(
                "SELECT p.id, p.commercial_partner_id, c.user_id FROM res_partner p "
                "JOIN res_partner c ON c.id = p.commercial_partner_id "
                "WHERE p.id = ANY(%s)",
                partners,
            )
        )
    }


def _remove_old(ctx, rows, before):
    """Delete what the new content of orders replaces.

    :return: commercial partners that the orders belonged to until now
    """
    if not before:
        return []
    env, before = ctx.env, list(before)
    owners = [
        row[0]
        for row in env.execute_query(
            SQL(
                "SELECT DISTINCT commercial_partner_id FROM sme_order "
                "WHERE id = ANY(%s)",
                before,
            )
        )
    ]
    kept = [row["external_id"] for row in rows.refunds]
    env.execute_query(
        SQL(
            "DELETE FROM sme_order_line "
            "WHERE order_id = ANY(%(orders)s) OR order_id IN "
            "(SELECT id FROM sme_order WHERE origin_id = ANY(%(orders)s)) RETURNING 1",
            orders=before,
        )
    )
    env.execute_query(
        SQL(
            "DELETE FROM sme_order WHERE origin_id = ANY(%s) "
            "AND external_id <> ALL(%s::varchar[]) RETURNING 1",
            before,
            kept,
        )
    )
    env.execute_query(
        SQL(
            "DELETE FROM sme_interaction WHERE order_id = ANY(%s) AND ("
            "kind = 'refund' AND external_id <> ALL(%s::varchar[]) "
            "OR kind = 'payment' AND external_id <> ALL(%s::varchar[])) RETURNING 1",
            before,
            kept,
            rows.paid,
        )
    )
    return owners


def _write_orders(ctx, rows):
    """Write orders, then refunds with the ids of their orders.

    :return: external id to id, refunds too
    :raises Refusal: an order has the id of another order's refund
    """
    order = ctx.env["sme.order"]
    constants = {"source_id": ctx.source.id, "company_id": ctx.company.id}
    # The salesperson of a stored order stays: commissions were settled by it.
    columns = [name for name in ORDER_COLUMNS if name != "user_id"]
    conflict = overwrite(
        order, ORDER_KEY, columns, where=SQL("sme_order.kind = EXCLUDED.kind")
    )
    ids = {}
    for batch in (rows.orders, rows.refunds):
        for row in batch:
            if row["kind"] == "refund":
                row["origin_id"] = ids[row.pop("origin")]
        answer = insert(
            order,
            ORDER_COLUMNS,
            batch,
            constants,
            conflict,
            returning=("external_id", "id"),
        )
        if len(answer) != len(batch):
            raise Refusal("external_id", "id_of_refund")
        ids.update(answer)
    return ids


def _write_lines(ctx, rows, ids):
    for row in rows.lines:
        row["order_id"] = ids[row["order_id"]]
    insert(ctx.env["sme.order.line"], LINE_COLUMNS, rows.lines)


def _write_interactions(ctx, rows, ids):
    interaction = ctx.env["sme.interaction"]
    for row in rows.interactions:
        row["order_id"] = ids[row["order_id"]]
    insert(
        interaction,
        INTERACTION_COLUMNS,
        rows.interactions,
        {"source_id": ctx.source.id, "company_id": ctx.company.id},
        overwrite(
            interaction,
            EVENT_KEY,
            INTERACTION_COLUMNS,
            key_where=SQL("external_id IS NOT NULL"),
        ),
    )


def _adopt_shipments(ctx, external_ids):
    """Link parcels that came before their order, and give all parcels its customer."""
    moved = ctx.env.execute_query(
        SQL(
            "UPDATE sme_shipment s SET order_id = o.id, partner_id = o.partner_id "
            "FROM sme_order o WHERE o.source_id = %(source)s "
            "AND o.external_id = ANY(%(ids)s) AND o.kind = 'order' AND ("
            "s.order_id IS NULL AND s.source_id = o.source_id "
            "AND s.order_external_id = o.external_id "
            "OR s.order_id = o.id AND s.partner_id IS DISTINCT FROM o.partner_id) "
            "RETURNING s.id",
            source=ctx.source.id,
            ids=external_ids,
        )
    )
    if moved:
        ctx.env.execute_query(
            SQL(
                "UPDATE sme_shipment r SET order_id = s.order_id, "
                "partner_id = s.partner_id FROM sme_shipment s "
                "WHERE r.parcel_id = s.id AND s.id = ANY(%s) RETURNING 1",
                [row[0] for row in moved],
            )
        )
        ctx.env.execute_query(
            SQL(
                "UPDATE sme_interaction i SET partner_id = s.partner_id, "
                "order_id = s.order_id FROM sme_shipment s "
                "WHERE i.shipment_id = s.id AND s.id = ANY(%s) RETURNING 1",
                [row[0] for row in moved],
            )
        )
