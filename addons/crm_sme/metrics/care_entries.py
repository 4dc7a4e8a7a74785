"""Who enters a care plan and who leaves it, in sets."""

from odoo.tools import SQL

from . import care_audience, care_steps, care_tables, care_triggers

# Orders older than this have been seen by earlier runs.
ORDER_WINDOW_DAYS = 90


def candidates(env, plan, as_of, ahead_days=0):
    """Who would enter a plan now: customer, occasion, and whether he is held out.

    ``care_audience.fill_customers`` has run.

    :param plan: one record of ``sme.care.plan``
    :param AsOf as_of: today
    :param int ahead_days: also who would in so many days from today
    :return: query with ``partner_id``, ``occurrence``, ``holdout``; None for nobody
    :rtype: SQL | None
    """
    occasions = care_triggers.occasions(env, plan, as_of, ahead_days)
    if occasions is None:
        return None
    return SQL(
        """
        SELECT e.partner_id, e.occurrence, %(holdout)s AS holdout
          FROM (%(occasions)s) e
          JOIN sme_care_customer c ON c.partner_id = e.partner_id
         WHERE %(audience)s
               AND NOT EXISTS (
                   SELECT FROM sme_care_enrollment was
                    WHERE was.plan_id = %(plan)s AND was.partner_id = e.partner_id
                          AND (was.state = 'active' OR was.occurrence = e.occurrence)
               )
        """,
        holdout=_is_held_out(plan),
        occasions=occasions,
        audience=care_audience.audience(env, plan, as_of),
        plan=plan.id,
    )


def _is_held_out(plan):
    """Draw lots: a customer draws once in a plan, whatever the occasion.

    Were he held out this time and cared for the next, the two groups would become one.
    Seven hexadecimal digits of a hash are a number below 2^28.
    """
    return SQL(
        """
        (('x' || substr(md5(%s || e.partner_id), 1, 7))::bit(28)::int < %s)
        """,
        f"{plan.holdout_seed}-",
        round(plan.holdout_percent / 100 * 2**28),
    )


def enter(env, plan, as_of):
    """Let customers enter a running plan.

    A first step that is due at once and for everybody is planned with the entry: one
    row written for each customer less than by entering now and moving on later.
    ``care_audience.fill_customers`` has run.

    :param plan: one record of ``sme.care.plan``
    :param AsOf as_of: today
    :return: how many touches were planned
    :rtype: int
    """
    steps = plan._ordered_steps()
    found = candidates(env, plan, as_of)
    if found is None or not steps:
        return 0
    first = steps[0]
    at_once = not first.wait_days and first.condition == "always"
    values = care_steps.place(steps[1:2] if at_once else first, SQL("e.date"), as_of)
    env.cr.execute(
        SQL(
            """
            WITH entered AS (
                INSERT INTO sme_care_enrollment
                       (plan_id, company_id, partner_id, occurrence, date, holdout,
                        %(columns)s)
                SELECT %(plan)s, %(company)s, e.partner_id, e.occurrence, e.date,
                       e.holdout, %(values)s
                  FROM (SELECT found.*, %(now)s::timestamp AS date
                          FROM (%(found)s) found) e
                 ORDER BY e.partner_id
                ON CONFLICT DO NOTHING
                RETURNING id, company_id, partner_id, holdout
            ), planned AS (
                INSERT INTO sme_care_touch
                       (enrollment_id, step_id, plan_id, company_id, partner_id,
                        channel, date, planned_on, state, cost)
                SELECT e.id, %(step)s, %(plan)s, e.company_id, e.partner_id,
                       %(channel)s, %(now)s, %(now)s, 'planned', 0
                  FROM entered e
                 WHERE %(at_once)s AND NOT e.holdout
                RETURNING id
            )
            SELECT count(*) FROM planned
            """,
            columns=SQL(", ").join(SQL.identifier(name) for name in values),
            values=SQL(", ").join(values.values()),
            plan=plan.id,
            company=plan.company_id.id,
            now=as_of.now,
            found=found,
            step=first.id,
            channel=first.channel,
            at_once=at_once,
        )
    )
    return env.cr.fetchone()[0]


def fill_last_orders(env, company, as_of):
    """Make the table ``sme_care_order``: when each customer ordered last.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    """
    care_tables.fill(
        env.cr,
        "sme_care_order",
        "partner_id int, last_on timestamp",
        SQL(
            """
            SELECT partner_id, max(date_order) AS last_on
              FROM (
                   SELECT o.commercial_partner_id AS partner_id, o.date_order
                     FROM sme_order o
                    WHERE o.company_id = %(company)s AND o.counted
                          AND o.kind = 'order' AND o.date_order >= %(since)s
                          AND o.commercial_partner_id IS NOT NULL
                    UNION ALL
                   SELECT c.commercial_partner_id, s.date_order
                     FROM sale_order s JOIN res_partner c ON c.id = s.partner_id
                    WHERE s.company_id = %(company)s AND s.state = 'sale'
                          AND s.date_order >= %(since)s
              ) ordered
             WHERE date_order <= %(now)s
             GROUP BY partner_id
            """,
            company=company.id,
            since=as_of.window_start(ORDER_WINDOW_DAYS),
            now=as_of.now,
        ),
    )


def leave(env, company, as_of):
    """Take those out of their plans who bought, are gone, or whose plan ended.

    What was planned for them is skipped; ``fill_last_orders`` has run.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :return: how many left
    :rtype: int
    """
    env.cr.execute(
        SQL(
            """
            WITH over AS (
                SELECT e.id, CASE
                           WHEN plan.state = 'done' OR NOT plan.active THEN 'stopped'
                           WHEN NOT p.active THEN 'gone'
                           WHEN plan.exit_on_order AND bought.last_on > e.date
                               THEN 'ordered'
                       END AS reason
                  FROM sme_care_enrollment e
                  JOIN sme_care_plan plan ON plan.id = e.plan_id
                  JOIN res_partner p ON p.id = e.partner_id
                  LEFT JOIN sme_care_order bought ON bought.partner_id = e.partner_id
                 WHERE e.company_id = %(company)s AND e.state = 'active'
            )
            UPDATE sme_care_enrollment e
               SET state = 'left', reason = over.reason, ended_on = %(now)s,
                   next_step_id = NULL, next_date = NULL
              FROM over
             WHERE over.id = e.id AND over.reason IS NOT NULL
            """,
            company=company.id,
            now=as_of.now,
        )
    )
    left = env.cr.rowcount
    env.cr.execute(
        SQL(
            """
            UPDATE sme_care_touch touch
               SET state = 'skipped', skip_reason = 'left', date = %(now)s
              FROM sme_care_enrollment e
              JOIN sme_care_plan plan ON plan.id = e.plan_id
              LEFT JOIN sme_care_order bought ON bought.partner_id = e.partner_id
             WHERE touch.company_id = %(company)s AND touch.state = 'planned'
                   AND e.id = touch.enrollment_id
                   AND (e.state = 'left' OR plan.state = 'done'
                        OR (plan.exit_on_order AND bought.last_on > e.date))
            """,
            company=company.id,
            now=as_of.now,
        )
    )
    return left


def forget_steps(env, step_ids):
    """Take steps that are about to be deleted out of the plan's customers.

    Their links have no foreign key that would do it.

    :param list step_ids: ids of ``sme.care.step``
    """
    env.flush_all()
    env.cr.execute(
        SQL("DELETE FROM sme_care_touch WHERE step_id = ANY(%s)", list(step_ids))
    )
    env.cr.execute(
        SQL(
            """
            UPDATE sme_care_enrollment SET next_step_id = NULL
             WHERE next_step_id = ANY(%s)
            """,
            list(step_ids),
        )
    )
    env["sme.care.touch"].invalidate_model()
    env["sme.care.enrollment"].invalidate_model()


def forget_plans(env, plan_ids):
    """Delete the customers of plans that are about to be deleted, and their touches.

    :param list plan_ids: ids of ``sme.care.plan``
    """
    env.flush_all()
    env.cr.execute(
        SQL("DELETE FROM sme_care_enrollment WHERE plan_id = ANY(%s)", list(plan_ids))
    )
    env["sme.care.touch"].invalidate_model()
    env["sme.care.enrollment"].invalidate_model()
