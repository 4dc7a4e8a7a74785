"""What came into the stock of customers and what left it, month by month.

Always computed from the rows as they are, never carried on: so it adds up whatever
was imported, merged or archived meanwhile.
"""

from odoo.tools import SQL

IN_STOCK = ("steady", "watch", "fading")
GROUPS = ("tier_id", "segment_id", "user_id", "country_id", "region_id")
FLOWS = (
    "opening_count",
    "new_count",
    "returned_count",
    "joined_count",
    "lapsed_count",
    "lost_count",
    "closing_count",
)
SUMS = (*FLOWS, "moved_count", "removed_count", "revenue", "margin")


def write_flows(env, company):
    """Write what each row means for the stock, given the row before.

    Leaves the rows with their neighbours in the temporary table ``sme_step``.

    :param company: record of ``res.company``
    :return: number of rows written
    :rtype: int
    """
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_step"))
    env.cr.execute(
        SQL("CREATE TEMPORARY TABLE sme_step ON COMMIT DROP AS %s", _steps(company))
    )
    names = [SQL.identifier(name) for name in (*FLOWS, "prev_tier_id")]
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_snapshot kept SET %(assign)s FROM sme_step new
             WHERE kept.id = new.id AND (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            assign=SQL(", ").join(SQL("%s = new.%s", n, n) for n in names),
            old=SQL(", ").join(SQL("kept.%s", n) for n in names),
            new=SQL(", ").join(SQL("new.%s", n) for n in names),
        )
    )
    return env.cr.rowcount


def _steps(company):
    """Rows of a company with what came in and left.

    In stock at the end of the month before: opening. New: his first order is of this
    month. Returned: had left and bought again, even if he was silent once more at the
    month's end. Taken in: in stock without either, so by an import, by merging or out
    of the archive. Who leaves is lapsed or lost, once.
    """
    return SQL(
        """
        SELECT moved.*, is_in::int AS closing_count,
               (leaves AND state = 'lapsed')::int AS lapsed_count,
               (leaves AND state = 'lost')::int AS lost_count
          FROM (
               SELECT entered.*,
                      (NOT is_old AND NOT is_new AND NOT is_back AND is_in)::int
                          AS joined_count,
                      is_old::int AS opening_count, is_new::int AS new_count,
                      is_back::int AS returned_count,
                      NOT is_in AND (is_old OR is_new OR is_back) AS leaves,
                      CASE WHEN is_old THEN before_tier_id END AS prev_tier_id
                 FROM (
                      SELECT near.*,
                             before_month IS NULL
                                 AND first_month IS NOT DISTINCT FROM month AS is_new,
                             coalesce(before_state NOT IN %(stock)s, FALSE)
                                 AND (is_in OR order_count > 0) AS is_back
                        FROM (%(near)s) near
                 ) entered
          ) moved
        """,
        near=_near(company),
        stock=IN_STOCK,
    )


def _near(company):
    """Each row with the one before it and the month of the one after it."""
    before = SQL(", ").join(
        SQL(
            "lag(%s) OVER by_month AS %s",
            *(SQL.identifier(name), SQL.identifier(f"before_{name}")),
        )
        for name in ("month", "state", *GROUPS)
    )
    return SQL(
        """
        SELECT walked.*,
               state IN %(stock)s AS is_in,
               coalesce(before_state IN %(stock)s
                   AND before_month = month - interval '1 month', FALSE) AS is_old
          FROM (
               SELECT id, partner_id, month, first_month, state, order_count, revenue,
                      margin, service_cost, %(groups)s, %(before)s,
                      lead(month) OVER by_month AS after_month
                 FROM sme_customer_snapshot
                WHERE company_id = %(company)s
               WINDOW by_month AS (PARTITION BY partner_id ORDER BY month)
          ) walked
        """,
        groups=SQL(", ").join(SQL.identifier(name) for name in GROUPS),
        before=before,
        stock=IN_STOCK,
        company=company.id,
    )


def write_stock(env, company, running):
    """Sum the steps in ``sme_step`` to the rows of the stock report.

    :param company: record of ``res.company``
    :param date running: the month of today; nobody is taken out after it
    :return: number of rows written or removed
    :rtype: int
    """
    columns = SQL(", ").join(
        SQL.identifier(name) for name in ("month", *GROUPS, *SUMS, "service_cost")
    )
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_stock"))
    env.cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_stock ON COMMIT DROP AS "
            "SELECT month, %(groups)s, %(sums)s, "
            "round(sum(service_cost) / 12, %(digits)s) AS service_cost "
            "FROM (%(legs)s) legs GROUP BY month, %(groups)s",
            groups=SQL(", ").join(SQL.identifier(name) for name in GROUPS),
            sums=SQL(", ").join(
                SQL("sum(%s) AS %s", SQL.identifier(name), SQL.identifier(name))
                for name in SUMS
            ),
            digits=company.currency_id.decimal_places,
            legs=_legs(running),
        )
    )
    return _replace_stock(env, company, columns)


def _replace_stock(env, company, columns):
    """Let the stored rows be those of ``sme_stock``; equal ones stay as they are."""
    same = SQL(" AND ").join(
        SQL("coalesce(kept.%s, 0) = coalesce(new.%s, 0)", name, name)
        for name in map(SQL.identifier, GROUPS)
    )
    kept, new = (
        SQL(", ").join(SQL.identifier(alias, name) for name in (*SUMS, "service_cost"))
        for alias in ("kept", "new")
    )
    env.cr.execute(
        SQL(
            """
            DELETE FROM sme_customer_stock_report kept
             WHERE kept.company_id = %(company)s AND NOT EXISTS (
                   SELECT FROM sme_stock new
                    WHERE new.month = kept.month AND %(same)s
                          AND (%(kept)s) IS NOT DISTINCT FROM (%(new)s)
             )
            """,
            company=company.id,
            same=same,
            kept=kept,
            new=new,
        )
    )
    written = env.cr.rowcount
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_customer_stock_report (company_id, %(columns)s)
            SELECT %(company)s, %(columns)s
              FROM sme_stock new
             WHERE NOT EXISTS (
                   SELECT FROM sme_customer_stock_report kept
                    WHERE kept.company_id = %(company)s AND kept.month = new.month
                          AND %(same)s
             )
             ORDER BY month
            """,
            columns=columns,
            company=company.id,
            same=same,
        )
    )
    return written + env.cr.rowcount


def _legs(running):
    """Each step as one row, or two if the customer moved from group to group.

    *Moved* is -1 in the group he left and +1 in the one he came to, so it cancels out
    in every grouping in which both are the same. Who leaves the stock leaves it in the
    group in which he opened the month. Who has no row although he was in stock is
    taken out: archived, merged, or his orders are gone.
    """
    now, before = (
        SQL(", ").join(SQL.identifier(f"{prefix}{name}") for name in GROUPS)
        for prefix in ("", "before_")
    )
    is_other = SQL("((%s) IS DISTINCT FROM (%s))", now, before)
    counts = SQL(", ").join(SQL.identifier(name) for name in FLOWS[1:])
    return SQL(
        """
        SELECT month, %(place)s,
               CASE WHEN %(comes)s THEN 0 ELSE opening_count END AS opening_count,
               %(counts)s, CASE WHEN %(comes)s THEN 1 ELSE 0 END AS moved_count,
               0 AS removed_count, revenue, margin,
               CASE WHEN is_in THEN service_cost END AS service_cost
          FROM sme_step
         UNION ALL
        SELECT month, %(before)s, 1, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, NULL
          FROM sme_step WHERE %(comes)s
         UNION ALL
        SELECT (month + interval '1 month')::date, %(now)s,
               1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, NULL
          FROM sme_step
         WHERE is_in AND month < %(running)s
               AND after_month IS DISTINCT FROM month + interval '1 month'
        """,
        place=SQL(", ").join(
            SQL(
                "CASE WHEN is_old AND NOT is_in THEN %s ELSE %s END AS %s",
                *(SQL.identifier(f"before_{name}"), SQL.identifier(name)),
                SQL.identifier(name),
            )
            for name in GROUPS
        ),
        comes=SQL("(is_old AND is_in AND %s)", is_other),
        counts=counts,
        before=before,
        now=now,
        running=running,
    )
