"""Customers as stock: how each one stood at the end of each month.

The running month follows the figures of today. A month that is over gets its final
state once, by the rule of today but as of its last day. What is missing before that
(the first run, an import of old orders, merged customers) is rebuilt from the orders.
Sums of money are facts and follow late orders in every month.
"""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from . import order_facts, snapshot_flows, snapshot_history
from .as_of import AsOf
from .refresh import active_companies, planner

BACKFILL_MONTHS = 24
MONTH = relativedelta(months=1)
ATTRIBUTES = (
    "tier_id",
    "segment_id",
    "lifecycle_stage_id",
    "user_id",
    "country_id",
    "region_id",
    "revenue_12m",
    "service_cost",
)


@dataclass(frozen=True)
class Months:
    """The calendar of one run, first days of months in company time.

    :param date first: the earliest month that is kept
    :param date running: the month of today
    :param date open_from: the earliest month that is over and not final, else running
    """

    first: date
    running: date
    open_from: date

    @property
    def closed(self):
        """The last month that is over.

        :rtype: date
        """
        return self.running - MONTH


def update(env, company=None):
    """Bring the months of one or all companies up to date.

    :param env: environment
    :param company: record of ``res.company``; None for all companies
    :return: number of rows written or removed; 0 if all was right
    :rtype: int
    """
    env.flush_all()
    env = env(su=True)  # the stock of a company is one whole, whoever asks
    companies = company.sudo() if company else active_companies(env)
    written = 0
    with planner(env.cr):
        for each in companies:
            written += _update_company(env, each, AsOf.of_company(each))
    if written:
        env["sme.customer.snapshot"].invalidate_model()
        env["sme.customer.stock.report"].invalidate_model()
    return written


def _update_company(env, company, as_of):
    _fill_months(env, company, as_of)
    written = _drop_strangers(env, company)
    months = _months(env, company, as_of)
    if months is not None:
        written += snapshot_history.close_months(env, company, months)
        written += snapshot_history.rebuild_missing(env, company, months)
        written += _follow_sums(env, company)
        written += _write_running(env, company, months)
    written += snapshot_flows.write_flows(env, company)
    running = as_of.today.replace(day=1)
    return written + snapshot_flows.write_stock(env, company, running)


def _fill_months(env, company, as_of):
    """Make ``sme_month``: sums and days with orders a customer and month."""
    order_facts.fill_refunded(env.cr, company, limited=False)
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_month"))
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_month ON COMMIT DROP AS
            SELECT partner_id, date_trunc('month', day)::date AS month,
                   count(*) FILTER (WHERE is_event)::int AS order_count,
                   sum(revenue) AS revenue, coalesce(sum(margin), 0) AS margin,
                   count(*) FILTER (
                       WHERE is_event AND day IS DISTINCT FROM last_day
                   )::int AS day_count,
                   min(day) FILTER (WHERE is_event) AS first_day,
                   max(day) FILTER (WHERE is_event) AS last_day
              FROM (%s) stepped
             GROUP BY 1, 2
            """,
            order_facts.stepped_rows(
                as_of, order_facts.booked_rows(env, company, limited=False)
            ),
        )
    )
    env.cr.execute(SQL("CREATE INDEX ON sme_month (partner_id, month)"))
    env.cr.execute(SQL("ANALYZE sme_month"))


def _drop_strangers(env, company):
    """Remove the rows of partners that belong to another one by now.

    Archived customers keep their past; they leave the stock with the running month.
    """
    env.cr.execute(
        SQL(
            """
            DELETE FROM sme_customer_snapshot kept USING res_partner p
             WHERE p.id = kept.partner_id AND p.commercial_partner_id <> p.id
                   AND kept.company_id = %s
            """,
            company.id,
        )
    )
    return env.cr.rowcount


def _months(env, company, as_of):
    """Read what is stored and what is to do; None if there was never an order."""
    running = as_of.today.replace(day=1)
    env.cr.execute(
        SQL(
            """
            SELECT (SELECT min(month) FROM sme_month WHERE day_count > 0),
                   (SELECT min(month) FROM sme_customer_snapshot
                     WHERE company_id = %(company)s),
                   (SELECT min(month) FROM sme_customer_snapshot
                     WHERE company_id = %(company)s AND is_final IS NOT TRUE),
                   (SELECT max(month) FROM sme_customer_snapshot
                     WHERE company_id = %(company)s)
            """,
            company=company.id,
        )
    )
    first_order, stored, unfinished, latest = env.cr.fetchone()
    if first_order is None and stored is None:
        return None
    target = running - relativedelta(months=BACKFILL_MONTHS)
    first = max(first_order or running, min(stored or target, target))
    open_from = running
    if latest is not None and latest < running:
        open_from = min(unfinished or latest + MONTH, latest + MONTH)
    return Months(min(first, running), running, open_from)


def _follow_sums(env, company):
    """Let orders and money of every stored month be those of the orders."""
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_snapshot kept
               SET order_count = new.order_count, revenue = new.revenue,
                   margin = new.margin, first_month = new.first_month
              FROM (
                   SELECT here.id, coalesce(m.order_count, 0) AS order_count,
                          coalesce(m.revenue, 0) AS revenue,
                          coalesce(m.margin, 0) AS margin,
                          coalesce(since.month, here.first_month) AS first_month
                     FROM sme_customer_snapshot here
                     LEFT JOIN sme_month m
                          ON m.partner_id = here.partner_id AND m.month = here.month
                     LEFT JOIN (
                          SELECT partner_id, min(month) AS month
                            FROM sme_month WHERE day_count > 0 GROUP BY partner_id
                     ) since ON since.partner_id = here.partner_id
                    WHERE here.company_id = %s
              ) new
             WHERE kept.id = new.id
                   AND (kept.order_count, kept.revenue, kept.margin, kept.first_month)
                       IS DISTINCT FROM (new.order_count, new.revenue, new.margin,
                                         new.first_month)
            """,
            company.id,
        )
    )
    return env.cr.rowcount


def _write_running(env, company, months):
    """Let the running month be as the customers stand today."""
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_running"))
    env.cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_running ON COMMIT DROP AS %s",
            _running(company, months),
        )
    )
    env.cr.execute(
        SQL(
            """
            DELETE FROM sme_customer_snapshot kept
             WHERE kept.company_id = %s AND kept.month = %s
                   AND kept.partner_id NOT IN (SELECT partner_id FROM sme_running)
            """,
            *(company.id, months.running),
        )
    )
    written = env.cr.rowcount
    names = (
        "state",
        *ATTRIBUTES,
        *("order_count", "revenue", "margin", "first_month", "is_final", "is_observed"),
    )
    columns = [SQL.identifier(name) for name in names]
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_customer_snapshot AS kept
                   (partner_id, company_id, month, %(columns)s,
                    opening_count, new_count, returned_count, joined_count,
                    lapsed_count, lost_count, closing_count)
            SELECT partner_id, %(company)s, %(month)s, %(columns)s, 0, 0, 0, 0, 0, 0, 0
              FROM sme_running
             ORDER BY partner_id
            ON CONFLICT (partner_id, company_id, month) DO UPDATE SET %(assign)s
             WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            columns=SQL(", ").join(columns),
            company=company.id,
            month=months.running,
            assign=SQL(", ").join(SQL("%s = excluded.%s", n, n) for n in columns),
            old=SQL(", ").join(SQL("kept.%s", n) for n in columns),
            new=SQL(", ").join(SQL("excluded.%s", n) for n in columns),
        )
    )
    return written + env.cr.rowcount


def _running(company, months):
    """Rows of the running month: who is in stock, moved or did something."""
    return SQL(
        """
        SELECT v.partner_id, v.fade_state AS state, v.tier_id, v.segment_id,
               p.lifecycle_stage_id, p.user_id, p.country_id, p.state_id AS region_id,
               v.revenue_12m, v.service_cost,
               coalesce(m.order_count, 0) AS order_count,
               coalesce(m.revenue, 0) AS revenue, coalesce(m.margin, 0) AS margin,
               date_trunc('month', v.first_order_date)::date AS first_month,
               FALSE AS is_final, TRUE AS is_observed
          FROM sme_customer_value v
          JOIN res_partner p ON p.id = v.partner_id
          LEFT JOIN sme_month m ON m.partner_id = v.partner_id AND m.month = %(month)s
         WHERE v.company_id = %(company)s AND coalesce(v.fade_state, 'none') <> 'none'
               AND (
                   v.fade_state IN %(stock)s OR m.partner_id IS NOT NULL
                   OR v.fade_state IS DISTINCT FROM (
                       SELECT last.state FROM sme_customer_snapshot last
                        WHERE last.partner_id = v.partner_id
                              AND last.company_id = v.company_id
                              AND last.month < %(month)s
                        ORDER BY last.month DESC LIMIT 1
                   )
               )
        """,
        company=company.id,
        month=months.running,
        stock=snapshot_flows.IN_STOCK,
    )


def drop_old(env):
    """Drop the months that a company does not keep, all but each customer's last.

    The last one moves to the first month that is kept: else the next order of
    somebody who left long ago would look like that of a stranger.

    :param env: environment
    """
    for company in active_companies(env(su=True)):
        running = AsOf.of_company(company).today.replace(day=1)
        cutoff = running - relativedelta(years=company.sme_snapshot_years)
        _drop_before(env, company, cutoff)
    env["sme.customer.snapshot"].invalidate_model()


def _drop_before(env, company, cutoff):
    """Drop the months before ``cutoff``; who had left by then leaves a row there."""
    env.cr.execute(
        SQL(
            """
            WITH old AS (
                SELECT id, state IN %(stock)s OR row_number() OVER (
                           PARTITION BY partner_id ORDER BY month DESC
                       ) > 1 OR EXISTS (
                           SELECT FROM sme_customer_snapshot here
                            WHERE here.partner_id = past.partner_id
                                  AND here.company_id = past.company_id
                                  AND here.month = %(cutoff)s
                       ) AS is_gone
                  FROM sme_customer_snapshot past
                 WHERE company_id = %(company)s AND month < %(cutoff)s
            ), gone AS (
                DELETE FROM sme_customer_snapshot kept USING old
                 WHERE kept.id = old.id AND old.is_gone
            )
            UPDATE sme_customer_snapshot kept
               SET month = %(cutoff)s, order_count = 0, revenue = 0, margin = 0
              FROM old
             WHERE kept.id = old.id AND NOT old.is_gone
            """,
            company=company.id,
            cutoff=cutoff,
            stock=snapshot_flows.IN_STOCK,
        )
    )
