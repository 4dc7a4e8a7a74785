"""The dry run: who would get a plan's first step, when, why not. Nothing is kept."""

from odoo.tools import SQL

from . import care_audience, care_entries, care_limits, care_tables, care_triggers
from .as_of import AsOf

# Outcomes in the order in which they are shown.
OUTCOMES = ("now", "later", "skipped", "holdout")


def preview(env, plan, ahead_days=0, most=200):
    """Judge everybody who would enter a plan, as the run would.

    :param plan: one record of ``sme.care.plan`` with at least one step
    :param int ahead_days: also who enters within so many days
    :param int most: customers to give, of each outcome an even part
    :return: counts by outcome and reason, number with an occasion, and rows
    :rtype: dict
    """
    env.flush_all()
    env = env(su=True)  # the plan is for customers of all colleagues
    as_of = AsOf.of_company(plan.company_id)
    care_audience.fill_customers(env, plan.company_id)
    _fill_candidates(env, plan, as_of, ahead_days)
    care_limits.make_due(env.cr)
    step = plan._ordered_steps()[:1]
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_care_due (key, partner_id, step_id, plan_id, channel)
            SELECT row_number() OVER (ORDER BY partner_id), partner_id, %s, %s, %s
              FROM sme_care_candidate WHERE NOT holdout
            """,
            step.id,
            plan.id,
            step.channel,
        )
    )
    care_limits.judge(env, plan.company_id, as_of)
    _fill_verdicts(env)
    return {
        "counts": _counts(env),
        "rows": _rows(env, most),
        "occasions": _count_occasions(env, plan, as_of, ahead_days),
    }


def _fill_candidates(env, plan, as_of, ahead_days):
    found = care_entries.candidates(env, plan, as_of, ahead_days)
    nobody = SQL("SELECT NULL::int, NULL::varchar, NULL::boolean WHERE FALSE")
    care_tables.fill(
        env.cr,
        "sme_care_candidate",
        "partner_id int, occurrence varchar, holdout boolean",
        found or nobody,
    )


def _fill_verdicts(env):
    care_tables.fill(
        env.cr,
        "sme_care_verdict",
        "partner_id int, occurrence varchar, reason varchar, quiet_until timestamp, "
        "outcome varchar",
        SQL(
            """
            SELECT who.partner_id, who.occurrence, due.reason, due.quiet_until,
                   CASE WHEN who.holdout THEN 'holdout'
                        WHEN due.reason IS NOT NULL THEN 'skipped'
                        WHEN due.quiet_until IS NOT NULL THEN 'later'
                        ELSE 'now' END AS outcome
              FROM sme_care_candidate who
              LEFT JOIN sme_care_due due ON due.partner_id = who.partner_id
            """
        ),
    )


def _counts(env):
    return env.execute_query_dict(
        SQL(
            """
            SELECT outcome, reason, count(*) AS customers FROM sme_care_verdict
             GROUP BY outcome, reason ORDER BY count(*) DESC, outcome, reason
            """
        )
    )


def _rows(env, most):
    return env.execute_query_dict(
        SQL(
            """
            SELECT partner_id, occurrence, reason, quiet_until, outcome
              FROM (
                   SELECT *, row_number() OVER (
                       PARTITION BY outcome ORDER BY partner_id
                   ) AS place FROM sme_care_verdict
              ) placed
             WHERE place <= %s
             ORDER BY array_position(%s::varchar[], outcome::varchar), partner_id
             LIMIT %s
            """,
            most // 2,
            list(OUTCOMES),
            most,
        )
    )


def _count_occasions(env, plan, as_of, ahead_days):
    """How many have the occasion, be they in the audience or not."""
    found = care_triggers.occasions(env, plan, as_of, ahead_days)
    if found is None:
        return 0
    return env.execute_query(
        SQL(
            """
            SELECT count(DISTINCT e.partner_id) FROM (%s) e
              JOIN sme_care_customer c ON c.partner_id = e.partner_id
            """,
            found,
        )
    )[0][0]
