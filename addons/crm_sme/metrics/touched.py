"""The queue of customers whose figures are out of date, and the two jobs."""

import time
from datetime import timedelta

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, mute_logger

from . import refresh, snapshots

BATCH = 5000
# With more than a fifth of the customers touched, all at once is faster, and the
# limits are found anew: so the first import does not keep those of its first batch.
FULL_FROM = 0.2
TRIES = 4
# The queue's batches take seconds; the nightly job waits for one to end.
WAIT_S, WAITS = 2, 150


def touch(env, partners, companies=None):
    """Queue customers of some companies; doubles are harmless.

    :param partners: records of ``res.partner``
    :param companies: records of ``res.company``; None for each where the partners have
        figures already, else the present one
    """
    if not partners:
        return
    partners = partners | partners.commercial_partner_id
    queue = env["sme.touch"].sudo()  # whoever changes a partner may queue him
    if companies is None:
        rows = (
            env["sme.customer.value"]
            .sudo()
            .search_fetch([("partner_id", "in", partners.ids)], ["company_id"])
        )
        companies = rows.company_id or env.company
    queue.create(
        [
            {"partner_id": partner.id, "company_id": company.id}
            for company in companies
            for partner in partners
        ]
    )
    _queue_job(env)._trigger()


def run_all(env):
    """Refresh every company in a transaction of its own.

    A restart goes on with the first company; what is done already writes nothing.
    """
    companies = refresh.active_companies(env)
    cron = env["ir.cron"]
    cron._commit_progress(remaining=len(companies))
    for company in companies:
        _wait_until_alone(env)
        persist(env, lambda company=company: refresh.refresh(env, company=company))
        _wait_until_alone(env)
        persist(env, lambda company=company: snapshots.update(env, company))
        cron._commit_progress(1)


def run_touched(env):
    """Drain the queue by company, batch by batch, each in its own transaction.

    While the nightly job runs the queue waits: its next run is in a minute.
    """
    cron = env["ir.cron"]
    waiting = env["sme.touch"].search_count([])
    left_s = cron._commit_progress(remaining=waiting)
    while waiting and left_s:
        if not is_alone(env):
            _queue_job(env)._trigger(fields.Datetime.now() + timedelta(minutes=1))
            cron._commit_progress(remaining=0)  # nothing that could be done now
            return
        done = persist(env, lambda: _run_batch(env))
        waiting = env["sme.touch"].search_count([])
        left_s = cron._commit_progress(done, remaining=waiting)


def persist(env, step):
    """Run a step again when a push changed the same customers meanwhile.

    :param step: function without arguments; its transaction is rolled back before it
        runs again
    :return: what the step gives
    :raises psycopg2.Error: the last try failed, too
    """
    for _ in range(TRIES - 1):
        try:
            with mute_logger("odoo.sql_db"):  # a conflict is no error here
                return step()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            env.cr.rollback()
            env.invalidate_all()
    return step()


def is_alone(env):
    """Take the lock of the two jobs until the end of the transaction, if it is free.

    Asked for first of all in a transaction, so that what the other one wrote is seen.
    """
    env.cr.execute(
        SQL("SELECT pg_try_advisory_xact_lock(hashtext('sme_customer_value'))")
    )
    return env.cr.fetchone()[0]


def _wait_until_alone(env):
    for _ in range(WAITS):
        if is_alone(env):
            return
        env.cr.rollback()
        time.sleep(WAIT_S)


def _queue_job(env):
    # As root: whoever changes a customer wakes the job.
    return env.ref("crm_sme.ir_cron_refresh_touched").sudo()


def _run_batch(env):
    """Refresh the customers of the oldest rows and delete what was taken.

    Rows that come meanwhile have higher ids and stay for the next batch.

    :return: number of rows deleted
    :rtype: int
    """
    env.cr.execute(
        SQL(
            """
            SELECT id, partner_id, company_id FROM sme_touch
             WHERE company_id = (SELECT company_id FROM sme_touch ORDER BY id LIMIT 1)
             ORDER BY id LIMIT %s
            """,
            BATCH,
        )
    )
    taken = env.cr.fetchall()
    if not taken:
        return 0
    company = env["res.company"].browse(taken[0][2])
    if _is_much(env, company):
        refresh.refresh(env, company=company)
        snapshots.update(env, company)
        env.cr.execute(SQL("DELETE FROM sme_touch WHERE company_id = %s", company.id))
        return env.cr.rowcount
    refresh.refresh(env, list({row[1] for row in taken}), company)
    env.cr.execute(
        SQL("DELETE FROM sme_touch WHERE id = ANY(%s)", [row[0] for row in taken])
    )
    return env.cr.rowcount


def _is_much(env, company):
    env.cr.execute(
        SQL(
            """
            SELECT (SELECT count(DISTINCT partner_id) FROM sme_touch
                     WHERE company_id = %(company)s),
                   (SELECT count(*) FROM sme_customer_value
                     WHERE company_id = %(company)s)
            """,
            company=company.id,
        )
    )
    touched, known = env.cr.fetchone()
    return touched > FULL_FROM * known
