"""Which rows of figures can differ from those of the last full refresh.

Besides those whose sums are new: time raises how overdue a customer is, other limits
move him to another class, and other medians change the rhythm of who has none.
"""

from odoo.tools import SQL

from ..tools.rhythm import OWN_RHYTHM_MIN_DAYS
from . import customer_rows, marks


def fill_marked(cr, company):
    """Make the table ``sme_moved`` of those in ``sme_stale`` and those marked.

    :param company: record of ``res.company``
    :return: whether there is anybody
    :rtype: bool
    """
    marks.take(cr, marks.ROWS, "sme_moved", company)
    cr.execute(SQL("INSERT INTO sme_moved SELECT id FROM sme_stale"))
    cr.execute(SQL("SELECT EXISTS (SELECT FROM sme_moved)"))
    return cr.fetchone()[0]


def add_moved(cr, company, as_of, limits, state):
    """Add to ``sme_moved`` whom time, other limits or other medians move.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param StoredLimits limits: of today
    :param State state: of the last full refresh
    """
    parts = []
    is_later = as_of.today > state.today
    if is_later:
        parts.append(_more_overdue(company, as_of))
    if is_later or limits != state.limits:
        parts.append(_other_scores(company, as_of, limits, state))
    if not state.is_paced or _medians(limits) != _medians(state.limits):
        parts.append(_other_rhythm(company, limits))
    if parts:
        cr.execute(SQL("INSERT INTO sme_moved %s", SQL(" UNION ").join(parts)))
    cr.execute(SQL("ANALYZE sme_moved"))


def _medians(limits):
    return limits.median_gap, limits.segment_gaps


def _more_overdue(company, as_of):
    """Customers whose silence, in units of the rhythm, is another tenth today."""
    gap = SQL("round(10 * mean_gap_days)::int")
    return SQL(
        """
        SELECT partner_id FROM sme_customer_value
         WHERE company_id = %s AND order_count > 0
               AND round(10 * overdue_ratio)::int <> %s
        """,
        company.id,
        customer_rows.ratio_tenths(as_of, gap),
    )


def _other_scores(company, as_of, limits, state):
    """Customers in another class than by the limits and the day of the last refresh."""
    old = customer_rows.scores(state.today, state.limits)
    new = customer_rows.scores(as_of.today, limits)
    same = {
        "f_score": limits.frequency == state.limits.frequency,
        "m_score": limits.monetary == state.limits.monetary,
    }
    differ = [name for name in new if not same.get(name)]
    return SQL(
        """
        SELECT partner_id FROM (
               SELECT partner_id, order_count, order_count_rfm, last_order_date,
                      coalesce(revenue_rfm, 0) AS revenue_rfm
                 FROM sme_kept_sums WHERE company_id = %s AND order_count > 0
        ) sums
         WHERE (%s) IS DISTINCT FROM (%s)
        """,
        company.id,
        SQL(", ").join(old[name] for name in differ),
        SQL(", ").join(new[name] for name in differ),
    )


def _other_rhythm(company, limits):
    """Customers without a rhythm of their own whose usual one is another one now."""
    usual, segments = customer_rows.usual_rhythm(
        company, limits, SQL("kept.partner_id")
    )
    return SQL(
        """
        SELECT partner_id FROM (
               SELECT kept.partner_id, kept.mean_gap_days, kept.rhythm_source, %s
                 FROM sme_customer_value kept %s
                WHERE kept.company_id = %s AND kept.order_count > 0
                      AND kept.order_days < %s
        ) known
         WHERE (round(10 * mean_gap_days)::int, rhythm_source)
               IS DISTINCT FROM (usual_tenths, usual_source)
        """,
        usual,
        segments,
        company.id,
        OWN_RHYTHM_MIN_DAYS,
    )
