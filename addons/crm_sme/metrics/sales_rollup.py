"""Keep ``sme.sales`` and its narrow tables in step with the orders.

A whole refresh compares everything and writes what differs. A refresh of some customers
replaces their cells that differ and adds the difference to the narrow tables as rows of
their own; the next whole refresh sums those up. Sales without a customer are seen by
whole refreshes only.
"""

from odoo.tools import SQL

from . import order_facts, sales_lines
from .sales_lines import DIMENSIONS, MEASURES

CELL = ("company_id", "currency_id", "calendar_month", *DIMENSIONS, *MEASURES)
# The rows are wide; sorting them on disk takes three times as long.
WORK_MEM = "256MB"
CUTS = (
    "sme.sales.class",
    "sme.sales.promotion",
    "sme.sales.goods",
    "sme.sales.region",
    "sme.sales.product",
)


def update(env, company, as_of, limited):
    """Write the cells that differ from the orders; the last of the refresh's steps.

    :param bool limited: only of the customers in ``sme_wanted``
    :return: number of rows written or removed, narrow tables included
    :rtype: int
    """
    cr = env.cr
    cr.execute(SQL("SELECT set_config('work_mem', %s, TRUE)", WORK_MEM))
    sales_lines.fill_vendors(cr, company)
    order_facts.fill_refunded(cr, company, limited, "sme_refunded_all")
    _fill_cells(cr, company, as_of, limited)
    changed = _replace(
        cr,
        "sme_sales",
        CELL,
        SQL("SELECT %s FROM sme_cell", _names(CELL)),
        SQL(
            "company_id = %s AND %s",
            company.id,
            SQL("partner_id IN (SELECT id FROM sme_wanted)")
            if limited
            else SQL("TRUE"),
        ),
    )
    for name in CUTS:
        if limited:
            if changed:
                _add_difference(env, name)
        else:
            changed += _rebuild(env, company, name)
    if changed:
        for name in ("sme.sales", *CUTS):
            env[name].invalidate_model()
    return changed


def _fill_cells(cr, company, as_of, limited):
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
            sales_lines.order_cells(company, as_of, limited),
            sales_lines.activity_cells(company, as_of, limited),
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
