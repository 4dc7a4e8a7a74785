"""The parcels of a company's shops that a carrier is asked about."""

from datetime import timedelta

from odoo.tools import SQL

from ..tools.parcels import LEAST_KEY

ASKED_DAYS = 90


def open_page(ctx, after, *, limit, numbers=None):
    """Return a page of the parcels of the company's shops, by id.

    :param ctx: source, company and clock
    :param int after: id of the last one seen
    :param list numbers: only these keys, then whatever their state
    :return: list of dicts as the contract has them, one more than ``limit`` if there is
    """
    if numbers is None:
        wanted = SQL(
            "s.is_open AND COALESCE(s.shipped_on, s.create_date) >= %s "
            "AND length(s.tracking_key) >= %s AND s.tracking_key ~ '[0-9]'",
            ctx.now - timedelta(days=ASKED_DAYS),
            LEAST_KEY,
        )
    else:
        wanted = SQL("s.tracking_key = ANY(%s::varchar[])", numbers)
    rows = ctx.env.execute_query_dict(
        SQL(
            "SELECT s.id, s.tracking_number, s.carrier, s.shipped_on, o.name AS order, "
            "COALESCE(NULLIF(o.buyer_phone, ''), p.phone) AS phone, c.code AS country "
            "FROM sme_shipment s LEFT JOIN sme_order o ON o.id = s.order_id "
            "LEFT JOIN res_partner p ON p.id = s.partner_id "
            "LEFT JOIN res_country c ON c.id = COALESCE(o.country_id, p.country_id) "
            "WHERE s.company_id = %(company)s AND s.source_id <> %(source)s "
            "AND s.order_external_id IS NOT NULL AND s.gone_on IS NULL "
            "AND s.tracking_key IS NOT NULL AND s.id > %(after)s AND %(wanted)s "
            # of several parcels in one, the last that was stored stands for all
            "AND NOT EXISTS (SELECT FROM sme_shipment d "
            "WHERE d.company_id = s.company_id AND d.tracking_key = s.tracking_key "
            "AND d.order_external_id IS NOT NULL AND d.gone_on IS NULL "
            "AND d.is_open = s.is_open AND d.id > s.id) "
            "ORDER BY s.id LIMIT %(limit)s",
            company=ctx.company.id,
            source=ctx.source.id or 0,
            after=after,
            wanted=wanted,
            limit=limit + 1,
        )
    )
    return [_wire(row) for row in rows]


def _wire(row):
    shipped = row["shipped_on"]
    row["id"] = str(row["id"])
    row["shipped_at"] = shipped and shipped.isoformat() + "Z"
    del row["shipped_on"]
    return {key: value for key, value in row.items() if value}
