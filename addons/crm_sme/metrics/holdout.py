"""Check the forecast on the company's own past: learn up to a day, foresee the rest.

What was foreseen stands next to what came and to a naive forecast: every customer goes
on at the rate so far. Whether an order was paid back is taken as known today.
"""

from datetime import timedelta

from odoo.tools import SQL

from ..tools import trust
from . import forecast_fit, forecast_library, order_facts, refresh, touched
from .as_of import AsOf
from .forecast_forms import Forms, fill_ahead

QUARTER = 91
YEAR = 364
SHORTEST = 14


def renew(env, company):
    """Fit anew, score everybody and check, whether it is due or not.

    :param company: record of ``res.company``
    """
    now = env(context={**env.context, "sme_fit_now": True})
    refresh.refresh(now, company=company)
    check_newest(env, company)


def run_all(env):
    """Check each company's newest fit that has no check yet, one company a step."""
    companies = refresh.active_companies(env)
    cron = env["ir.cron"]
    cron._commit_progress(remaining=len(companies))
    for company in companies:
        touched.persist(env, lambda company=company: check_newest(env, company, True))
        cron._commit_progress(1)


def check_newest(env, company, only_unchecked=False):
    """Check the fit that counts; where it now is trusted otherwise, score anew.

    :param bool only_unchecked: leave one alone that was checked before
    """
    env = env(su=True)
    forecast = env["sme.forecast"]._newest(company)
    library = forecast_library.load()
    if not (forecast and library) or (only_unchecked and forecast.checked_on):
        return
    before = forecast.trust
    with refresh.planner(env.cr):
        _check(env, forecast, library)
    if forecast.trust != before:
        refresh.refresh(env, company=company)


def span_of(history_days):
    """Days to foresee: a quarter of a year, of a short history a quarter of it.

    :return: 0 where the history is too short for any check
    :rtype: int
    """
    days = min(QUARTER, history_days // 4)
    return days if days >= SHORTEST else 0


def _check(env, forecast, library):
    """Run the check and keep its figures with the fit."""
    company = forecast.company_id
    as_of = AsOf.of_company(company)
    days = span_of(forecast.history_days)
    cut = as_of.today - timedelta(days=days)
    values = {
        "checked_on": as_of.now,
        "check_day": cut,
        "check_days": days,
        "check_customers": 0,
        "check_trust": "low",
    }
    if days:
        order_facts.fill_refunded(env.cr, company, limited=False)
        booked = order_facts.booked_rows(env, company, limited=False)
        _fill_past(env.cr, as_of, booked, cut)
        if _foresee(env.cr, library, days):
            values |= _sums(env.cr)
            values["season"] = _season(env.cr, as_of, booked, cut, days)
            values["check_trust"] = trust.check_trust(
                values["check_customers"],
                values["orders_actual"],
                _error(values["orders_forecast"], values["orders_actual"]),
            )
    level = trust.trust_of(forecast.doubts or [])
    values["trust"] = trust.lower(level, values["check_trust"])
    forecast.write(values)


def _error(foreseen, came):
    """What was foreseen over what came, less 1; None where nothing came."""
    return foreseen / came - 1 if came else None


def _fill_past(cr, as_of, booked, cut):
    """Put who had bought by the cut into ``sme_past``, with what came after it."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_past"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_past ON COMMIT DROP AS
            SELECT partner_id, days - 1 AS x, last - first AS t_x,
                   %(cut)s - first AS age, first_revenue, came, later,
                   coalesce(before, 0)::float8 AS before,
                   CASE WHEN days > 1 THEN (before - first_revenue)::float8
                        ELSE 0 END AS spent
              FROM (
                   SELECT partner_id,
                          min(day) FILTER (WHERE is_event) AS first,
                          max(day) FILTER (WHERE is_event AND is_past) AS last,
                          count(*) FILTER (WHERE is_new AND is_past)::int AS days,
                          count(*) FILTER (WHERE is_new AND NOT is_past)::int AS came,
                          sum(revenue) FILTER (WHERE is_past) AS before,
                          sum(revenue) FILTER (
                              WHERE is_event AND day = coalesce(first_day, day)
                          ) AS first_revenue,
                          coalesce(sum(revenue) FILTER (WHERE NOT is_past), 0)::float8
                              AS later
                     FROM (
                          SELECT stepped.*, day <= %(cut)s AS is_past,
                                 is_event AND day IS DISTINCT FROM last_day AS is_new
                            FROM (%(stepped)s) stepped
                     ) told
                    GROUP BY partner_id
              ) summed
             WHERE first <= %(cut)s
            """,
            stepped=order_facts.stepped_rows(as_of, booked),
            cut=cut,
        )
    )
    cr.execute(
        SQL(
            "DELETE FROM sme_past USING res_partner p WHERE p.id = partner_id AND NOT "
            " (p.active AND p.commercial_partner_id = p.id)"
        )
    )
    cr.execute(SQL("ANALYZE sme_past"))


def _foresee(cr, library, days):
    """Learn from ``sme_past`` and put what is foreseen into ``sme_foreseen``.

    :return: whether there was anybody to learn from
    :rtype: bool
    """
    past = SQL("SELECT x, t_x, age, spent, first_revenue FROM sme_past")
    rows = forecast_fit.timing_rows(cr, past)
    if not rows:
        return False
    found = library.fit_company(rows, forecast_fit.spend_rows(cr, past))
    timing = found.timing.params
    cr.execute(SQL("SELECT DISTINCT x, age FROM sme_past"))
    pairs = cr.fetchall()
    fill_ahead(cr, pairs, {"orders": library.orders_within(timing, pairs, days)})
    forms = Forms(timing, found.spend.params)
    cr.execute(SQL("DROP TABLE IF EXISTS sme_foreseen"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_foreseen ON COMMIT DROP AS
            SELECT partner_id, came, later, before, orders, orders * value AS revenue,
                   rate AS naive,
                   CASE WHEN x > 0 THEN rate * spent / x ELSE 0 END AS naive_revenue
              FROM (
                   SELECT past.*, %(alive)s * ahead.orders AS orders,
                          %(value)s AS value,
                          x * %(days)s::float8 / greatest(age, 7) AS rate
                     FROM (
                          SELECT partner_id, x, t_x, age, came, later, before,
                                 greatest(spent, 0) AS spent
                            FROM sme_past
                     ) past
                     JOIN sme_ahead ahead USING (x, age)
                   OFFSET 0
              ) told
            """,
            alive=forms.alive,
            value=forms.order_value,
            days=days,
        )
    )
    return True


def _sums(cr):
    """Sum up ``sme_foreseen``: everybody, the mean miss, the best tenth.

    :return: values of ``sme.forecast``
    :rtype: dict
    """
    cr.execute(
        SQL(
            """
            SELECT count(*) AS check_customers,
                   sum(came) AS orders_actual,
                   sum(orders) AS orders_forecast,
                   sum(naive) AS orders_naive,
                   sum(later) AS revenue_actual,
                   sum(revenue) AS revenue_forecast,
                   sum(naive_revenue) AS revenue_naive,
                   avg(abs(orders - came)) AS miss_forecast,
                   avg(abs(naive - came)) AS miss_naive,
                   coalesce(count(*) FILTER (WHERE best AND foreseen)
                       / nullif(count(*) FILTER (WHERE best), 0)::float8, 0)
                       AS top_forecast,
                   coalesce(count(*) FILTER (WHERE best AND known)
                       / nullif(count(*) FILTER (WHERE best), 0)::float8, 0)
                       AS top_naive
              FROM (
                   SELECT told.*,
                          later > 0 AND row_number() OVER (
                              ORDER BY later DESC, partner_id) <= tenth AS best,
                          row_number() OVER (
                              ORDER BY revenue DESC, partner_id) <= tenth AS foreseen,
                          row_number() OVER (
                              ORDER BY before DESC, partner_id) <= tenth AS known
                     FROM (
                          SELECT *, ceil(0.1 * count(*) OVER ()) AS tenth
                            FROM sme_foreseen
                     ) told
              ) ranked
            """
        )
    )
    return cr.dictfetchone()


def _season(cr, as_of, booked, cut, days):
    """Orders in the same weeks a year earlier over the mean of the year round them.

    :return: 1 for a usual time of the year; 0 where the history is too short
    :rtype: float
    """
    same = cut - timedelta(days=YEAR)
    cr.execute(
        SQL(
            """
            WITH sold AS MATERIALIZED (
                SELECT %(day)s AS day
                  FROM (%(booked)s) booked
                 WHERE NOT is_refund AND revenue > 0
            ), year AS (
                SELECT greatest(min(day), %(middle)s) AS start FROM sold
            )
            SELECT year.start,
                   count(*) FILTER (WHERE day > %(same)s AND day <= %(same_end)s),
                   count(*) FILTER (
                       WHERE day >= year.start AND day < year.start + %(year)s
                   )
              FROM sold, year
             GROUP BY year.start
            """,
            day=as_of.day_of(SQL("date_order")),
            booked=booked,
            middle=same - timedelta(days=(YEAR - days) // 2),
            same=same,
            same_end=same + timedelta(days=days),
            year=YEAR,
        )
    )
    start, some, total = cr.fetchone() or (None, 0, 0)
    if not total or start > same:
        return 0.0
    return (some / days) / (total / YEAR)
