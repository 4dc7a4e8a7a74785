"""Refresh of ``sme.customer.value``: facts, limits, rows, lifecycle; each set-based."""

from contextlib import contextmanager

from odoo.tools import SQL

from . import (
    customer_rows,
    forecast,
    kept_state,
    kept_sums,
    lifecycle,
    limits,
    marks,
    moved_rows,
    order_facts,
    preferences,
    sales_rollup,
    satisfaction,
    segments,
    suggestions,
    tiers,
    worth,
)
from .as_of import AsOf

# Costs of a machine whose indexes fit in memory; else the figures' index is not used.
PLANNER = {"random_page_cost": "1.1", "work_mem": "64MB", "jit": "off"}
# What builds on the sums, in this order; each has ``update(env, company, as_of,
# limited)``, reads ``sme_fact`` and, if limited, ``sme_wanted``, and gives the number
# of rows that it wrote.
STEPS = (
    forecast,
    worth,
    tiers,
    preferences,
    satisfaction,
    segments,
    sales_rollup,
    suggestions,
)


def refresh(env, partner_ids=None, company=None):
    """Bring the figures of some or all customers up to date.

    :param env: environment
    :param list partner_ids: commercial partners or contacts; None for all
    :param company: record of ``res.company``; None for all companies
    :return: number of rows written, added or removed
    :rtype: int
    """
    env.flush_all()
    # The figures of a company are one whole, whoever asks; the fields are guarded.
    env = env(su=True)
    companies = company.sudo() if company else active_companies(env)
    limited = partner_ids is not None
    changed = 0
    marks.be_silent(env.cr, False)
    with planner(env.cr):
        for each in companies:
            as_of = AsOf.of_company(each)
            stored = limits.read_limits(env, each)
            if stored is None:
                changed += _refresh_first(env, each, as_of)
                limited = False
            elif not stored.frequency:
                # Too few customers for limits: look at all of them.
                changed += _refresh_all(env, each, as_of, STEPS)
                limited = False
            elif partner_ids is not None:
                # Each time: a refresh of all has its own wanted ones.
                _fill_wanted(env.cr, partner_ids)
                changed += _refresh_some(env, each, as_of, stored)
            else:
                changed += _refresh_all(env, each, as_of, STEPS)
        marks.be_silent(env.cr, True)  # nothing follows from a stage
        moved = lifecycle.move_partners(env, "sme_wanted" if limited else None)
        marks.be_silent(env.cr, False)
    if changed:
        env["sme.customer.value"].invalidate_model()
    if moved:
        env["res.partner"].invalidate_model(
            ["lifecycle_stage_id", "date_last_stage_update"]
        )
    return changed


def active_companies(env):
    """All companies that are not archived.

    :rtype: recordset
    """
    return env["res.company"].search([("active", "=", True)])


def _refresh_some(env, company, as_of, stored):
    """Refresh the customers in ``sme_wanted`` by the stored limits.

    These are of another day, maybe: the next full refresh looks at the rows again.
    """
    marks.pass_on(env.cr, company, "sme_wanted", marks.ROWS)
    order_facts.fill_facts(env, company, as_of, limited=True)
    changed = customer_rows.drop_strangers(env, company, limited=True)
    customer_rows.forget_strangers(env.cr)
    buyers = SQL("SELECT partner_id FROM sme_fact")
    changed += customer_rows.add_missing(env, company, as_of, True, buyers)
    changed += customer_rows.follow_owners(env, company, limited=True)
    changed += customer_rows.update_rows(env, company, as_of, stored, limited=True)
    for step in STEPS:
        changed += step.update(env, company, as_of, True)
    return changed


def _refresh_first(env, company, as_of):
    """Refresh a company for the first time.

    Who is new goes by the rhythm of his segment, which is known only after a first
    round; the roll-up of the sales, by far the longest step, waits for the second.
    """
    start = STEPS.index(sales_rollup) if sales_rollup in STEPS else len(STEPS)
    changed = _refresh_all(env, company, as_of, STEPS[:start])
    if limits.find_segment_gaps(env, company):
        return changed + _refresh_all(env, company, as_of, STEPS)
    for step in STEPS[start:]:
        changed += step.update(env, company, as_of, False)
    return changed


def _refresh_all(env, company, as_of, steps):
    """Refresh all customers of a company: those who can differ, or everybody.

    :param steps: which of ``STEPS``
    """
    cr = env.cr
    state = kept_state.trusted(cr, company, as_of)
    if kept_sums.renew(env, company, as_of, state):
        # Everything is computed, and nothing of it has to be noted row by row.
        state = None
        marks.drop(cr, company, marks.ROWS)
        marks.mark_everybody(cr, company, marks.SALES, marks.STAGE)
    marks.be_silent(cr, state is None)
    if state:
        changed, found = _refresh_moved(env, company, as_of, state)
    else:
        changed, found = _refresh_rows(env, company, as_of)
    kept_state.follow(cr, company, as_of, state, found)
    if steps:
        order_facts.fill_refunded(cr, company, limited=False)
        kept_sums.fill_facts(env, company)
    for step in steps:
        changed += step.update(env, company, as_of, False)
    marks.be_silent(cr, False)
    return changed


def _refresh_rows(env, company, as_of):
    """Bring the rows and limits of all customers up to date.

    :return: number of rows written, the limits
    :rtype: tuple[int, StoredLimits]
    """
    buyers = SQL("SELECT partner_id FROM (%s) sums", kept_sums.sums_of(company))
    changed = customer_rows.drop_strangers(env, company, limited=False)
    changed += customer_rows.add_missing(env, company, as_of, False, buyers)
    changed += customer_rows.follow_owners(env, company, limited=False)
    kept_sums.follow_rows(env.cr, company)
    found = limits.find_limits(env, company, as_of)
    limits.store_limits(env, company, as_of, found)
    kept_sums.fill_facts(env, company)
    changed += customer_rows.update_rows(env, company, as_of, found, limited=False)
    return changed, found


def _refresh_moved(env, company, as_of, state):
    """Bring the limits up to date, and the rows that can differ by them and by time.

    :param State state: of the last full refresh
    :return: number of rows written, the limits
    :rtype: tuple[int, StoredLimits]
    """
    sums = kept_sums.sums_of(company, "sme_wanted")
    buyers = SQL("SELECT partner_id FROM (%s) sums", sums)
    changed = customer_rows.drop_strangers(env, company, limited=True)
    changed += customer_rows.add_missing(env, company, as_of, True, buyers)
    changed += customer_rows.follow_owners(env, company, limited=True)
    kept_sums.follow_rows(env.cr, company, "sme_wanted")
    found = state.limits
    if moved_rows.fill_marked(env.cr, company) or state.may_differ(as_of):
        found = limits.find_limits(env, company, as_of)
        moved_rows.add_moved(env.cr, company, as_of, found, state)
    limits.store_limits(env, company, as_of, found)
    kept_sums.fill_facts(env, company, "sme_moved")
    changed += customer_rows.update_rows(env, company, as_of, found, limited=False)
    return changed, found


def _fill_wanted(cr, partner_ids):
    """Put the commercial partners of the given ones into ``sme_wanted``."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_wanted"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_wanted ON COMMIT DROP AS
            SELECT id FROM res_partner WHERE id = ANY(%(ids)s)
             UNION
            SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%(ids)s)
            """,
            ids=list(partner_ids),
        )
    )
    cr.execute(SQL("ANALYZE sme_wanted"))


@contextmanager
def planner(cr, settings=None):
    """Set the planner's costs for the block; the transaction may go on after it.

    :param dict settings: values by name of the setting; None for those of a refresh
    """
    settings = PLANNER if settings is None else settings
    kept = {}
    for name, value in settings.items():
        cr.execute(SQL("SELECT current_setting(%s)", name))
        kept[name] = cr.fetchone()[0]
        cr.execute(SQL("SELECT set_config(%s, %s, TRUE)", name, value))
    yield
    for name, value in kept.items():
        cr.execute(SQL("SELECT set_config(%s, %s, TRUE)", name, value))
