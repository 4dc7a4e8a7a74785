"""What each care plan earned: treated customers beside those held out.

Everybody counts who entered a plan, from the moment he entered for the first time and
for as many days in both groups, whether a step reached him or not (intention to treat).
His group is that of his first entry. The slow, plain form stands in the tests.
"""

import importlib
import logging

from odoo.tools import SQL

from .order_facts import booked_rows, make_table

_logger = logging.getLogger(__name__)
MEASURES = ("order", "revenue", "margin")


def outcomes(env, plan, days, as_of):
    """What the customers of a plan brought, by group.

    :param plan: one record of ``sme.care.plan``
    :param int days: how long after the first entry orders and refunds count
    :param AsOf as_of: now; nothing later counts
    :return: by whether held out: number of customers, and a list with one tuple of
        orders, revenue and margin for each customer who brought any
    :rtype: dict[bool, tuple[int, list[tuple]]]
    """
    env.flush_all()
    _fill_entries(env.cr, plan)
    env.cr.execute(SQL("SELECT holdout, count(*) FROM sme_care_entry GROUP BY holdout"))
    sizes = dict(env.cr.fetchall())
    env.cr.execute(
        SQL(
            """
            SELECT entry.holdout,
                   count(*) FILTER (WHERE NOT b.is_refund AND b.revenue > 0)::float,
                   sum(b.revenue)::float, coalesce(sum(b.margin), 0)::float
              FROM (%(booked)s) b JOIN sme_care_entry entry ON entry.id = b.partner_id
             WHERE b.date_order >= entry.date AND b.date_order <= %(now)s
                   AND b.date_order < entry.date + make_interval(days => %(days)s)
             GROUP BY entry.id, entry.holdout
             ORDER BY entry.id
            """,
            booked=booked_rows(env, plan.company_id, True, "sme_care_entry"),
            now=as_of.now,
            days=days,
        )
    )
    rows = {True: [], False: []}
    for holdout, *brought in env.cr.fetchall():
        rows[holdout].append(tuple(brought))
    return {held: (sizes.get(held, 0), rows[held]) for held in (False, True)}


def costs(env, plan, days):
    """What the touches of those days cost, and how many they were.

    To be asked after ``outcomes``.

    :rtype: tuple[int, float]
    """
    env.cr.execute(
        SQL(
            """
            SELECT count(*), coalesce(sum(touch.cost), 0)::float
              FROM sme_care_touch touch
              JOIN sme_care_entry entry ON entry.id = touch.partner_id
             WHERE touch.plan_id = %s AND touch.state = 'done' AND NOT entry.holdout
                   AND touch.date < entry.date + make_interval(days => %s)
            """,
            plan.id,
            days,
        )
    )
    return env.cr.fetchone()


def _fill_entries(cr, plan):
    """Make the table ``sme_care_entry``: customers with group and first entry."""
    make_table(
        cr,
        "sme_care_entry",
        SQL(
            """
            SELECT DISTINCT ON (p.commercial_partner_id)
                   p.commercial_partner_id AS id, e.holdout IS TRUE AS holdout, e.date
              FROM sme_care_enrollment e JOIN res_partner p ON p.id = e.partner_id
             WHERE e.plan_id = %s
             ORDER BY p.commercial_partner_id, e.date, e.id
            """,
            plan.id,
        ),
    )
    cr.execute(SQL("ANALYZE sme_care_entry"))


def library():
    """Load what compares the groups; it needs numpy, which Odoo does not bring.

    :return: module ``tools.uplift``; None without numpy
    """
    try:
        importlib.import_module("numpy")
        return importlib.import_module("..tools.uplift", __package__)
    except ImportError as error:
        _logger.info("Care is not measured: %s", error)
        return None


def uplifts(found, seed):
    """Compare the groups of ``outcomes`` in each measure.

    :param int seed: of the lots that are drawn anew
    :return: one ``tools.uplift.Uplift`` a measure
    """
    numpy, tool = importlib.import_module("numpy"), library()
    treated, held_out = (
        tool.Group(size, numpy.array(rows, dtype=float).reshape(-1, len(MEASURES)))
        for size, rows in (found[False], found[True])
    )
    return tool.compare(treated, held_out, seed=seed)
