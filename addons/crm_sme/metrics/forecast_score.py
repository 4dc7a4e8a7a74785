"""Score every customer with the fitted parameters: closed forms, in SQL.

Only the expected orders of who is still there need a function that PostgreSQL lacks:
numpy computes them once for each different pair of orders and age. The slow, plain
form of it all stands in ``tools/customer_forecast.py``.
"""

from odoo.tools import SQL

from ..tools import trust
from .forecast_forms import fill_ahead

COLUMNS = (
    "p_alive",
    "p_order_90d",
    "expected_orders_12m",
    "expected_revenue_12m",
    "clv",
    "value_at_risk",
    "confidence",
)


def score(env, company, as_of, forecast, library):
    """Write the forecast of the customers in ``sme_fact`` where it differs.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param forecast: the fit that counts, a record of ``sme.forecast``
    :param library: module ``tools.customer_forecast``
    :return: number of rows written
    :rtype: int
    """
    _fill_ahead(env, company, as_of, forecast, library)
    names = [SQL.identifier(name) for name in COLUMNS]
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept
               SET %(assign)s, computed_on = %(now)s,
                   write_date = %(now)s, write_uid = %(uid)s
              FROM (%(figures)s) new
             WHERE kept.partner_id = new.partner_id AND kept.company_id = %(company)s
                   AND (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            assign=SQL(", ").join(SQL("%s = new.%s", name, name) for name in names),
            figures=_figures(company, as_of, forecast, library),
            old=SQL(", ").join(SQL("kept.%s", name) for name in names),
            new=SQL(", ").join(SQL("new.%s", name) for name in names),
            company=company.id,
            now=as_of.now,
            uid=env.uid,
        )
    )
    return env.cr.rowcount


def clear(env, company, as_of, limited):
    """Take the forecast away from the customers in ``sme_fact`` that have one.

    :return: number of rows written
    :rtype: int
    """
    figures = [SQL.identifier(name) for name in COLUMNS if name != "confidence"]
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept
               SET %s, confidence = 'none',
                   computed_on = %s, write_date = %s, write_uid = %s
             WHERE company_id = %s AND confidence IS DISTINCT FROM 'none' AND %s
            """,
            SQL(", ").join(SQL("%s = NULL", name) for name in figures),
            *(as_of.now, as_of.now, env.uid, company.id),
            SQL("partner_id IN (SELECT id FROM sme_wanted)")
            if limited
            else SQL("TRUE"),
        )
    )
    return env.cr.rowcount


def _fill_ahead(env, company, as_of, forecast, library):
    """Put the orders ahead of each different pair of orders and age into a table."""
    forms = forecast._forms(library)
    env.cr.execute(
        SQL("SELECT DISTINCT x, age FROM (%s) seen", _seen(as_of, forms, library))
    )
    pairs = env.cr.fetchall()
    ahead = library.orders_ahead(
        forecast._timing_params(library), pairs, company.sme_discount
    )
    columns = {
        "orders": [orders for orders, _ in ahead],
        "discounted": [discounted for _, discounted in ahead],
    }
    fill_ahead(env.cr, pairs, columns)


def _seen(as_of, forms, library):
    """Repeat orders, days to the last one, age with the silence in steps, sum spent."""
    return SQL(
        """
        SELECT partner_id, x, t_x, spent,
               t_x + step * ((2 * silence + step) / (2 * step)) AS age
          FROM (
               SELECT history.*,
                      least(%(longest)s, greatest(1, floor(
                          %(gap)s / %(steps)s
                      )))::int AS step
                 FROM (
                      SELECT partner_id, day_count - 1 AS x,
                             last_order_date - first_order_date AS t_x,
                             greatest(%(today)s - last_order_date, 0) AS silence,
                             CASE WHEN day_count > 1 THEN
                                 greatest(revenue - first_revenue, 0)::float8
                             ELSE 0 END AS spent
                        FROM sme_fact
                       WHERE day_count > 0
                      OFFSET 0
                 ) history
               OFFSET 0
          ) stepped
        OFFSET 0
        """,
        longest=library.LONGEST_STEP,
        steps=library.STEPS_A_GAP,
        gap=forms.expected_gap,
        today=as_of.today,
    )


def _figures(company, as_of, forecast, library):
    """Compute the columns of each customer, rounded as they are stored.

    Whole numbers until the end: that is far cheaper than rounding decimals.
    """
    return SQL(
        """
        SELECT fact.partner_id,
               CASE WHEN x > 0 THEN 0.01 * round(100 * alive)::int END AS p_alive,
               0.01 * round(100 * alive * chance)::int AS p_order_90d,
               0.01 * round(100 * orders)::bigint AS expected_orders_12m,
               %(unit)s * round(orders * value)::bigint AS expected_revenue_12m,
               %(unit)s * round(%(margin)s * discounted * value)::bigint AS clv,
               %(unit)s * round((1 - alive) * orders * value)::bigint
                   AS value_at_risk,
               coalesce(sure, 'none') AS confidence
          FROM sme_fact fact
          LEFT JOIN (%(scored)s) scored USING (partner_id)
        OFFSET 0
        """,
        unit=SQL("%s::numeric", company.currency_id.rounding),
        margin=SQL("%s::float8", forecast._margin_used(company)),
        scored=_scored(company, as_of, forecast, library),
    )


def _scored(company, as_of, forecast, library):
    """Compute what the rounding is then made of; the value in the smallest coin."""
    forms = forecast._forms(library)
    return SQL(
        """
        SELECT partner_id, x, alive, alive * orders AS orders,
               alive * discounted AS discounted, chance, value, sure
          FROM (
               SELECT partner_id, x, orders, discounted, %(alive)s AS alive,
                      %(chance)s AS chance, %(value)s / %(unit)s::float8 AS value,
                      %(sure)s AS sure
                 FROM (%(seen)s) seen
                 JOIN sme_ahead USING (x, age)
               OFFSET 0
          ) known
        """,
        alive=forms.alive,
        chance=forms.order_if_alive(library.HORIZON_DAYS),
        value=forms.order_value,
        unit=company.currency_id.rounding,
        sure=_sure(forecast),
        seen=_seen(as_of, forms, library),
    )


def _sure(forecast):
    """How sure: the lower of what the fit and what the own orders allow."""
    levels = {
        days: trust.lower(forecast.trust, trust.own_trust(days))
        for days in (1, 2, trust.OWN_HABIT_DAYS)
    }
    return SQL(
        "CASE WHEN x + 1 >= %s THEN %s WHEN x + 1 >= 2 THEN %s ELSE %s END",
        trust.OWN_HABIT_DAYS,
        levels[trust.OWN_HABIT_DAYS],
        levels[2],
        levels[1],
    )
