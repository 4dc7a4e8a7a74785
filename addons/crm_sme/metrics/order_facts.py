"""Sums of each customer's orders, from shop orders and from Odoo's own, each once.

Leaves them in the temporary table ``sme_fact``, one row a commercial partner. The
slow, plain form of it stands in ``tools/order_facts.py``.
"""

from odoo.tools import SQL

from .as_of import TREND_DAYS, YEAR_DAYS

# Sums of a customer, with the type of each; ``due_on`` is left out, see ``facts``.
COLUMNS = {
    "first_order_date": "date",
    "last_order_date": "date",
    "order_count": "int",
    "order_count_12m": "int",
    "order_count_rfm": "int",
    "day_count": "int",
    "square_gaps": "bigint",
    "first_revenue": "numeric",
    "revenue": "numeric",
    "revenue_12m": "numeric",
    "revenue_rfm": "numeric",
    "revenue_90d": "numeric",
    "revenue_prev_90d": "numeric",
    "margin": "numeric",
    "margin_12m": "numeric",
    "refund_amount": "numeric",
}


def fill_facts(env, company, as_of, limited):
    """Make the table ``sme_fact`` for one company.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only for the partners in the temporary table ``sme_wanted``
    """
    fill_refunded(env.cr, company, limited)
    booked = booked_rows(env, company, limited)
    make_table(env.cr, "sme_fact", facts(company, as_of, booked))
    env.cr.execute(SQL("ANALYZE sme_fact (partner_id)"))


def make_table(cr, name, query):
    """Make a temporary table of a query, in place of one of that name.

    :param str name: of the table
    :param SQL query: its rows
    """
    table = SQL.identifier(name)
    cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
    cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query))


def fill_refunded(cr, company, limited, name="sme_refunded"):
    """Collect the shop orders that were paid back as a whole, save for rounding.

    OFFSET 0 lets each order be found by its id: the planner would read all orders.

    :param company: record of ``res.company``
    :param bool limited: only for the partners in the temporary table ``sme_wanted``
    :param str name: of the temporary table that they go to
    """
    make_table(
        cr,
        name,
        SQL(
            """
            SELECT paid.origin_id AS id
              FROM (
                   SELECT back.origin_id, sum(back.amount_total) AS amount
                     FROM %s
                    WHERE back.origin_id IS NOT NULL AND back.kind = 'refund'
                          AND back.counted AND back.company_id = %s
                    GROUP BY back.origin_id
              ) paid
             CROSS JOIN LATERAL (
                   SELECT o.amount_total FROM sme_order o
                    WHERE o.id = paid.origin_id OFFSET 0
              ) sold
             WHERE sold.amount_total + paid.amount < 0.005
            """,
            _refunds_of_wanted(company) if limited else SQL("sme_order back"),
            company.id,
        ),
    )
    cr.execute(SQL("ANALYZE %s", SQL.identifier(name)))


def fill_refunded_of(cr, company, wanted, name="sme_refunded"):
    """Collect the orders of some customers that were paid back as a whole, by whomever.

    As ``fill_refunded`` does for all; a refund may have gone to another customer.

    :param company: record of ``res.company``
    :param str wanted: temporary table with the customers, 0 for sales without one
    :param str name: of the temporary table that they go to
    """
    make_table(
        cr,
        name,
        SQL(
            """
            SELECT sold.id
              FROM %(wanted)s wanted
             CROSS JOIN LATERAL (
                   SELECT o.id FROM sme_order o
                    WHERE o.counted AND o.company_id = %(company)s
                          AND o.commercial_partner_id = wanted.id AND o.kind = 'order'
                    UNION ALL
                   SELECT o.id FROM sme_order o
                    WHERE wanted.id = 0 AND o.counted AND o.company_id = %(company)s
                          AND o.commercial_partner_id IS NULL AND o.kind = 'order'
                   OFFSET 0
             ) sold
             CROSS JOIN LATERAL (
                   SELECT sum(back.amount_total) AS amount FROM sme_order back
                    WHERE back.origin_id = sold.id AND back.kind = 'refund'
                          AND back.counted AND back.company_id = %(company)s
                   HAVING count(*) > 0
                   OFFSET 0
             ) paid
             CROSS JOIN LATERAL (
                   SELECT o.amount_total FROM sme_order o
                    WHERE o.id = sold.id OFFSET 0
             ) priced
             WHERE priced.amount_total + paid.amount < 0.005
            """,
            wanted=SQL.identifier(wanted),
            company=company.id,
        ),
    )
    cr.execute(SQL("ANALYZE %s", SQL.identifier(name)))


def _refunds_of_wanted(company):
    """Refunds of the customers in ``sme_wanted`` as ``back``, by the index of figures.

    The planner would read the refunds of all customers.
    """
    return SQL(
        """
        sme_wanted wanted CROSS JOIN LATERAL (
            SELECT o.id FROM sme_order o
             WHERE o.counted AND o.company_id = %s
                   AND o.commercial_partner_id = wanted.id AND o.kind = 'refund'
            OFFSET 0
        ) mine
        JOIN sme_order back ON back.id = mine.id
        """,
        company.id,
    )


def facts(company, as_of, booked):
    """Aggregate to one row a customer, in the one pass the index order allows.

    ``due_on`` is the day on which an order next leaves one of the windows: until then
    the same orders have the same sums.

    :param SQL booked: see ``booked_rows``; ``fill_refunded`` has run
    :rtype: SQL
    """
    return SQL(
        """
        SELECT partner_id,
               min(day) FILTER (WHERE is_event) AS first_order_date,
               max(day) FILTER (WHERE is_event) AS last_order_date,
               count(*) FILTER (WHERE is_event)::int AS order_count,
               count(*) FILTER (WHERE is_event AND date_order >= %(year)s)::int
                   AS order_count_12m,
               count(*) FILTER (WHERE is_event AND date_order >= %(rfm)s)::int
                   AS order_count_rfm,
               count(*) FILTER (WHERE is_event AND day IS DISTINCT FROM last_day)::int
                   AS day_count,
               sum((day - last_day) * (day - last_day)) FILTER (WHERE is_event)
                   AS square_gaps,
               sum(revenue) FILTER (
                   WHERE is_event AND day = coalesce(first_day, day)
               ) AS first_revenue,
               sum(revenue) AS revenue,
               sum(revenue) FILTER (WHERE date_order >= %(year)s) AS revenue_12m,
               sum(revenue) FILTER (WHERE date_order >= %(rfm)s) AS revenue_rfm,
               sum(revenue) FILTER (WHERE date_order >= %(quarter)s) AS revenue_90d,
               sum(revenue) FILTER (
                   WHERE date_order < %(quarter)s AND date_order >= %(earlier)s
               ) AS revenue_prev_90d,
               sum(margin) AS margin,
               sum(margin) FILTER (WHERE date_order >= %(year)s) AS margin_12m,
               -sum(revenue) FILTER (WHERE is_refund) AS refund_amount,
               least(%(leaves)s) AS due_on
          FROM (%(stepped)s) stepped
         GROUP BY partner_id
        """,
        year=as_of.window_start(YEAR_DAYS),
        rfm=as_of.window_start(company.sme_rfm_window_days),
        quarter=as_of.window_start(TREND_DAYS),
        earlier=as_of.window_start(2 * TREND_DAYS),
        leaves=_leaves(company, as_of),
        stepped=stepped_rows(as_of, booked),
    )


def _leaves(company, as_of):
    """Days on which the oldest order in each window leaves it."""
    windows = (YEAR_DAYS, company.sme_rfm_window_days, TREND_DAYS, 2 * TREND_DAYS)
    return SQL(", ").join(
        SQL(
            "min(day) FILTER (WHERE date_order >= %s) + %s",
            *(as_of.window_start(days), days),
        )
        for days in sorted(set(windows))
    )


def stepped_rows(as_of, booked):
    """Order the bookings and tell each the days of the events before it.

    ``first_day`` and ``last_day`` are those of the events before, so that days are
    counted, gaps squared and the first day told apart without another grouping.
    OFFSET 0 keeps the planner from computing the day of a row once for each use.

    :param AsOf as_of: its time zone
    :param SQL booked: see ``booked_rows``; ``fill_refunded`` has run
    :rtype: SQL
    """
    return SQL(
        """
        SELECT event.*,
               min(day) FILTER (WHERE is_event) OVER before AS first_day,
               max(day) FILTER (WHERE is_event) OVER before AS last_day
          FROM (
               SELECT partner_id, date_order, is_refund, revenue, margin,
                      NOT is_refund AND revenue > 0 AND (
                          shop_id IS NULL
                          OR shop_id NOT IN (SELECT id FROM sme_refunded)
                      ) AS is_event,
                      %(day)s AS day
                 FROM (%(booked)s) booked
                ORDER BY partner_id, date_order
               OFFSET 0
          ) event
        WINDOW before AS (
            PARTITION BY partner_id ORDER BY date_order
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
        """,
        day=as_of.day_of(SQL("date_order")),
        booked=booked,
    )


def booked_rows(env, company, limited, wanted="sme_wanted"):
    """Every counted order and refund with its customer, in the company's currency.

    :param bool limited: only for the partners in a temporary table
    :param str wanted: that table
    :rtype: SQL
    """
    wanted = SQL.identifier(wanted)
    shop = _shop_orders(company, limited, wanted)
    env.cr.execute(
        SQL(
            "SELECT 1 FROM sale_order WHERE state = 'sale' AND company_id = %s LIMIT 1",
            company.id,
        )
    )
    if not env.cr.rowcount:
        # One branch less keeps the order of the index, which spares a sort of all.
        return shop
    return SQL("%s UNION ALL %s", shop, _own_orders(company, limited, wanted))


def _shop_orders(company, limited, wanted):
    """Rows of ``sme_order``, straight out of its index of figures."""
    columns = SQL(
        "o.commercial_partner_id AS partner_id, o.date_order, "
        "o.kind = 'refund' AS is_refund, o.revenue, o.margin, o.id AS shop_id"
    )
    condition = SQL("o.counted AND o.company_id = %s", company.id)
    if not limited:
        return SQL(
            "SELECT %s FROM sme_order o "
            "WHERE %s AND o.commercial_partner_id IS NOT NULL",
            columns,
            condition,
        )
    # OFFSET 0 keeps the planner from reading the whole table for one customer in 100.
    return SQL(
        "SELECT booked.* FROM %s wanted CROSS JOIN LATERAL ("
        "SELECT %s FROM sme_order o WHERE %s AND o.commercial_partner_id = wanted.id "
        "OFFSET 0) booked",
        wanted,
        columns,
        condition,
    )


def _own_orders(company, limited, wanted):
    """Confirmed orders made in Odoo, without those made from a counted shop order."""
    select = SQL(
        """
        SELECT p.commercial_partner_id AS partner_id, s.date_order,
               FALSE AS is_refund,
               round(s.amount_untaxed / %(rate)s, %(digits)s) AS revenue,
               round(s.margin / %(rate)s, %(digits)s) AS margin,
               NULL::int AS shop_id
          FROM sale_order s
          JOIN res_partner p ON p.id = s.partner_id
         WHERE s.state = 'sale' AND s.company_id = %(company)s
               AND NOT EXISTS (
                   SELECT FROM sme_order made
                    WHERE made.sale_order_id = s.id AND made.counted
               )
        """,
        rate=SQL("coalesce(nullif(s.currency_rate, 0), 1)::numeric"),
        digits=company.currency_id.decimal_places,
        company=company.id,
    )
    if not limited:
        return select
    return SQL(
        "SELECT booked.* FROM %s wanted CROSS JOIN LATERAL ("
        "%s AND p.commercial_partner_id = wanted.id OFFSET 0) booked",
        wanted,
        select,
    )
