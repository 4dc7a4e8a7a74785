"""Whose next step is due: a touch is planned and the customer moves on, in sets."""

from odoo.tools import SQL

# What the customer did decides whether a step is for him; ``e`` is the enrollment.
CONDITIONS = {
    "no_order": SQL(
        """
        NOT EXISTS (
            SELECT FROM sme_care_order bought
             WHERE bought.partner_id = e.partner_id AND bought.last_on > e.date
        )
        """
    ),
    "not_opened": SQL("NOT coalesce(before.opened, FALSE)"),
    "not_clicked": SQL("NOT coalesce(before.clicked, FALSE)"),
    "not_answered": SQL(
        """
        NOT EXISTS (
            SELECT FROM res_partner who
              JOIN sme_interaction told ON told.partner_id = who.id
             WHERE who.commercial_partner_id = e.partner_id
                   AND told.direction = 'in' AND told.date > e.date
                   AND told.kind IN ('call', 'mail', 'meeting', 'message', 'visit',
                                     'survey', 'review', 'complaint')
        ) AND NOT EXISTS (
            SELECT FROM sme_care_touch earlier
             WHERE earlier.enrollment_id = e.id AND earlier.replied_on IS NOT NULL
        )
        """
    ),
}


def advance(env, plan, as_of):
    """Plan the touches of all steps that are due in one plan.

    :param plan: one record of ``sme.care.plan`` that runs
    :param AsOf as_of: now
    :return: number of touches planned or skipped
    :rtype: int
    """
    steps = plan._ordered_steps()
    _close_stepless(env.cr, plan, as_of)
    # From the last to the first: then nobody goes two steps in one pass but by a
    # wait of no days, which the next pass finds.
    planned = 0
    for _pass in steps:
        moved = 0
        for at in reversed(range(len(steps))):
            planned_now, moved_now = _advance_step(env, plan, steps, at, as_of)
            planned += planned_now
            moved += moved_now
        if not moved:
            break
    return planned


def _advance_step(env, plan, steps, at, as_of):
    """Plan one step for whom it is due, and move these on to the one after it."""
    step, after = steps[at], steps[at + 1 : at + 2]
    env.cr.execute(
        SQL(
            """
            WITH due AS (
                SELECT e.id, e.partner_id, e.company_id, e.date, e.holdout
                  FROM sme_care_enrollment e
                 WHERE e.plan_id = %(plan)s AND e.state = 'active'
                       AND e.next_step_id = %(step)s AND e.next_date <= %(now)s
            ), planned AS (
                INSERT INTO sme_care_touch
                       (enrollment_id, step_id, plan_id, company_id, partner_id,
                        channel, date, planned_on, state, skip_reason, cost)
                SELECT e.id, %(step)s, %(plan)s, e.company_id, e.partner_id,
                       %(channel)s, %(now)s, %(now)s,
                       CASE WHEN %(condition)s THEN 'planned' ELSE 'skipped' END,
                       CASE WHEN %(condition)s THEN NULL ELSE 'condition' END, 0
                  FROM due e %(before)s
                 WHERE NOT e.holdout
                 ORDER BY e.id
                ON CONFLICT DO NOTHING
                RETURNING id
            ), moved AS (
                UPDATE sme_care_enrollment e
                   SET %(next)s
                  FROM due
                 WHERE due.id = e.id
                RETURNING e.id
            )
            SELECT (SELECT count(*) FROM planned), (SELECT count(*) FROM moved)
            """,
            plan=plan.id,
            step=step.id,
            now=as_of.now,
            channel=step.channel,
            condition=CONDITIONS.get(step.condition, SQL("TRUE")),
            before=_before(steps[:at]) if step.condition in CONDITIONS else SQL(""),
            next=_next_values(after, as_of),
        )
    )
    return env.cr.fetchone()


def _before(earlier):
    """What the customer did with the step before, as ``before``."""
    if not earlier:
        return SQL(
            "LEFT JOIN (SELECT FALSE AS opened, FALSE AS clicked) before ON TRUE"
        )
    return SQL(
        """
        LEFT JOIN LATERAL (
            SELECT touch.opened_on IS NOT NULL AS opened,
                   touch.clicked_on IS NOT NULL AS clicked
              FROM sme_care_touch touch
             WHERE touch.enrollment_id = e.id AND touch.step_id = %s
        ) before ON TRUE
        """,
        earlier[-1].id,
    )


def _next_values(after, as_of):
    """Assignments that move an enrollment to the step ``after``, or to its end."""
    values = place(after, SQL("e.date"), as_of)
    return SQL(", ").join(
        SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
    )


def place(step, entered, as_of):
    """Where in its plan an enrollment stands whose turn has come now.

    :param sme.care.step step: the step that comes next; empty after the last one
    :param SQL entered: moment of the entry, naive UTC
    :param AsOf as_of: now
    :return: values of the columns that say it
    :rtype: dict[str, SQL]
    """
    if not step:
        return {
            "state": SQL("'done'"),
            "ended_on": SQL("%s::timestamp", as_of.now),
            "next_step_id": SQL("NULL::int"),
            "next_date": SQL("NULL::timestamp"),
        }
    start = entered if step.wait_from == "entry" else SQL("%s", as_of.now)
    return {
        "state": SQL("'active'"),
        "ended_on": SQL("NULL::timestamp"),
        "next_step_id": SQL("%s", step.id),
        "next_date": SQL(
            "%s::timestamp + make_interval(days => %s)", start, step.wait_days
        ),
    }


def _close_stepless(cr, plan, as_of):
    """End the stay of those whose next step was taken out of the plan."""
    cr.execute(
        SQL(
            """
            UPDATE sme_care_enrollment
               SET state = 'done', ended_on = %s, next_date = NULL
             WHERE plan_id = %s AND state = 'active' AND next_step_id IS NULL
            """,
            as_of.now,
            plan.id,
        )
    )
