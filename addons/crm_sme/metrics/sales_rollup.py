"""Keep ``sme.sales`` and its narrow tables in step with the orders.

A full refresh looks at the customers that are marked (``marks``), or at all of them,
and writes what differs. A refresh of some customers replaces their cells that differ,
and adds the difference to the narrow tables as rows of their own; the next full refresh
sums those up. Sales without a customer are seen by full refreshes only.
"""

from odoo.tools import SQL

from . import kept_state, marks, order_facts, sales_lines
from .sales_lines import DIMENSIONS, MEASURES

CELL = ("company_id", "currency_id", "calendar_month", *DIMENSIONS, *MEASURES)
# The rows are wide; sorting them on disk takes three times as long.
WORK_MEM = "256MB"
# With more than a fifth of the customers marked, all at once is faster.
ALL_FROM = 0.2
CUTS = (
    "sme.sales.class",
    "sme.sales.promotion",
    "sme.sales.goods",
    "sme.sales.region",
    "sme.sales.product",
)


def update(env, company, as_of, limited):
    """Write the cells that differ from the orders; the last of the refresh's steps.

    :param bool limited: only of the customers in ``sme_wanted``; else of those that
        are marked, of all if everybody is
    :return: number of rows written or removed, narrow tables included
    :rtype: int
    """
    cr = env.cr
    wanted = "sme_wanted" if limited else _take_marked(cr, company)
    state = kept_state.read(cr, company)
    is_summed = bool(state and state.is_summed)
    if wanted and is_summed and not limited:
        cr.execute(SQL("SELECT FROM %s LIMIT 1", SQL.identifier(wanted)))
        if not cr.rowcount:
            return 0
    cr.execute(SQL("SELECT set_config('work_mem', %s, TRUE)", WORK_MEM))
    changed = _update_cells(cr, company, as_of, wanted)
    if limited:
        for name in CUTS if changed else ():
            _add_difference(env, name)
        if changed:
            kept_state.note_sales(cr, company, is_summed=False)
    elif changed or not wanted or not is_summed:
        changed += sum(_rebuild(env, company, name) for name in CUTS)
        kept_state.note_sales(cr, company, is_summed=True)
    if changed:
        for name in ("sme.sales", *CUTS):
            env[name].invalidate_model()
    return changed


def _take_marked(cr, company):
    """Take those whose sales may differ into ``sme_sold``.

    :return: name of the table, None where all are looked at
    :rtype: str | None
    """
    if marks.take(cr, marks.SALES, "sme_sold", company):
        return None
    if kept_state.read(cr, company) is None:
        return None
    cr.execute(
        SQL(
            "SELECT (SELECT count(*) FROM sme_sold), "
            "(SELECT count(*) FROM sme_customer_value WHERE company_id = %s)",
            company.id,
        )
    )
    sold, known = cr.fetchone()
    return None if sold > ALL_FROM * known else "sme_sold"


def _update_cells(cr, company, as_of, wanted):
    """Make the cells of some or all customers those of their orders.

    :param str wanted: temporary table with them, None for all
    :return: number of rows removed and added, which are left in ``sme_change``
    :rtype: int
    """
    sales_lines.fill_vendors(cr, company)
    if wanted:
        order_facts.fill_refunded_of(cr, company, wanted, "sme_refunded_all")
    else:
        order_facts.fill_refunded(cr, company, False, "sme_refunded_all")
    _fill_cells(cr, company, as_of, wanted)
    return _replace(
        cr,
        "sme_sales",
        CELL,
        SQL("SELECT %s FROM sme_cell", _names(CELL)),
        SQL("company_id = %s AND %s", company.id, _of_wanted(wanted)),
    )


def _of_wanted(wanted):
    """Condition on the cells of some customers; two branches, each by its index."""
    if not wanted:
        return SQL("TRUE")
    return SQL(
        "(partner_id = ANY(ARRAY(SELECT id FROM %(wanted)s)) "
        "OR partner_id IS NULL AND EXISTS (SELECT FROM %(wanted)s WHERE id = 0))",
        wanted=SQL.identifier(wanted),
    )


def _fill_cells(cr, company, as_of, wanted):
    """Make the table ``sme_cell``: how the cells should be."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_cell"))
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_cell ON COMMIT DROP AS "
            "SELECT %s::int AS company_id, %s::int AS currency_id, "
            "to_char(month, 'MM') AS calendar_month, cell.* "
            "FROM (%s UNION ALL %s) cell",
            company.id,
            company.currency_id.id,
            sales_lines.order_cells(company, as_of, wanted),
            sales_lines.activity_cells(company, as_of, wanted),
        )
    )


def _replace(cr, table, columns, wanted, where):
    """Make the rows of a table those of a query; equal ones are left alone.

    What goes and what comes is left in ``sme_change``, with sign -1 and 1. Whole rows
    are compared by their hash, for which empty is equal to empty.

    :param tuple columns: all columns but the id
    :param SQL wanted: query of the columns
    :param SQL where: which rows of the table it replaces
    :return: number of rows removed and added
    :rtype: int
    """
    names = _names(columns)
    cr.execute(SQL("DROP TABLE IF EXISTS sme_change"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_change ON COMMIT DROP AS
            WITH kept AS MATERIALIZED (
                SELECT id, hash_record_extended(ROW(%(names)s), 0) AS hash
                  FROM %(table)s WHERE %(where)s
            ), come AS MATERIALIZED (
                SELECT *, hash_record_extended(ROW(%(names)s), 0) AS hash
                  FROM (%(wanted)s) wanted
            )
            SELECT -1 AS sign, gone.id AS gone_id, %(gone)s
              FROM kept
              JOIN %(table)s gone USING (id)
             WHERE NOT EXISTS (SELECT FROM come WHERE come.hash = kept.hash)
             UNION ALL
            SELECT 1, NULL, %(names)s
              FROM come
             WHERE NOT EXISTS (SELECT FROM kept WHERE kept.hash = come.hash)
            """,
            table=SQL.identifier(table),
            names=names,
            gone=SQL(", ").join(SQL.identifier("gone", name) for name in columns),
            wanted=wanted,
            where=where,
        )
    )
    cr.execute(
        SQL(
            "DELETE FROM %s USING sme_change WHERE %s = sme_change.gone_id",
            SQL.identifier(table),
            SQL.identifier(table, "id"),
        )
    )
    changed = cr.rowcount
    cr.execute(
        SQL(
            # In the order of the first dimensions: neighbours in the indexes, too.
            "INSERT INTO %s (%s) SELECT %s FROM sme_change WHERE sign = 1 ORDER BY %s",
            SQL.identifier(table),
            names,
            names,
            SQL.identifier("partner_id" if "partner_id" in columns else "month"),
        )
    )
    return changed + cr.rowcount


def _rebuild(env, company, name):
    """Make a narrow table the sums of ``sme_sales``.

    :return: number of rows removed and added
    :rtype: int
    """
    table, dimensions = _cut(env, name)
    return _replace(
        env.cr,
        table,
        (*dimensions, *MEASURES, "cell_count"),
        SQL(
            "SELECT %s, %s, count(*)::int AS cell_count "
            "FROM sme_sales WHERE company_id = %s GROUP BY %s",
            _names(dimensions),
            SQL(", ").join(
                SQL(
                    "sum(%(name)s)%(cast)s AS %(name)s",
                    name=SQL.identifier(each),
                    cast=SQL("::int") if each.endswith("_count") else SQL(""),
                )
                for each in MEASURES
            ),
            company.id,
            _names(dimensions),
        ),
        SQL("company_id = %s", company.id),
    )


def _add_difference(env, name):
    """Add what changed in ``sme_sales`` to a narrow table."""
    table, dimensions = _cut(env, name)
    sums = [SQL("sum(sign * %s)", SQL.identifier(each)) for each in MEASURES]
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(names)s) "
            "SELECT %(dimensions)s, %(sums)s, sum(sign) FROM sme_change "
            "GROUP BY %(dimensions)s HAVING (%(sums)s, sum(sign)) <> (%(zeros)s, 0)",
            table=SQL.identifier(table),
            names=_names((*dimensions, *MEASURES, "cell_count")),
            dimensions=_names(dimensions),
            sums=SQL(", ").join(sums),
            zeros=SQL(", ").join(SQL("0") for _each in MEASURES),
        )
    )


def _cut(env, name):
    """Give the table of a narrow model and the columns that it groups by."""
    model = env[name]
    columns = ("company_id", "currency_id", "calendar_month", *DIMENSIONS)
    return model._table, [each for each in columns if each in model._fields]


def _names(names):
    return SQL(", ").join(SQL.identifier(name) for name in names)
