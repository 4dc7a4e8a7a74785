"""What customers did with their touches: opened, clicked, answered, ordered."""

from odoo.tools import SQL

from . import care_tables

# Later openings and answers are not looked for any more.
FOLLOW_DAYS = 60


def update(env, company, as_of):
    """Bring the results of the touches of the last weeks up to date.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :return: number of touches that changed
    :rtype: int
    """
    since = as_of.window_start(FOLLOW_DAYS)
    changed = _from_traces(env.cr, company, since)
    changed += _from_orders(env.cr, company, as_of, since)
    return changed


def _from_traces(cr, company, since):
    """Take over what Email Marketing knows; what was not delivered was not done."""
    cr.execute(
        SQL(
            """
            UPDATE sme_care_touch touch
               SET opened_on = trace.opened, clicked_on = trace.clicked,
                   replied_on = trace.replied,
                   state = CASE WHEN trace.failed THEN 'skipped' ELSE 'done' END,
                   skip_reason = CASE WHEN trace.failed THEN 'failed' END,
                   note = CASE WHEN trace.failed THEN trace.reason END
              FROM (
                   SELECT id, coalesce(open_datetime, links_click_datetime,
                                       reply_datetime) AS opened,
                          links_click_datetime AS clicked, reply_datetime AS replied,
                          trace_status IN ('error', 'bounce', 'cancel') AS failed,
                          left(coalesce(failure_reason, failure_type), 200) AS reason
                     FROM mailing_trace
              ) trace
             WHERE touch.company_id = %s AND touch.date >= %s
                   AND touch.trace_id = trace.id
                   AND (touch.opened_on IS DISTINCT FROM trace.opened
                        OR touch.clicked_on IS DISTINCT FROM trace.clicked
                        OR touch.replied_on IS DISTINCT FROM trace.replied
                        OR (touch.state = 'skipped') IS DISTINCT FROM trace.failed)
            """,
            company.id,
            since,
        )
    )
    return cr.rowcount


def _from_orders(cr, company, as_of, since):
    """Note the orders within the plan's days after each touch."""
    care_tables.fill(
        cr,
        "sme_care_sale",
        "partner_id int, date_order timestamp, amount numeric",
        SQL(
            """
            SELECT o.commercial_partner_id AS partner_id, o.date_order,
                   o.revenue::numeric AS amount
              FROM sme_order o
             WHERE o.company_id = %(company)s AND o.counted AND o.kind = 'order'
                   AND o.date_order >= %(since)s
                   AND o.commercial_partner_id IS NOT NULL
             UNION ALL
            SELECT c.commercial_partner_id, s.date_order,
                   s.amount_untaxed / coalesce(nullif(s.currency_rate, 0), 1)
              FROM sale_order s JOIN res_partner c ON c.id = s.partner_id
             WHERE s.company_id = %(company)s AND s.state = 'sale'
                   AND s.date_order >= %(since)s
            """,
            company=company.id,
            since=since,
        ),
    )
    cr.execute(
        SQL(
            """
            UPDATE sme_care_touch touch
               SET ordered_on = sold.first_on, order_amount = sold.amount
              FROM (
                   SELECT touch.id, min(sale.date_order) AS first_on,
                          sum(sale.amount) AS amount
                     FROM sme_care_touch touch
                     JOIN sme_care_plan plan ON plan.id = touch.plan_id
                     JOIN sme_care_sale sale ON sale.partner_id = touch.partner_id
                          AND sale.date_order > touch.date
                          AND sale.date_order <= least(
                              touch.date + make_interval(days => plan.order_days),
                              %(now)s
                          )
                    WHERE touch.company_id = %(company)s AND touch.state = 'done'
                          AND touch.date >= %(since)s
                    GROUP BY touch.id
              ) sold
             WHERE sold.id = touch.id
                   AND (touch.ordered_on IS DISTINCT FROM sold.first_on
                        OR touch.order_amount IS DISTINCT FROM sold.amount)
            """,
            company=company.id,
            since=since,
            now=as_of.now,
        )
    )
    return cr.rowcount
