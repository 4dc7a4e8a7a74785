"""Turn the sums in ``sme_fact`` into the rows of ``sme.customer.value``."""

from decimal import Decimal
from math import ceil

from odoo.tools import SQL

from ..tools.rhythm import OWN_RHYTHM_MIN_DAYS, RATIO_CAP

ZERO_IF_NONE = (
    "revenue",
    "revenue_12m",
    "margin",
    "margin_12m",
    "refund_amount",
    "revenue_90d",
    "revenue_prev_90d",
)
COLUMNS = (
    "first_order_date",
    "last_order_date",
    "order_count",
    "order_count_12m",
    *ZERO_IF_NONE,
    "refund_rate",
    "aov",
    "order_days",
    "repeat_value",
    "mean_gap_days",
    "gap_sd",
    "next_order_date",
    "overdue_ratio",
    "rhythm_source",
    "fade_state",
    "trend_amount",
    "r_score",
    "f_score",
    "m_score",
    "rfm_code",
)


def drop_strangers(env, company, limited):
    """Remove rows of partners that are archived or belong to another one by now.

    :return: number of rows removed
    :rtype: int
    """
    # Found once: they are few, and both tables are as long as that of the partners.
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_stranger"))
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_stranger ON COMMIT DROP AS
            SELECT p.id FROM res_partner p
             WHERE NOT (p.active AND p.commercial_partner_id = p.id) AND %s
            """,
            _in_wanted(SQL("p.id"), limited),
        )
    )
    env.cr.execute(SQL("ANALYZE sme_stranger"))
    stranger = SQL("kept.partner_id IN (SELECT id FROM sme_stranger)")
    env.cr.execute(
        SQL(
            "DELETE FROM sme_customer_value kept WHERE %s AND kept.company_id = %s",
            stranger,
            company.id,
        )
    )
    return env.cr.rowcount


def forget_strangers(cr):
    """Take those whom ``drop_strangers`` found out of ``sme_fact``."""
    cr.execute(
        SQL("DELETE FROM sme_fact WHERE partner_id IN (SELECT id FROM sme_stranger)")
    )


def add_missing(env, company, as_of, limited, buyers):
    """Give a row to every customer who has an order, an interaction or a source.

    :param SQL buyers: query of those who have counted orders
    :return: number of rows added
    :rtype: int
    """
    env.cr.execute(
        SQL(
            """
            WITH missing AS MATERIALIZED (
                SELECT p.id
                  FROM res_partner p
                 WHERE p.active AND p.commercial_partner_id = p.id AND %(wanted)s
                EXCEPT
                SELECT kept.partner_id
                  FROM sme_customer_value kept
                 WHERE kept.company_id = %(company)s AND %(known)s
            )
            INSERT INTO sme_customer_value
                   (partner_id, company_id, user_id, fade_state, confidence,
                    computed_on, create_uid, write_uid, create_date, write_date)
            SELECT missing.id, %(company)s, (
                       SELECT user_id FROM res_partner WHERE id = missing.id
                   ), 'none', 'none', %(now)s, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM missing
             WHERE missing.id IN (%(buyers)s)
                   OR EXISTS (
                       SELECT FROM sme_order o
                        WHERE o.commercial_partner_id = missing.id
                              AND o.company_id = %(company)s
                   )
                   OR EXISTS (
                       SELECT FROM res_partner c
                         JOIN sme_binding b ON b.partner_id = c.id
                        WHERE c.commercial_partner_id = missing.id
                              AND b.company_id = %(company)s
                   )
                   OR EXISTS (
                       SELECT FROM res_partner c
                         JOIN sme_interaction i ON i.partner_id = c.id
                        WHERE c.commercial_partner_id = missing.id
                              AND i.company_id = %(company)s
                   )
             ORDER BY missing.id
            ON CONFLICT DO NOTHING
            """,
            company=company.id,
            uid=env.uid,
            now=as_of.now,
            wanted=_in_wanted(SQL("p.id"), limited),
            known=_in_wanted(SQL("kept.partner_id"), limited),
            buyers=buyers,
        )
    )
    return env.cr.rowcount


def follow_owners(env, company, limited):
    """Give rows their customer's salesperson where only SQL changed one of them.

    :return: number of rows written
    :rtype: int
    """
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept
               SET user_id = p.user_id
              FROM res_partner p
             WHERE p.id = kept.partner_id AND kept.company_id = %s AND %s
                   AND kept.user_id IS DISTINCT FROM p.user_id
            """,
            company.id,
            _in_wanted(SQL("kept.partner_id"), limited),
        )
    )
    return env.cr.rowcount


def update_rows(env, company, as_of, limits, limited):
    """Write the rows whose figures differ from the sums in ``sme_fact``.

    :param StoredLimits limits: classes and median rhythm
    :param bool limited: ``sme_fact`` has no rows of who never bought
    :return: number of rows written
    :rtype: int
    """
    if limited:
        _add_orderless(env, company)
    names = [SQL.identifier(name) for name in COLUMNS]
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept
               SET %(assign)s,
                   fade_since = CASE
                       WHEN kept.fade_state = new.fade_state THEN kept.fade_since
                       WHEN new.fade_state = 'none' THEN NULL
                       WHEN coalesce(kept.fade_state, 'none') = 'none' THEN %(since)s
                       ELSE %(today)s
                   END,
                   computed_on = %(now)s, write_date = %(now)s, write_uid = %(uid)s
              FROM (%(figures)s) new
             WHERE kept.partner_id = new.partner_id AND kept.company_id = %(company)s
                   AND (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            assign=SQL(", ").join(SQL("%s = new.%s", name, name) for name in names),
            figures=_figures(company, as_of, limits),
            old=SQL(", ").join(SQL("kept.%s", name) for name in names),
            new=SQL(", ").join(SQL("new.%s", name) for name in names),
            company=company.id,
            since=_state_since(company, as_of),
            today=as_of.today,
            now=as_of.now,
            uid=env.uid,
        )
    )
    return env.cr.rowcount


def _add_orderless(env, company):
    """Let customers in ``sme_wanted`` without any counted order take part."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_fact (partner_id, order_count, order_count_12m,
                                  order_count_rfm, day_count)
            SELECT kept.partner_id, 0, 0, 0, 0
              FROM sme_customer_value kept
             WHERE kept.company_id = %s AND %s
                   AND NOT EXISTS (
                       SELECT FROM sme_fact WHERE sme_fact.partner_id = kept.partner_id
                   )
            """,
            company.id,
            _in_wanted(SQL("kept.partner_id"), limited=True),
        )
    )


def _figures(company, as_of, limits):
    """Compute all columns of a customer's row from his sums, step on step.

    OFFSET 0 closes each step: else the planner writes one into the other and computes
    the rhythm a dozen times a row. Rhythm and ratio are whole tenths until the end:
    that is exact and far cheaper than division of decimals.
    """
    return SQL(
        """
        SELECT overdue.*,
               0.1 * gap_tenths AS mean_gap_days,
               0.1 * spread_tenths AS gap_sd,
               0.1 * ratio_tenths AS overdue_ratio,
               CASE WHEN order_count = 0 THEN 'none'
                    WHEN ratio_tenths >= %(lost)s THEN 'lost'
                    WHEN ratio_tenths >= %(lapsed)s THEN 'lapsed'
                    WHEN ratio_tenths >= %(fading)s THEN 'fading'
                    WHEN ratio_tenths >= %(watch)s THEN 'watch'
                    ELSE 'steady' END AS fade_state,
               r_score::text || f_score::text || m_score::text AS rfm_code
          FROM (
               SELECT paced.*, %(scores)s,
                      CASE WHEN order_count > 0 THEN
                          last_order_date + greatest((gap_tenths + 5) / 10, 1)
                      END AS next_order_date,
                      CASE WHEN order_count > 0 THEN %(ratio)s ELSE 0 END
                          AS ratio_tenths
                 FROM (%(paced)s) paced
               OFFSET 0
          ) overdue
        OFFSET 0
        """,
        paced=_paced(company, limits),
        scores=SQL(", ").join(
            SQL("%s AS %s", score, SQL.identifier(name))
            for name, score in scores(as_of.today, limits).items()
        ),
        ratio=ratio_tenths(as_of, SQL("gap_tenths")),
        **{name: ceil(limit * 10) for name, limit in _ratios(company).items()},
    )


def ratio_tenths(as_of, gap):
    """Days since the last order in units of the rhythm, in tenths, as SQL.

    :param AsOf as_of: today
    :param SQL gap: the rhythm in tenths of a day
    :rtype: SQL
    """
    return SQL(
        "least(%(cap)s, (200 * greatest(%(today)s - last_order_date, 0) + %(gap)s) "
        "/ (2 * %(gap)s))",
        cap=int(RATIO_CAP * 10),
        today=as_of.today,
        gap=gap,
    )


def _ratios(company):
    """Where each state begins.

    :rtype: dict[str, Decimal]
    """
    names = ("watch", "fading", "lapsed", "lost")
    ratios = company._sme_fade_ratios()
    return {
        name: Decimal(str(ratio)) for name, ratio in zip(names, ratios, strict=True)
    }


def _state_since(company, as_of):
    """Day on which the state of somebody who is seen for the first time began."""
    branches = SQL(" ").join(
        SQL("WHEN %s THEN %s::numeric", name, str(ratio))
        for name, ratio in _ratios(company).items()
    )
    return SQL(
        """least(%(today)s, new.last_order_date + coalesce(ceil(
               new.mean_gap_days * CASE new.fade_state %(branches)s END
           )::int, 0))""",
        today=as_of.today,
        branches=branches,
    )


def _paced(company, limits):
    """Give empty sums a zero; add rates and the rhythm, in tenths of a day."""
    usual, segments = usual_rhythm(company, limits, SQL("sme_fact.partner_id"))
    return SQL(
        """
        SELECT summed.*,
               CASE WHEN day_count >= %(own)s
                    THEN (20 * span_days + day_count - 1) / (2 * (day_count - 1))
                    WHEN order_count > 0 THEN usual_tenths ELSE 0 END AS gap_tenths,
               CASE WHEN day_count >= %(own)s THEN floor(0.5 + 10 * sqrt(
                   greatest(square_gaps * (day_count - 1)
                       - span_days::bigint * span_days, 0)::float8
                   / (day_count - 1) / (day_count - 2)
               ))::int ELSE 0 END AS spread_tenths,
               CASE WHEN day_count >= %(own)s THEN 'own'
                    WHEN order_count > 0 THEN usual_source END AS rhythm_source,
               revenue_90d - revenue_prev_90d AS trend_amount,
               CASE WHEN refund_amount > 0 THEN round(least(1, refund_amount
                   / greatest(refund_amount + revenue, refund_amount)
               ), 4)::float8 ELSE 0 END AS refund_rate,
               day_count AS order_days,
               CASE WHEN day_count > 1 THEN round(
                   (revenue - first_revenue) / (day_count - 1), %(digits)s
               ) ELSE 0 END AS repeat_value,
               CASE WHEN order_count > 1 THEN round(revenue / order_count, %(digits)s)
                    WHEN order_count = 1 THEN revenue ELSE 0 END AS aov
          FROM (
               SELECT partner_id, first_order_date, last_order_date, order_count,
                      order_count_12m, order_count_rfm, day_count, square_gaps,
                      first_revenue, %(usual)s,
                      last_order_date - first_order_date AS span_days,
                      coalesce(revenue_rfm, 0) AS revenue_rfm, %(sums)s
                 FROM sme_fact %(segments)s
               OFFSET 0
          ) summed
        OFFSET 0
        """,
        sums=SQL(", ").join(
            SQL("coalesce(%s, 0) AS %s", SQL.identifier(name), SQL.identifier(name))
            for name in ZERO_IF_NONE
        ),
        digits=company.currency_id.decimal_places,
        own=OWN_RHYTHM_MIN_DAYS,
        usual=usual,
        segments=segments,
    )


def usual_rhythm(company, limits, partner):
    """Rhythm of who has none of his own: of his segment, else of all customers.

    :param company: record of ``res.company``
    :param StoredLimits limits: of the company
    :param SQL partner: column with the customer
    :return: the columns usual_tenths and usual_source, and what they join
    :rtype: tuple[SQL, SQL]
    """
    median = limits.median_gap
    gap = company.sme_default_gap_days if median is None else median
    usual, source = int(gap * 10), "setting" if median is None else "company"
    gaps = limits.segment_gaps
    if not gaps:
        columns = SQL("%s AS usual_tenths, %s AS usual_source", usual, source)
        return columns, SQL("")
    columns = SQL(
        "CASE member.segment_id %s ELSE %s END AS usual_tenths, "
        "CASE WHEN member.segment_id IS NULL THEN %s ELSE 'segment' END "
        "AS usual_source",
        SQL(" ").join(
            SQL("WHEN %s THEN %s", segment, int(days * 10))
            for segment, days in gaps.items()
        ),
        *(usual, source),
    )
    members = SQL(
        "LEFT JOIN (SELECT partner_id AS member_id, segment_id FROM sme_customer_value "
        "WHERE company_id = %s AND segment_id = ANY(%s)) member "
        "ON member.member_id = %s",
        *(company.id, list(gaps), partner),
    )
    return columns, members


def scores(today, limits):
    """R, F and M; none without limits, lowest for who bought before the window.

    :param date today: recency counts from here
    :param StoredLimits limits: of the classes
    :return: SQL by name of the column
    :rtype: dict[str, SQL]
    """
    recency = SQL("-greatest(%s - last_order_date, 0)", today)
    orders, net = SQL("order_count_rfm"), SQL("revenue_rfm")
    parts = {
        "r_score": (SQL("TRUE"), _steps(recency, limits.recency)),
        "f_score": (SQL("TRUE"), _steps(orders, limits.frequency)),
        "m_score": (SQL("revenue_rfm > 0"), _steps(net, limits.monetary)),
    }
    if not limits.frequency:
        return dict.fromkeys(parts, SQL("NULL::int"))
    return {
        name: SQL(
            "CASE WHEN order_count = 0 THEN NULL WHEN order_count_rfm = 0 THEN 1 "
            "WHEN %s THEN 1 + %s ELSE 1 END",
            *(condition, steps),
        )
        for name, (condition, steps) in parts.items()
    }


def _steps(value, limits):
    """Count the limits strictly below a value."""
    return SQL(" + ").join(SQL("(%s > %s)::int", value, limit) for limit in limits)


def _in_wanted(column, limited):
    if not limited:
        return SQL("TRUE")
    # An array: the planner then goes by an index, not through the whole table.
    return SQL("%s = ANY(ARRAY(SELECT id FROM sme_wanted))", column)
