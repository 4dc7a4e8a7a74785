"""Fit the models of the forecast on what SQL grouped, and keep what came out."""

import time
from datetime import timedelta

from odoo.tools import SQL

from ..tools import trust

WEEKLY = timedelta(days=7)
# The nightly job starts a little earlier or later each time.
SLACK = timedelta(hours=6)
# A base that grew by a fifth since the fit is another one: the first import, mostly.
GROWN = 0.2


def fit_if_due(env, company, as_of, library):
    """Fit when there is no fit, when it is a week old or when the base has grown.

    Needs all customers in ``sme_fact``.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param library: module ``tools.customer_forecast``
    :return: the fit that counts, empty without any customer
    :rtype: recordset of ``sme.forecast``
    """
    newest = env["sme.forecast"]._newest(company)
    is_wanted = env.context.get("sme_fit_now")
    if newest and not is_wanted and as_of.now - newest.fitted_on < WEEKLY - SLACK:
        count = _count_customers(env)
        if abs(count - newest.customers) <= GROWN * newest.customers:
            return newest
    return fit(env, company, as_of, library) or newest


def fit(env, company, as_of, library):
    """Fit both models on the customers in ``sme_fact`` and keep the parameters.

    :return: the new fit, empty without any customer
    :rtype: recordset of ``sme.forecast``
    """
    started = time.monotonic()
    history = history_of_all(as_of)
    buckets = timing_rows(env.cr, history)
    if not buckets:
        return env["sme.forecast"]
    found = library.fit_company(buckets, spend_rows(env.cr, history))
    base = _base(env, as_of, found)
    doubts = trust.doubts_of(base, found.timing.doubts, found.spend.doubts)
    level = trust.trust_of(doubts)
    checked = env["sme.forecast"]._newest(company, checked=True)
    if checked:
        level = trust.lower(level, checked.check_trust)
    timing, spend = found.timing.params, found.spend.params
    return env["sme.forecast"].create(
        {
            "company_id": company.id,
            "fitted_on": as_of.now,
            "r": timing.r,
            "alpha": timing.alpha,
            "a": timing.a,
            "b": timing.b,
            "p": spend.p,
            "q": spend.q,
            "v": spend.v,
            "log_likelihood": found.timing.log_likelihood,
            "value_log_likelihood": found.spend.log_likelihood,
            "correlation": found.spend.correlation or 0,
            "customers": base.customers,
            "repeat_buyers": sum(row[3] for row in buckets if row[0] > 0),
            "history_days": base.history_days,
            "margin_share": _margin_share(env, company),
            "doubts": sorted(doubts),
            "trust": level,
            "duration": time.monotonic() - started,
        }
    )


def _count_customers(env):
    env.cr.execute(SQL("SELECT count(*) FROM sme_fact WHERE day_count > 0"))
    return env.cr.fetchone()[0]


def history_of_all(as_of):
    """History of the customers in ``sme_fact``, for ``timing_rows``, ``spend_rows``.

    :rtype: SQL
    """
    return SQL(
        """
        SELECT day_count - 1 AS x, last_order_date - first_order_date AS t_x,
               greatest(%s, last_order_date) - first_order_date AS age,
               first_revenue,
               CASE WHEN day_count > 1 THEN (revenue - first_revenue)::float8
                    ELSE 0 END AS spent
          FROM sme_fact
         WHERE day_count > 0
        OFFSET 0
        """,
        as_of.today,
    )


def timing_rows(cr, history):
    """Customers with the same orders and the same whole weeks, as one row each.

    Each row has the mean days of its group: see ``week_buckets`` of ``tools/clv.py``.

    :param SQL history: rows with x, t_x, age (days), spent, first_revenue
    :rtype: list[tuple]
    """
    cr.execute(
        SQL(
            "SELECT x, avg(t_x::float8) / 7, avg(age::float8) / 7, count(*) "
            "FROM (%s) history GROUP BY x, (2 * age + 7) / 14, (2 * t_x + 7) / 14",
            history,
        )
    )
    return cr.fetchall()


def spend_rows(cr, history):
    """Customers with the same orders and about the same value of an order.

    Values within five per cent of each other count as one; that moves the parameters
    by less than a per mille. Whoever has no repeat order of a positive value only tells
    the level, by his first day.

    :param SQL history: as ``timing_rows``
    :rtype: list[tuple]
    """
    cr.execute(
        SQL(
            """
            SELECT x, avg(value), count(*)
              FROM (
                   SELECT CASE WHEN spent > 0 THEN x ELSE 0 END AS x,
                          CASE WHEN spent > 0 THEN spent / x
                               ELSE first_revenue::float8 END AS value
                     FROM (%s) history
                   OFFSET 0
              ) orders
             GROUP BY x, floor(20 * ln(value))
            """,
            history,
        )
    )
    return cr.fetchall()


def _base(env, as_of, found):
    env.cr.execute(
        SQL("SELECT min(first_order_date), max(last_order_date) FROM sme_fact")
    )
    first, last = env.cr.fetchone()
    return trust.Base(
        customers=round(found.timing.customers),
        history_days=max((as_of.today - first).days, 0),
        idle_days=(as_of.today - last).days,
        correlation=found.spend.correlation,
    )


def _margin_share(env, company):
    """Part of the revenue that was margin, over the orders whose cost is known.

    :return: 0 to 1, three decimals; 1 where no cost is known
    :rtype: float
    """
    env.cr.execute(
        SQL(
            """
            SELECT sum(margin), sum(revenue)
              FROM (
                   SELECT margin, revenue FROM sme_order
                    WHERE counted AND company_id = %(company)s
                          AND margin IS NOT NULL AND kind = 'order'
                   UNION ALL
                   SELECT margin / %(rate)s, amount_untaxed / %(rate)s FROM sale_order
                    WHERE state = 'sale' AND company_id = %(company)s
                          AND margin IS NOT NULL
              ) known
            """,
            company=company.id,
            rate=SQL("coalesce(nullif(currency_rate, 0), 1)::numeric"),
        )
    )
    margin, revenue = env.cr.fetchone()
    if margin is None or not revenue or revenue <= 0:
        return 1.0
    return min(max(round(float(margin / revenue), 3), 0.0), 1.0)
