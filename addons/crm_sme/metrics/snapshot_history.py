"""States at the ends of past months, from the days with orders in ``sme_month``.

The slow, plain form of it stands in ``tools/stock.py``. Who has no rhythm of his own
yet goes by the median of today, of his segment or of all, as the running month does:
that of a past month is not known any more.
"""

from decimal import Decimal
from math import ceil

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from ..tools.rhythm import OWN_RHYTHM_MIN_DAYS
from . import limits
from .customer_rows import usual_rhythm
from .snapshot_flows import IN_STOCK

MONTH = relativedelta(months=1)
ZERO_COUNTS = SQL("0, 0, 0, 0, 0, 0, 0")
COUNTS = SQL(
    "opening_count, new_count, returned_count, joined_count, lapsed_count, "
    "lost_count, closing_count"
)


def close_months(env, company, months):
    """Give the months that are over since the last run their final state.

    Tier, segment and salesperson stay as they were kept on the month's last night;
    who bought after that takes those of today.

    :param company: record of ``res.company``
    :param Months months: the calendar of the run
    :return: number of rows written or removed
    :rtype: int
    """
    if months.open_from > months.closed:
        return 0
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_customer_snapshot AS kept
                   (partner_id, company_id, month, first_month, state, is_final,
                    is_observed, tier_id, segment_id, lifecycle_stage_id, user_id,
                    country_id, region_id, revenue_12m, service_cost,
                    order_count, revenue, margin, %(counts)s)
            SELECT past.partner_id, %(company)s, past.at, past.first_month, past.state,
                   TRUE, seen.is_it, CASE WHEN seen.is_it THEN v.tier_id END,
                   CASE WHEN seen.is_it THEN v.segment_id END,
                   CASE WHEN seen.is_it THEN p.lifecycle_stage_id END,
                   p.user_id, p.country_id, p.state_id,
                   CASE WHEN seen.is_it THEN v.revenue_12m END,
                   CASE WHEN seen.is_it THEN v.service_cost END,
                   past.order_count, past.revenue, past.margin, %(zeros)s
              FROM (%(past)s) past
              JOIN res_partner p ON p.id = past.partner_id
              LEFT JOIN sme_customer_value v
                   ON v.partner_id = p.id AND v.company_id = %(company)s
             CROSS JOIN LATERAL (SELECT past.at = %(closed)s AS is_it) seen
             WHERE past.at >= %(open)s AND p.active AND p.commercial_partner_id = p.id
             ORDER BY past.partner_id, past.at
            ON CONFLICT (partner_id, company_id, month) DO UPDATE
               SET state = excluded.state, is_final = TRUE
             WHERE kept.is_final IS NOT TRUE
            """,
            counts=COUNTS,
            zeros=ZERO_COUNTS,
            company=company.id,
            past=_past(env, company, months.open_from - MONTH, months.closed),
            closed=months.closed,
            open=months.open_from,
        )
    )
    written = env.cr.rowcount
    env.cr.execute(
        SQL(
            """
            DELETE FROM sme_customer_snapshot
             WHERE company_id = %s AND month < %s AND is_final IS NOT TRUE
            """,
            *(company.id, months.running),
        )
    )
    return written + env.cr.rowcount


def rebuild_missing(env, company, months):
    """Rebuild the past of customers of whom orders of past months are not in it.

    That is everybody in the first run, later on whose old orders came in (a history
    that is imported in parts, say), who was merged or taken out of the archive. Rows
    that were seen at the time stay.

    :param company: record of ``res.company``
    :param Months months: the calendar of the run
    :return: number of rows written
    :rtype: int
    """
    _fill_unknown(env, company, months)
    env.cr.execute(
        SQL(
            """
            DELETE FROM sme_customer_snapshot kept USING sme_unknown
             WHERE kept.partner_id = sme_unknown.partner_id AND kept.company_id = %s
                   AND kept.month BETWEEN %s AND %s AND kept.is_observed IS NOT TRUE
            """,
            *(company.id, months.first, months.closed),
        )
    )
    written = env.cr.rowcount
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_customer_snapshot AS kept
                   (partner_id, company_id, month, first_month, state, is_final,
                    is_observed, user_id, country_id, region_id,
                    order_count, revenue, margin, %(counts)s)
            SELECT past.partner_id, %(company)s, past.at, past.first_month, past.state,
                   TRUE, FALSE, p.user_id, p.country_id, p.state_id,
                   past.order_count, past.revenue, past.margin, %(zeros)s
              FROM (%(past)s) past
              JOIN res_partner p ON p.id = past.partner_id
             ORDER BY past.partner_id, past.at
            ON CONFLICT (partner_id, company_id, month) DO UPDATE
               SET state = excluded.state
             WHERE kept.is_observed IS NOT TRUE
                   AND kept.state IS DISTINCT FROM excluded.state
            """,
            counts=COUNTS,
            zeros=ZERO_COUNTS,
            company=company.id,
            past=_past(env, company, months.first, months.closed, only_unknown=True),
        )
    )
    return written + env.cr.rowcount


def _fill_unknown(env, company, months):
    """Collect in ``sme_unknown`` the customers whose rebuilt past is not whole.

    A month with orders is missing, or has other orders than when it was rebuilt. A
    month before the first one that is kept may be stored in any earlier row.
    """
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_unknown"))
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_unknown ON COMMIT DROP AS
            SELECT DISTINCT m.partner_id
              FROM sme_month m
              JOIN res_partner p ON p.id = m.partner_id
             WHERE p.active AND p.commercial_partner_id = p.id
                   AND m.month <= %(closed)s AND m.day_count > 0
                   AND NOT EXISTS (
                       SELECT FROM sme_customer_snapshot kept
                        WHERE kept.partner_id = m.partner_id
                              AND kept.company_id = %(company)s
                              AND (kept.month = m.month OR m.month < %(first)s
                                   AND kept.month <= %(first)s)
                   )
             UNION
            SELECT kept.partner_id
              FROM sme_customer_snapshot kept
              JOIN res_partner p ON p.id = kept.partner_id
              LEFT JOIN sme_month m
                   ON m.partner_id = kept.partner_id AND m.month = kept.month
             WHERE p.active AND p.commercial_partner_id = p.id
                   AND kept.company_id = %(company)s AND kept.month <= %(closed)s
                   AND kept.is_observed IS NOT TRUE
                   AND kept.order_count <> coalesce(m.order_count, 0)
            """,
            company=company.id,
            closed=months.closed,
            first=months.first,
        )
    )
    env.cr.execute(SQL("ANALYZE sme_unknown"))


def _past(env, company, first, last, only_unknown=False):
    """One row a customer and month end at which he counts, with his state then.

    From one month with orders to the next only the silence grows, so each such month
    is spread over the months until the next one, or until the customer is lost. The
    first row of a customer is kept in any case: what follows builds on it.

    :param date first: first month that is asked for
    :param date last: last month, over by now
    :param bool only_unknown: only the customers in ``sme_unknown``
    :rtype: SQL
    """
    return SQL(
        """
        SELECT at, partner_id, state, first_month,
               CASE WHEN at = month THEN order_count ELSE 0 END AS order_count,
               CASE WHEN at = month THEN revenue ELSE 0 END AS revenue,
               CASE WHEN at = month THEN margin ELSE 0 END AS margin
          FROM (
               SELECT stated.*, lag(state) OVER (
                          PARTITION BY partner_id ORDER BY at
                      ) AS before
                 FROM (%(stated)s) stated
          ) marked
         WHERE at = month OR state IN %(stock)s OR before IS NULL OR state <> before
        """,
        stated=_stated(env, company, first, last, only_unknown),
        stock=IN_STOCK,
    )


def _stated(env, company, first, last, only_unknown):
    """Each customer's month ends with his state, until he is lost or buys again."""
    ratios = dict(
        zip(
            ("watch", "fading", "lapsed", "lost"),
            company._sme_fade_ratios(),
            strict=True,
        )
    )
    return SQL(
        """
        SELECT spread.*,
               CASE WHEN ratio >= %(lost)s THEN 'lost'
                    WHEN ratio >= %(lapsed)s THEN 'lapsed'
                    WHEN ratio >= %(fading)s THEN 'fading'
                    WHEN ratio >= %(watch)s THEN 'watch'
                    ELSE 'steady' END AS state
          FROM (
               SELECT paced.*, ends.at::date AS at,
                      (200 * ((ends.at + interval '1 month')::date - 1 - last_day)
                          + gap_tenths) / (2 * gap_tenths) AS ratio
                 FROM (%(paced)s) paced
                CROSS JOIN LATERAL generate_series(
                    greatest(month, %(first)s)::timestamp,
                    least(next_month - 1, %(last)s, greatest(
                        month, %(first)s,
                        last_day + %(lost)s * gap_tenths / 100 + 31
                    ))::timestamp,
                    interval '1 month'
                ) ends(at)
          ) spread
        """,
        paced=_paced(env, company, only_unknown),
        first=first,
        last=last,
        **{name: ceil(Decimal(str(each)) * 10) for name, each in ratios.items()},
    )


def _paced(env, company, only_unknown):
    """Each month with orders or refunds with the rhythm that he had by then."""
    stored = limits.read_limits(env, company) or limits.NONE_YET
    usual, segments = usual_rhythm(company, stored, SQL("walked.partner_id"))
    return SQL(
        """
        SELECT with_usual.*, date_trunc('month', first_day_ever)::date AS first_month,
               CASE WHEN days >= %(own)s
                    THEN (20 * (latest_day - first_day_ever) + days - 1)
                         / (2 * (days - 1))
                    ELSE usual_tenths END::int AS gap_tenths,
               latest_day AS last_day
          FROM (
               SELECT walked.*, %(usual)s
                 FROM (
                      SELECT m.partner_id, m.month, m.order_count, m.revenue, m.margin,
                             sum(m.day_count) OVER so_far AS days,
                             min(m.first_day) OVER so_far AS first_day_ever,
                             max(m.last_day) OVER so_far AS latest_day,
                             lead(m.month) OVER so_far AS next_month
                        FROM sme_month m
                       WHERE %(wanted)s
                      WINDOW so_far AS (PARTITION BY m.partner_id ORDER BY m.month)
                 ) walked %(segments)s
          ) with_usual
         WHERE days > 0
        """,
        own=OWN_RHYTHM_MIN_DAYS,
        usual=usual,
        segments=segments,
        wanted=SQL("m.partner_id IN (SELECT partner_id FROM sme_unknown)")
        if only_unknown
        else SQL("TRUE"),
    )
