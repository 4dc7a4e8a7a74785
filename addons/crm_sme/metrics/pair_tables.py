"""Baskets with both of two items: with scipy where it is, else by a join in SQL.

The join makes a row of each pair in each basket, which a sparse matrix never does: for
1.5 million lines it takes ten times as long. Both give the same.
"""

import importlib
import io

from odoo.tools import SQL

# What COPY writes: a head, then rows of a count and two numbers of four bytes.
HEAD_BYTES = 19
ROW = [
    *(("fields", ">i2"), ("size", ">i4"), ("held", ">i4")),
    *(("other_size", ">i4"), ("item", ">i4")),
]
END_BYTES = 2


def fill_joint(cr, least):
    """Make ``sme_joint`` (low, high, joint) of the baskets in ``sme_kept``.

    :param cr: cursor
    :param int least: only pairs that are in so many baskets
    """
    cr.execute(SQL("DROP TABLE IF EXISTS sme_joint"))
    library = load_library()
    if library is None:
        cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE sme_joint ON COMMIT DROP AS
                SELECT a.item AS low, b.item AS high, count(*)::int AS joint
                  FROM sme_kept a
                  JOIN sme_kept b ON b.held = a.held AND b.item > a.item
                 GROUP BY a.item, b.item
                HAVING count(*) >= %s
                """,
                least,
            )
        )
    else:
        _count_outside(cr, library, least)
    cr.execute(SQL("ANALYZE sme_joint"))


def load_library():
    """Load what counts pairs.

    :return: module ``tools.pair_counts``; None without numpy or scipy
    """
    try:
        return importlib.import_module("..tools.pair_counts", __package__)
    except ImportError:
        return None


def _count_outside(cr, library, least):
    import numpy  # noqa: PLC0415 - Odoo itself does not bring it

    copied = io.BytesIO()
    cr.copy_expert("COPY sme_kept (held, item) TO STDOUT (FORMAT binary)", copied)
    rows = numpy.frombuffer(copied.getbuffer()[HEAD_BYTES:-END_BYTES], dtype=ROW)
    found = library.count_pairs(rows["held"], rows["item"], least)
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_joint (low int, high int, joint int) "
            "ON COMMIT DROP"
        )
    )
    lines = "".join(
        f"{low}\t{high}\t{joint}\n"
        for low, high, joint in zip(*(each.tolist() for each in found), strict=True)
    )
    cr.copy_expert(
        "COPY sme_joint (low, high, joint) FROM STDIN", io.BytesIO(lines.encode())
    )
