"""Refresh of ``sme.customer.value``: facts, limits, rows, lifecycle; each set-based."""

from contextlib import contextmanager

from odoo.tools import SQL

from . import (
    customer_rows,
    forecast,
    kept_sums,
    lifecycle,
    limits,
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
    with planner(env.cr):
        if limited:
            _fill_wanted(env.cr, partner_ids)
        for each in companies:
            as_of = AsOf.of_company(each)
            stored = limits.read_limits(env, each)
            if stored is None or not stored.frequency:
                # No limits yet, or too few customers for any: look at all of them.
                changed += _refresh_company(env, each, as_of, None)
                limited = False
            else:
                some = stored if partner_ids is not None else None
                changed += _refresh_company(env, each, as_of, some)
            if stored is None and limits.find_segment_gaps(env, each):
                # Who is new goes by the rhythm of his segment, which is known only now.
                changed += _refresh_company(env, each, as_of, None)
        moved = lifecycle.move_partners(env, limited)
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


def _refresh_company(env, company, as_of, stored):
    """Refresh one company; ``stored`` limits mean only who is in ``sme_wanted``."""
    limited = stored is not None
    if limited:
        order_facts.fill_facts(env, company, as_of, limited)
    else:
        kept_sums.fill_facts(env, company, as_of)
    changed = customer_rows.drop_strangers(env, company, limited)
    changed += customer_rows.add_missing(env, company, as_of, limited)
    changed += customer_rows.follow_owners(env, company, limited)
    if not limited:
        stored = limits.find_limits(env, company, as_of)
        limits.store_limits(env, company, as_of, stored)
    changed += customer_rows.update_rows(env, company, as_of, stored, limited)
    for step in STEPS:
        changed += step.update(env, company, as_of, limited)
    return changed


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
