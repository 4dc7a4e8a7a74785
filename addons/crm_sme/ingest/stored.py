"""What Odoo holds of a source already: version and hash by external id."""

from odoo.tools import SQL

BOUND_KINDS = ("customer", "product")
EVENT_KINDS = ("review", "cart", "visit")


def _place(kind):
    """Return table, condition on the kind and date column of a kind's records."""
    if kind in BOUND_KINDS:
        return "sme_binding", SQL("kind = %s", kind), None
    if kind == "order":
        return "sme_order", SQL("kind = 'order'"), "date_order"
    if kind == "shipment":
        return "sme_shipment", SQL("TRUE"), "shipped_on"
    return "sme_interaction", SQL("kind = %s", kind), "date"


def stored_versions(env, source, kind, external_ids):
    """Return what is stored of some records.

    :return: external id to (id, version, hash, whether gone)
    :rtype: dict
    """
    table, is_kind, _date = _place(kind)
    content = SQL("payload_hash")
    if kind == "product" and source.create_products:
        # Bound while products were not to be made: its content counts as new.
        content = SQL("CASE WHEN product_id IS NOT NULL THEN payload_hash END")
    rows = env.execute_query(
        SQL(
            "SELECT external_id, id, COALESCE(version, ''), %s, "
            "gone_on IS NOT NULL FROM %s WHERE source_id = %s AND %s "
            "AND external_id = ANY(%s)",
            content,
            SQL.identifier(table),
            source.id,
            is_kind,
            list(external_ids),
        )
    )
    return {row[0]: row[1:] for row in rows}


def known_page(env, source, kind, after, *, limit, window):
    """Return one page of what is here, not gone, by external id.

    :param tuple window: first and last moment of the record's own date, naive or None
    :return: list of (external id, version, hash), one more than ``limit`` if there is
    """
    table, is_kind, date = _place(kind)
    conditions = [
        SQL("source_id = %s", source.id),
        is_kind,
        SQL("gone_on IS NULL"),
        SQL("external_id > %s", after),
    ]
    if date:
        column = SQL.identifier(date)
        if window[0]:
            conditions.append(SQL("%s >= %s", column, window[0]))
        if window[1]:
            conditions.append(SQL("%s <= %s", column, window[1]))
    return env.execute_query(
        SQL(
            "SELECT external_id, COALESCE(version, ''), COALESCE(payload_hash, '') "
            "FROM %s WHERE %s ORDER BY external_id LIMIT %s",
            SQL.identifier(table),
            SQL(" AND ").join(conditions),
            limit + 1,
        )
    )
