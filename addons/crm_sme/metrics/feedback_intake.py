"""Which bad reviews and parcels in trouble wait to become cases; one query each.

What has been made into a case is left out by the keys of the case, whoever sends the
review or the parcel again.
"""

from odoo.tools import SQL

# As the partial index on parcels says it, word by word.
TROUBLED = SQL(
    "IN ('delivery_failed', 'exception', 'returning', 'returned', 'expired')"
)


def bad_reviews(env, company, since, limit):
    """Reviews at or below the company's limit that are no case yet.

    Shops tell the product but seldom the order: then it is the last one of the customer
    with that product. What the shop hides, as spam mostly, makes no case.

    :param company: record of ``res.company``
    :param datetime since: naive UTC; older ones are left out
    :param int limit: most rows
    :return: id, partner, product, order, source, external id, date, stars, text
    :rtype: list[dict]
    """
    return env.execute_query_dict(
        SQL(
            """
            SELECT i.id AS interaction_id, i.partner_id, i.source_id, i.external_id,
                   i.date, i.score, i.summary, i.body_text,
                   coalesce(i.order_id, bought.order_id) AS order_id,
                   coalesce(i.product_id, single.product_id) AS product_id
              FROM sme_interaction i
              LEFT JOIN LATERAL (
                   SELECT min(l.product_id) AS product_id
                     FROM sme_order_line l
                    WHERE l.order_id = i.order_id AND l.line_type = 'product'
                   HAVING count(DISTINCT l.product_id) = 1
              ) single ON TRUE
              LEFT JOIN LATERAL (
                   SELECT o.id AS order_id
                     FROM sme_order o
                     JOIN res_partner buyer ON buyer.id = i.partner_id
                          AND o.commercial_partner_id = buyer.commercial_partner_id
                     JOIN sme_order_line l ON l.order_id = o.id
                    WHERE i.order_id IS NULL AND l.product_id = i.product_id
                          AND o.company_id = i.company_id AND o.counted
                          AND o.kind = 'order' AND o.date_order <= i.date
                    ORDER BY o.date_order DESC, o.id DESC LIMIT 1
              ) bought ON TRUE
             WHERE i.company_id = %(company)s AND i.date >= %(since)s
                   AND i.gone_on IS NULL AND i.kind = 'review'
                   AND i.score > 0 AND i.score <= %(limit_stars)s
                   AND i.partner_id IS NOT NULL
                   AND coalesce(i.payload->>'state', '') <> 'hidden'
                   AND NOT EXISTS (
                       SELECT FROM sme_feedback f
                        WHERE f.interaction_id = i.id
                           OR f.source_id = i.source_id AND f.origin = 'review'
                              AND f.external_id = i.external_id
                   )
             ORDER BY i.date, i.id LIMIT %(limit)s
            """,
            company=company.id,
            since=since,
            limit_stars=company.sme_bad_review,
            limit=limit,
        )
    )


def parcels_in_trouble(env, company, since, limit):
    """Parcels that stand in trouble and are no case yet, with the last problem.

    What a carrier tells of a shop's parcel is one case with it.

    :param company: record of ``res.company``
    :param datetime since: naive UTC; older troubles are left out
    :param int limit: most rows
    :return: id, partner, order, source, external id, state, carrier, date, text
    :rtype: list[dict]
    """
    return env.execute_query_dict(
        SQL(
            """
            SELECT s.id AS shipment_id, s.partner_id, s.order_id, s.source_id,
                   s.external_id, s.state, s.carrier, s.tracking_number, last.date,
                   coalesce(last.text, last.state_raw, s.state_raw) AS said,
                   single.product_id
              FROM sme_shipment s
              LEFT JOIN LATERAL (
                   SELECT e.date, e.text, e.state_raw
                     FROM sme_tracking_event e
                    WHERE e.state %(troubled)s AND e.shipment_id = ANY(ARRAY(
                          SELECT s.id UNION ALL
                          SELECT told.id FROM sme_shipment told
                           WHERE told.parcel_id = s.id
                    ))
                    ORDER BY e.date DESC, e.id DESC LIMIT 1
              ) last ON TRUE
              LEFT JOIN LATERAL (
                   SELECT min(l.product_id) AS product_id
                     FROM sme_order_line l
                    WHERE l.order_id = s.order_id AND l.line_type = 'product'
                   HAVING count(DISTINCT l.product_id) = 1
              ) single ON TRUE
             WHERE s.company_id = %(company)s
                   AND s.state %(troubled)s
                   AND s.gone_on IS NULL AND s.partner_id IS NOT NULL
                   AND s.parcel_id IS NULL
                   AND coalesce(last.date, s.shipped_on) >= %(since)s
                   AND NOT EXISTS (
                       SELECT FROM sme_feedback f
                        WHERE f.source_id = s.source_id AND f.origin = 'delivery'
                              AND f.external_id = s.external_id
                   )
             ORDER BY coalesce(last.date, s.shipped_on), s.id LIMIT %(limit)s
            """,
            company=company.id,
            since=since,
            troubled=TROUBLED,
            limit=limit,
        )
    )


def arrived_after_all(env, company, limit):
    """Open cases nobody has touched whose parcel has been delivered meanwhile.

    :param company: record of ``res.company``
    :param int limit: most rows
    :return: ids of cases
    :rtype: list[int]
    """
    rows = env.execute_query(
        SQL(
            """
            SELECT f.id
              FROM sme_feedback f
              JOIN sme_shipment s ON s.id = f.shipment_id
             WHERE f.company_id = %s AND f.is_open AND f.origin = 'delivery'
                   AND f.kind = 'request' AND f.first_response_on IS NULL
                   AND coalesce(f.reopened_count, 0) = 0 AND s.state = 'delivered'
             ORDER BY f.id LIMIT %s
            """,
            company.id,
            limit,
        )
    )
    return [row[0] for row in rows]
