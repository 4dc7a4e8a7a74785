"""Temporary tables of the planner, made once a transaction and emptied for each use."""

from odoo.tools import SQL


def fresh(cr, name, columns):
    """Give an empty temporary table that lives until the commit.

    Not dropped and made anew: each new table would hold locks until the commit.

    :param str name: of the table
    :param str columns: their names and types, as in CREATE TABLE
    """
    table = SQL.identifier(name)
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE IF NOT EXISTS %s (%s) ON COMMIT DROP",
            table,
            SQL(columns),
        )
    )
    cr.execute(SQL("TRUNCATE %s", table))


def fill(cr, name, columns, query):
    """Put the rows of a query into an empty temporary table.

    :param str name: of the table
    :param str columns: see ``fresh``, in the order of the query
    :param SQL query: the rows
    """
    fresh(cr, name, columns)
    cr.execute(SQL("INSERT INTO %s %s", SQL.identifier(name), query))
    cr.execute(SQL("ANALYZE %s", SQL.identifier(name)))
