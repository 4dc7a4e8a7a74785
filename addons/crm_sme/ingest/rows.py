"""Rows into tables in one statement: ``INSERT … SELECT FROM jsonb_to_recordset``.

The types of the columns are those of the ORM's fields; nothing here knows a model.
"""

import json

from odoo.tools import SQL


def _column_type(model, name):
    """Return the SQL type of a stored field, for the record set's column list."""
    return SQL(model._fields[name].column_type[0])  # pylint: disable=sql-injection


def _audit(model, constants):
    """Return the constants with the dates of the log columns.

    The users stay empty: the source tells who wrote, and checking two more foreign keys
    a row would cost a fifth of the time.
    """
    if not model._log_access:
        return constants
    now = model.env.cr.now()
    return {**constants, "create_date": now, "write_date": now}


def insert(model, columns, rows, constants=None, conflict=None, *, returning=("id",)):
    """Insert rows in one statement.

    :param model: an empty recordset of the table's model
    :param tuple columns: stored fields, in every row
    :param list rows: dicts; missing keys are NULL; values are JSON or have ``str()``
    :param dict constants: field to the value that all rows have
    :param SQL conflict: what follows ``ON CONFLICT``, see :func:`overwrite`
    :param tuple returning: fields of the answer
    :return: one tuple for each row that was inserted or updated
    """
    if not rows:
        return []
    constants = _audit(model, constants or {})
    names = [SQL.identifier(name) for name in columns]
    types = [
        SQL("%s %s", n, _column_type(model, c))
        for n, c in zip(names, columns, strict=True)
    ]
    fixed = [
        SQL("%s::%s", value, _column_type(model, name))
        for name, value in constants.items()
    ]
    statement = SQL(
        "INSERT INTO %(table)s (%(all)s) SELECT %(values)s "
        "FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(%(types)s) %(conflict)s "
        "RETURNING %(returning)s",
        table=SQL.identifier(model._table),
        all=SQL(", ").join([*names, *map(SQL.identifier, constants)]),
        values=SQL(", ").join([*names, *fixed]),
        rows=json.dumps(
            # What is left out is NULL: a third less to write and to read.
            [{k: v for k, v in row.items() if v is not None} for row in rows],
            default=str,
            ensure_ascii=False,
            check_circular=False,
        ),
        types=SQL(", ").join(types),
        conflict=SQL("ON CONFLICT %s", conflict) if conflict else SQL(),
        returning=SQL(", ").join(SQL.identifier(name) for name in returning),
    )
    return model.env.execute_query(statement)


def overwrite(model, key, columns, where=None, key_where=None):
    """Return the conflict clause that overwrites ``columns`` of the row found by key.

    :param tuple key: the fields of the unique key
    :param SQL where: only if this holds for the stored row
    :param SQL key_where: predicate of a partial unique index
    """
    kept = {*key, "create_date"}
    audit = ("write_date",) if model._log_access else ()
    names = [name for name in (*columns, *audit) if name not in kept]
    return SQL(
        "(%(key)s) %(key_where)s DO UPDATE SET %(sets)s %(where)s",
        key=SQL(", ").join(SQL.identifier(name) for name in key),
        key_where=SQL("WHERE %s", key_where) if key_where else SQL(),
        sets=SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
            for name in names
        ),
        where=SQL("WHERE %s", where) if where else SQL(),
    )


def pairs(env, statement):
    """Return the two columns of a query as a dict."""
    return dict(env.execute_query(statement))
