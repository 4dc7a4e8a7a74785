"""Records that the platform no longer has: marked, never deleted."""

from odoo.tools import SQL

from .stored import BOUND_KINDS


def mark(ctx, kind, items):
    """Mark stored records as gone; a gone order counts no more.

    :param list items: items without data whose rows are here
    """
    ids = [item.stored_id for item in items]
    if kind in BOUND_KINDS:
        _mark(ctx, "sme_binding", SQL("id = ANY(%s)", ids))
        _withdraw_consents(ctx, ids)
    elif kind == "order":
        _mark_orders(ctx, ids)
    elif kind == "shipment":
        _mark(ctx, "sme_shipment", SQL("id = ANY(%s)", ids), SQL(", is_open = FALSE"))
        _mark(ctx, "sme_interaction", SQL("shipment_id = ANY(%s)", ids))
    else:
        _mark(ctx, "sme_interaction", SQL("id = ANY(%s)", ids))
    for item in items:
        item.status = "gone"


def _mark(ctx, table, where, also=None):
    return ctx.env.execute_query(
        SQL(
            "UPDATE %s SET gone_on = %s %s WHERE %s RETURNING id",
            SQL.identifier(table),
            ctx.now,
            also or SQL(),
            where,
        )
    )


def _mark_orders(ctx, ids):
    owners = ctx.env.execute_query(
        SQL(
            "UPDATE sme_order SET gone_on = %s, counted = FALSE "
            "WHERE id = ANY(%s) OR origin_id = ANY(%s) RETURNING commercial_partner_id",
            ctx.now,
            ids,
            ids,
        )
    )
    ctx.touch(row[0] for row in owners)
    _mark(ctx, "sme_interaction", SQL("order_id = ANY(%s)", ids))


def _withdraw_consents(ctx, bindings):
    """An account that is gone consents to nothing more; its refusal stays."""
    rows = ctx.env.execute_query(
        SQL(
            "SELECT DISTINCT partner_id FROM sme_binding WHERE id = ANY(%s) "
            "AND kind = 'customer' AND partner_id IS NOT NULL",
            bindings,
        )
    )
    if rows:
        ctx.env["res.partner"]._sme_fill_consents([row[0] for row in rows])
