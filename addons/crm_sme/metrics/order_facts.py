"""Sums of each customer's orders, from shop orders and from Odoo's own, each once.

Leaves them in the temporary table ``sme_fact``, one row a commercial partner. The
slow, plain form of it stands in ``tools/order_facts.py``.
"""

from odoo.tools import SQL

from .as_of import TREND_DAYS, YEAR_DAYS


def fill_facts(env, company, as_of, limited):
    """Make the table ``sme_fact`` for one company.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only for the partners in the temporary table ``sme_wanted``
    """
    fill_refunded(env.cr, company, limited)
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_fact"))
    env.cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_fact ON COMMIT DROP AS %s",
            _facts(company, as_of, booked_rows(env, company, limited)),
        )
    )
    env.cr.execute(SQL("ANALYZE sme_fact (partner_id)"))


def fill_refunded(cr, company, limited):
    """Collect the shop orders that were paid back as a whole, save for rounding.

    They go to the temporary table ``sme_refunded``.

    :param company: record of ``res.company``
    :param bool limited: only for the partners in the temporary table ``sme_wanted``
    """
    cr.execute(SQL("DROP TABLE IF EXISTS sme_refunded"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_refunded ON COMMIT DROP AS
            SELECT sold.id
              FROM %s
              JOIN sme_order sold ON sold.id = back.origin_id
             WHERE back.origin_id IS NOT NULL AND back.kind = 'refund' AND back.counted
                   AND back.company_id = %s
             GROUP BY sold.id, sold.amount_total
            HAVING sold.amount_total + sum(back.amount_total) < 0.005
            """,
            _refunds_of_wanted(company) if limited else SQL("sme_order back"),
            company.id,
        )
    )
    cr.execute(SQL("ANALYZE sme_refunded"))


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


def _facts(company, as_of, booked):
    """Aggregate to one row a customer, in the one pass the index order allows."""
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
               -sum(revenue) FILTER (WHERE is_refund) AS refund_amount
          FROM (%(stepped)s) stepped
         GROUP BY partner_id
        """,
        year=as_of.window_start(YEAR_DAYS),
        rfm=as_of.window_start(company.sme_rfm_window_days),
        quarter=as_of.window_start(TREND_DAYS),
        earlier=as_of.window_start(2 * TREND_DAYS),
        stepped=stepped_rows(as_of, booked),
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


def booked_rows(env, company, limited):
    """Every counted order and refund with its customer, in the company's currency."""
    shop = _shop_orders(company, limited)
    env.cr.execute(
        SQL(
            "SELECT 1 FROM sale_order WHERE state = 'sale' AND company_id = %s LIMIT 1",
            company.id,
        )
    )
    if not env.cr.rowcount:
        # One branch less keeps the order of the index, which spares a sort of all.
        return shop
    return SQL("%s UNION ALL %s", shop, _own_orders(company, limited))


def _shop_orders(company, limited):
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
        "SELECT booked.* FROM sme_wanted wanted CROSS JOIN LATERAL ("
        "SELECT %s FROM sme_order o WHERE %s AND o.commercial_partner_id = wanted.id "
        "OFFSET 0) booked",
        columns,
        condition,
    )


def _own_orders(company, limited):
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
        "SELECT booked.* FROM sme_wanted wanted CROSS JOIN LATERAL ("
        "%s AND p.commercial_partner_id = wanted.id OFFSET 0) booked",
        select,
    )
