"""What each segment amounts to in a company: customers, revenue, margin, value."""

from odoo.tools import SQL

# With fewer open stays than this, sums after a small refresh cost next to nothing; of
# more customers they are of last night.
SUM_ALWAYS_BELOW = 50_000


def is_small(cr, company):
    """Say whether summing up anew costs next to nothing."""
    cr.execute(
        SQL(
            "SELECT count(*) FROM (SELECT FROM sme_segment_member "
            "WHERE company_id = %s AND date_to IS NULL LIMIT %s) few",
            company.id,
            SUM_ALWAYS_BELOW,
        )
    )
    return cr.fetchone()[0] < SUM_ALWAYS_BELOW


def write(cr, company, segments):
    """Keep what each segment amounts to; write only sums that differ.

    :param company: record of ``res.company``
    :param segments: records of ``sme.segment`` that count there
    :return: number of rows written
    :rtype: int
    """
    cr.execute(
        SQL(
            """
            DELETE FROM sme_segment_figure kept
             WHERE company_id = %(company)s AND NOT (
                   segment_id = ANY(%(ids)s) AND EXISTS (
                       SELECT FROM sme_segment_member stay
                        WHERE stay.segment_id = kept.segment_id
                              AND stay.company_id = %(company)s
                              AND stay.date_to IS NULL
                   )
             )
            """,
            company=company.id,
            ids=segments.ids,
        )
    )
    written = cr.rowcount
    columns = (
        *("member_count", "revenue_12m", "margin_12m"),
        *("revenue_share", "customer_share", "mean_value"),
    )
    names = [SQL.identifier(name) for name in columns]
    cr.execute(
        SQL(
            """
            INSERT INTO sme_segment_figure AS kept (segment_id, company_id, %(names)s)
            SELECT summed.segment_id, %(company)s, %(names)s FROM (%(sums)s) summed
            ON CONFLICT (segment_id, company_id) DO UPDATE SET %(assign)s
             WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            names=SQL(", ").join(names),
            company=company.id,
            sums=_sums(company, segments),
            assign=SQL(", ").join(
                SQL("%s = excluded.%s", name, name) for name in names
            ),
            old=SQL(", ").join(SQL("kept.%s", name) for name in names),
            new=SQL(", ").join(SQL("excluded.%s", name) for name in names),
        )
    )
    return written + cr.rowcount


def _sums(company, segments):
    return SQL(
        """
        SELECT inside.segment_id, inside.member_count,
               coalesce(inside.revenue, 0) AS revenue_12m,
               coalesce(inside.margin, 0) AS margin_12m,
               CASE WHEN everybody.revenue > 0 THEN
                   round(coalesce(inside.revenue, 0) / everybody.revenue, 6)
               ELSE 0 END::float8 AS revenue_share,
               CASE WHEN everybody.customers > 0 THEN
                   round(inside.known::numeric / everybody.customers, 6)
               ELSE 0 END::float8 AS customer_share,
               coalesce(round(inside.mean_value, %(digits)s), 0) AS mean_value
          FROM (
               SELECT stay.segment_id, count(*)::int AS member_count,
                      count(kept.id) AS known, sum(kept.revenue_12m) AS revenue,
                      sum(kept.margin_12m) AS margin,
                      avg(coalesce(kept.total_value, 0)) AS mean_value
                 FROM sme_segment_member stay
                 LEFT JOIN sme_customer_value kept
                      ON kept.partner_id = stay.partner_id
                         AND kept.company_id = stay.company_id
                WHERE stay.company_id = %(company)s AND stay.date_to IS NULL
                      AND stay.segment_id = ANY(%(ids)s)
                GROUP BY stay.segment_id
          ) inside
         CROSS JOIN (
               SELECT count(*) AS customers, sum(revenue_12m) AS revenue
                 FROM sme_customer_value
                WHERE company_id = %(company)s
          ) everybody
        """,
        ids=segments.ids,
        company=company.id,
        digits=company.currency_id.decimal_places,
    )
