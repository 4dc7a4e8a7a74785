"""The job of the care plans: plan in sets, act in batches, each in its transaction.

Kill it anywhere: what was committed stays, what was not is found again. A step of an
enrollment is one row of ``sme.care.touch`` by a unique key, and the row turns to *done*
in the transaction that holds the message: nobody gets a step twice or misses it.
"""

import logging

from odoo.tools import SQL

from . import care_audience, care_entries, care_limits, care_results, care_steps
from .as_of import AsOf
from .refresh import planner
from .touched import persist

_logger = logging.getLogger(__name__)

BATCH = 500


def run_all(env):
    """Run the plans of all companies; the cron calls it.

    Each company is planned in one transaction, then acted for batch by batch.
    """
    cron = env["ir.cron"]
    companies = companies_with_plans(env)
    cron._commit_progress(remaining=len(companies))
    for company in companies:
        if not _is_alone(env, company):
            env.cr.rollback()
            continue
        as_of = AsOf.of_company(company)
        persist(env, lambda c=company, a=as_of: plan_company(env, c, a))
        cron._commit_progress(1)
        while True:
            done = persist(env, lambda c=company, a=as_of: act(env, c, a))
            left_s = cron._commit_progress(done, remaining=waiting(env, company, as_of))
            if not done or not left_s:
                break


def companies_with_plans(env):
    """Companies that have something to plan, to send or to end.

    :rtype: res.company
    """
    env.cr.execute(
        SQL(
            """
            SELECT company_id FROM sme_care_plan WHERE state = 'running'
             UNION
            SELECT company_id FROM sme_care_enrollment WHERE state = 'active'
             ORDER BY 1
            """
        )
    )
    ids = [row[0] for row in env.cr.fetchall()]
    return env["res.company"].browse(ids).filtered("active")


def plan_company(env, company, as_of=None):
    """Plan one company: results, who leaves, who enters, whose step is due, limits.

    :param company: record of ``res.company``
    :param AsOf as_of: now; None for the present moment
    :return: number of touches planned or skipped
    :rtype: int
    """
    env.flush_all()
    env = env(su=True)  # the engine works for all, whoever asks
    as_of = as_of or AsOf.of_company(company)
    planned = 0
    with planner(env.cr):
        care_results.update(env, company, as_of)
        care_entries.fill_last_orders(env, company, as_of)
        care_entries.leave(env, company, as_of)
        care_audience.fill_customers(env, company)
        for plan in running_plans(env, company):
            try:
                # One plan that cannot be evaluated must not stop the others.
                with env.cr.savepoint():
                    planned += care_entries.enter(env, plan, as_of)
                    planned += care_steps.advance(env, plan, as_of)
            except (ValueError, TypeError, KeyError) as error:
                _logger.warning("Care plan %s: %s", plan.id, error)
        care_limits.settle(env, company, as_of)
    for model in ("sme.care.enrollment", "sme.care.touch", "sme.care.plan"):
        env[model].invalidate_model()
    return planned


def running_plans(env, company):
    """Plans of a company that run, in their order.

    :rtype: sme.care.plan
    """
    return env["sme.care.plan"].search(
        [("company_id", "=", company.id), ("state", "=", "running")]
    )


def act(env, company, as_of, limit=BATCH):
    """Do the next batch of touches that are due and passed all limits.

    :param company: record of ``res.company``
    :param AsOf as_of: the moment of ``plan_company``
    :param int limit: size of the batch
    :return: number of touches done or given up
    :rtype: int
    """
    env = env(su=True)
    env.cr.execute(
        SQL(
            "SELECT touch.id %s ORDER BY touch.step_id, touch.id LIMIT %s "
            "FOR UPDATE OF touch SKIP LOCKED",
            _ready(company, as_of),
            limit,
        )
    )
    touches = env["sme.care.touch"].browse([row[0] for row in env.cr.fetchall()])
    if touches:
        touches.with_company(company)._act()
    return len(touches)


def waiting(env, company, as_of):
    """How many touches are ready to be done.

    :rtype: int
    """
    env.cr.execute(SQL("SELECT count(*) %s", _ready(company, as_of)))
    return env.cr.fetchone()[0]


def _ready(company, as_of):
    return SQL(
        """
        FROM sme_care_touch touch
        JOIN sme_care_plan plan ON plan.id = touch.plan_id
       WHERE touch.company_id = %s AND touch.state = 'planned' AND touch.date <= %s
             AND plan.state = 'running' AND plan.active
        """,
        company.id,
        as_of.now,
    )


def _is_alone(env, company):
    """Keep a second run of the job away from a company until the commit.

    Between commits the rows of a batch are locked instead.
    """
    env.cr.execute(
        SQL("SELECT pg_try_advisory_xact_lock(hashtext('sme_care'), %s)", company.id)
    )
    return env.cr.fetchone()[0]
