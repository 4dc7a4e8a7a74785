"""At what hour a customer can be reached, from his own orders and calls.

The slow, plain form of it is ``best_hour`` of ``tools/suggestions.py``.
"""

from odoo.tools import SQL

from ..tools.suggestions import FIRST_HOUR, LAST_HOUR, LEAST_EVENTS


def best_hours(env, company, as_of, rows):
    """Find the hour for the customers who are on the list, and for no others.

    :param company: record of ``res.company``
    :param AsOf as_of: its time zone is that of the hours
    :param list[dict] rows: with ``head_id``, the commercial partner
    :return: hour (8 to 20) by commercial partner; who has too few events is left out
    :rtype: dict[int, int]
    """
    heads = sorted({row["head_id"] for row in rows if row["head_id"]})
    found = env.execute_query(
        SQL(
            """
            WITH met AS (
                SELECT head_id, hour, count(*) AS n
                  FROM (%(events)s) event
                 WHERE hour BETWEEN %(first)s AND %(last)s
                 GROUP BY head_id, hour
            )
            SELECT DISTINCT ON (head_id) head_id, start
              FROM (
                   SELECT own.head_id, start, sum(n) AS met_count,
                          coalesce(sum(n) FILTER (WHERE hour = start), 0) AS at_start
                     FROM met own, generate_series(%(first)s, %(last)s) start
                    WHERE own.hour IN (start, start + 1)
                    GROUP BY own.head_id, start
              ) windowed
             WHERE (SELECT sum(n) FROM met WHERE met.head_id = windowed.head_id)
                   >= %(least)s
             ORDER BY head_id, met_count DESC, at_start DESC, start
            """,
            events=_events(company, as_of, heads),
            first=FIRST_HOUR,
            last=LAST_HOUR,
            least=LEAST_EVENTS,
        )
    )
    return dict(found)


def _events(company, as_of, heads):
    """Hour of each order and each call, by commercial partner."""
    return SQL(
        """
        WITH family AS MATERIALIZED (
            SELECT id, commercial_partner_id AS head_id FROM res_partner
             WHERE commercial_partner_id = ANY(%(heads)s)
        )
        SELECT head_id, extract(hour FROM
                   at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::int AS hour
          FROM (
               SELECT family.head_id, o.date_order AS at
                 FROM sme_order o JOIN family ON family.id = o.partner_id
                WHERE o.company_id = %(company)s AND o.kind = 'order' AND o.counted
                UNION ALL
               SELECT family.head_id, i.date
                 FROM sme_interaction i JOIN family ON family.id = i.partner_id
                WHERE i.company_id = %(company)s AND i.kind = 'call'
                      AND i.gone_on IS NULL
          ) moment
        """,
        heads=heads,
        zone=as_of.timezone,
        company=company.id,
    )
