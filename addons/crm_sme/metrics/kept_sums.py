"""Sums of each customer's orders kept from one full refresh to the next.

Summing five million orders takes most of a refresh, and nearly all sums are those of
the day before. A customer's sums can only differ if one of his orders does, which
``marks`` knows, or if time takes one out of a window: so the day on which an order next
leaves a window is kept with them. Once a week all orders are summed anew all the same.

The table is no model: nobody reads it but the refresh, and an update of the addon
empties it, so that sums of older formulas are never used.
"""

from odoo.tools import SQL

from . import marks, order_facts

COLUMNS = order_facts.COLUMNS
# With more than a fifth to sum, reading all orders in the index's order is faster.
ALL_FROM = 0.2


def create_table(cr):
    """Make the table anew, without any row."""
    drop_table(cr)
    cr.execute(
        SQL(
            """
            CREATE TABLE sme_kept_sums (
                company_id int NOT NULL,
                partner_id int NOT NULL,
                due_on date NOT NULL,
                %s,
                PRIMARY KEY (company_id, partner_id)
            )
            """,
            SQL(", ").join(
                SQL("%s %s", SQL.identifier(name), SQL(kind))
                for name, kind in COLUMNS.items()
            ),
        )
    )


def drop_table(cr):
    """Remove the table."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_kept_sums"))


def renew(env, company, as_of, state):
    """Bring the kept sums up to date.

    Leaves whose orders may have changed in ``sme_wanted`` and whose sums were made anew
    in ``sme_stale``, unless all were. The roll-up of the sales and the lifecycle are
    told of the former.

    :param State state: of the last refresh; None: everything is summed
    :return: whether all sums were made anew
    :rtype: bool
    """
    cr = env.cr
    if state is None:
        marks.drop(cr, company, marks.SUMS)
        _sum_all(env, company, as_of)
        return True
    marks.take(cr, marks.SUMS, "sme_wanted", company)
    marks.pass_on(cr, company, "sme_wanted", marks.SALES, marks.STAGE)
    _fill_stale(cr, company, as_of, state)
    cr.execute(
        SQL(
            "SELECT (SELECT count(*) FROM sme_stale), "
            "(SELECT count(*) FROM sme_kept_sums WHERE company_id = %s)",
            company.id,
        )
    )
    stale, known = cr.fetchone()
    if stale > ALL_FROM * known:
        _sum_all(env, company, as_of)
        return True
    if stale:
        _sum_stale(env, company, as_of)
    return False


def sums_of(company, wanted=None):
    """The kept sums of a company as a query with the columns of ``sme_fact``.

    :param str wanted: temporary table with the customers; None for all
    :rtype: SQL
    """
    return SQL(
        "SELECT %s FROM sme_kept_sums WHERE company_id = %s AND %s",
        SQL(", ").join(SQL.identifier(name) for name in ("partner_id", *COLUMNS)),
        company.id,
        SQL("partner_id IN (SELECT id FROM %s)", SQL.identifier(wanted))
        if wanted
        else SQL("TRUE"),
    )


def fill_facts(env, company, wanted=None):
    """Make the table ``sme_fact`` of the kept sums.

    :param str wanted: temporary table with the customers; None for all
    """
    order_facts.make_table(env.cr, "sme_fact", sums_of(company, wanted))
    env.cr.execute(SQL("ANALYZE sme_fact (partner_id)"))


def follow_rows(cr, company, wanted=None):
    """Keep sums of exactly those who have a row of figures: zeros without any order.

    :param str wanted: temporary table with the customers to look at; None for all
    """
    within = SQL.identifier(wanted) if wanted else None
    cr.execute(
        SQL(
            """
            DELETE FROM sme_kept_sums kept
             WHERE kept.company_id = %s AND %s AND NOT EXISTS (
                   SELECT FROM sme_customer_value row
                    WHERE row.partner_id = kept.partner_id
                          AND row.company_id = kept.company_id
             )
            """,
            company.id,
            _within(SQL("kept.partner_id"), within),
        )
    )
    cr.execute(
        SQL(
            """
            INSERT INTO sme_kept_sums
                   (company_id, partner_id, due_on, order_count, order_count_12m,
                    order_count_rfm, day_count)
            SELECT row.company_id, row.partner_id, 'infinity', 0, 0, 0, 0
              FROM sme_customer_value row
             WHERE row.company_id = %s AND %s AND NOT EXISTS (
                   SELECT FROM sme_kept_sums kept
                    WHERE kept.partner_id = row.partner_id
                          AND kept.company_id = row.company_id
             )
            """,
            company.id,
            _within(SQL("row.partner_id"), within),
        )
    )


def _within(column, wanted):
    if not wanted:
        return SQL("TRUE")
    return SQL("%s = ANY(ARRAY(SELECT id FROM %s))", column, wanted)


def _fill_stale(cr, company, as_of, state):
    """Collect in ``sme_stale`` whose orders may differ, or leave a window."""
    order_facts.make_table(
        cr,
        "sme_stale",
        SQL(
            """
            SELECT id FROM sme_wanted
             UNION
            SELECT partner_id FROM sme_kept_sums
             WHERE company_id = %s AND due_on <= %s AND %s
            """,
            company.id,
            as_of.today,
            as_of.today > state.today,
        ),
    )
    cr.execute(SQL("ANALYZE sme_stale"))


def _sum_all(env, company, as_of):
    order_facts.fill_refunded(env.cr, company, limited=False)
    env.cr.execute(SQL("DELETE FROM sme_kept_sums WHERE company_id = %s", company.id))
    booked = order_facts.booked_rows(env, company, limited=False)
    _insert(env.cr, company, order_facts.facts(company, as_of, booked))


def _sum_stale(env, company, as_of):
    order_facts.fill_refunded_of(env.cr, company, "sme_stale")
    env.cr.execute(
        SQL(
            "DELETE FROM sme_kept_sums WHERE company_id = %s AND %s",
            company.id,
            _within(SQL("partner_id"), SQL("sme_stale")),
        )
    )
    booked = order_facts.booked_rows(env, company, limited=True, wanted="sme_stale")
    _insert(env.cr, company, order_facts.facts(company, as_of, booked))


def _insert(cr, company, facts):
    names = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
    cr.execute(
        SQL(
            """
            INSERT INTO sme_kept_sums (company_id, partner_id, due_on, %(names)s)
            SELECT %(company)s, partner_id, coalesce(due_on, 'infinity'), %(names)s
              FROM (%(facts)s) fact
             ORDER BY partner_id
            """,
            names=names,
            company=company.id,
            facts=facts,
        )
    )
