"""When a customer comes, what waited for him on a guest moves to him."""

import json

from odoo.tools import SQL


def move_to_customers(ctx, partners):
    """Move orders, parcels and interactions of accounts to their partners.

    A guest partner that the agent made and that is empty afterwards is archived.

    :param dict partners: the shop's account to its partner, newly bound ones
    """
    if not partners:
        return
    mapping = SQL(
        "(SELECT m.ext, p.id, p.commercial_partner_id, c.user_id "
        "FROM jsonb_to_recordset(%s::jsonb) AS m(ext varchar, partner int4) "
        "JOIN res_partner p ON p.id = m.partner "
        "JOIN res_partner c ON c.id = p.commercial_partner_id) "
        "AS m(ext, partner, commercial, seller)",
        json.dumps([{"ext": ext, "partner": id_} for ext, id_ in partners.items()]),
    )
    before = _waiting(ctx, mapping)
    if not before:
        return
    _move_orders(ctx, mapping)
    _move_interactions(ctx, mapping)
    _move_by_order(ctx, list(partners))
    guests = {partner for _ext, partner in before if partner}
    _move_cases(ctx, guests)
    ctx.touch(_commercial(ctx, guests))
    _archive_empty(ctx, {partner: partners[ext] for ext, partner in before if partner})


def _waiting(ctx, mapping):
    """Return (account, partner now) of what stands elsewhere."""
    return ctx.env.execute_query(
        SQL(
            "SELECT DISTINCT o.customer_external_id, o.partner_id "
            "FROM sme_order o JOIN %(map)s ON m.ext = o.customer_external_id "
            "WHERE o.source_id = %(source)s "
            "AND o.partner_id IS DISTINCT FROM m.partner "
            "UNION SELECT i.customer_external_id, i.partner_id "
            "FROM sme_interaction i JOIN %(map)s ON m.ext = i.customer_external_id "
            "WHERE i.source_id = %(source)s "
            "AND i.partner_id IS DISTINCT FROM m.partner",
            map=mapping,
            source=ctx.source.id,
        )
    )


def _move_orders(ctx, mapping):
    ctx.env.execute_query(
        SQL(
            "UPDATE sme_order o SET partner_id = m.partner, "
            "commercial_partner_id = m.commercial, "
            "user_id = COALESCE(o.user_id, m.seller) FROM %s "
            "WHERE o.source_id = %s AND o.customer_external_id = m.ext "
            "AND o.partner_id IS DISTINCT FROM m.partner RETURNING o.id",
            mapping,
            ctx.source.id,
        )
    )


def _move_interactions(ctx, mapping):
    ctx.env.execute_query(
        SQL(
            "UPDATE sme_interaction i SET partner_id = m.partner FROM %s "
            "WHERE i.source_id = %s AND i.customer_external_id = m.ext "
            "AND i.partner_id IS DISTINCT FROM m.partner RETURNING i.id",
            mapping,
            ctx.source.id,
        )
    )


def _move_by_order(ctx, accounts):
    """Move parcels, and interactions that know only the parcel, with their orders."""
    ctx.env.execute_query(
        SQL(
            "UPDATE sme_shipment s SET partner_id = o.partner_id FROM sme_order o "
            "WHERE s.order_id = o.id AND o.source_id = %s "
            "AND o.customer_external_id = ANY(%s) "
            "AND s.partner_id IS DISTINCT FROM o.partner_id RETURNING s.id",
            ctx.source.id,
            accounts,
        )
    )
    ctx.env.execute_query(
        SQL(
            "UPDATE sme_interaction i SET partner_id = o.partner_id FROM sme_order o "
            "WHERE i.order_id = o.id AND o.source_id = %s "
            "AND o.customer_external_id = ANY(%s) "
            "AND i.partner_id IS DISTINCT FROM o.partner_id RETURNING i.id",
            ctx.source.id,
            accounts,
        )
    )


def _move_cases(ctx, guests):
    """Move cases about what has moved, and where they stand in the history."""
    for table, link in (
        ("sme_order", "order_id"),
        ("sme_interaction", "interaction_id"),
    ):
        ctx.env.execute_query(
            SQL(
                "UPDATE sme_feedback f SET partner_id = x.partner_id FROM %s x "
                "WHERE f.%s = x.id AND x.source_id = %s AND f.partner_id = ANY(%s) "
                "AND x.partner_id IS DISTINCT FROM f.partner_id RETURNING f.id",
                SQL.identifier(table),
                SQL.identifier(link),
                ctx.source.id,
                list(guests),
            )
        )
    ctx.env.execute_query(
        SQL(
            "UPDATE sme_interaction i SET partner_id = f.partner_id "
            "FROM sme_feedback f WHERE f.history_id = i.id "
            "AND i.partner_id = ANY(%s) "
            "AND i.partner_id IS DISTINCT FROM f.partner_id RETURNING i.id",
            list(guests),
        )
    )


def _commercial(ctx, partners):
    rows = ctx.env.execute_query(
        SQL(
            "SELECT DISTINCT commercial_partner_id FROM res_partner WHERE id = ANY(%s)",
            list(partners),
        )
    )
    return [row[0] for row in rows]


def _archive_empty(ctx, moved):
    """Archive guests that the agent made and that nothing points to any more.

    Their guest keys lead to the customer from now on.

    :param dict moved: guest partner to the customer that his things went to
    """
    # What a person or another app has tied to the guest keeps him.
    empty = ctx.env.execute_query(
        SQL(
            "SELECT b.partner_id FROM sme_binding b WHERE b.kind = 'guest' "
            "AND b.created_partner AND b.partner_id = ANY(%s) "
            "AND NOT EXISTS (SELECT FROM sme_binding x "
            "WHERE x.partner_id = b.partner_id AND x.kind <> 'guest') "
            "AND NOT EXISTS (SELECT FROM sme_order x "
            "WHERE x.partner_id = b.partner_id) "
            "AND NOT EXISTS (SELECT FROM sme_interaction x "
            "WHERE x.partner_id = b.partner_id) "
            "AND NOT EXISTS (SELECT FROM sme_shipment x "
            "WHERE x.partner_id = b.partner_id) "
            "AND NOT EXISTS (SELECT FROM sme_feedback x "
            "WHERE x.partner_id = b.partner_id) "
            "AND NOT EXISTS (SELECT FROM sale_order x "
            "WHERE x.partner_id = b.partner_id) "
            "AND NOT EXISTS (SELECT FROM crm_lead x "
            "WHERE x.partner_id = b.partner_id) "
            "AND NOT EXISTS (SELECT FROM res_users x "
            "WHERE x.partner_id = b.partner_id) "
            "AND NOT EXISTS (SELECT FROM res_partner x "
            "WHERE x.parent_id = b.partner_id) ",
            list(moved),
        )
    )
    guests = [row[0] for row in empty]
    if not guests:
        return
    ctx.env["res.partner"].browse(guests).write({"active": False})
    ctx.env.flush_all()
    pairs = json.dumps([{"guest": g, "partner": moved[g]} for g in guests])
    ctx.env.execute_query(
        SQL(
            "UPDATE sme_binding b SET partner_id = m.partner, created_partner = FALSE, "
            "written = NULL FROM jsonb_to_recordset(%s::jsonb) "
            "AS m(guest int4, partner int4) "
            "WHERE b.kind = 'guest' AND b.partner_id = m.guest RETURNING b.id",
            pairs,
        )
    )
