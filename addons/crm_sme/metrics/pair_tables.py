"""Counts of items and pairs: with numpy and scipy where they are, else in SQL.

In SQL the goods are sorted and joined for each level and scope; outside they are read
once. Both give the same.
"""

import importlib
import io

from odoo.tools import SQL

# More than this would not fit into a worker's memory.
MOST_ROWS = 5_000_000
# What COPY writes: a head, then rows, each number behind its size, and an end.
HEAD_BYTES, END_BYTES = 19, 2
COLUMNS = ("basket", "partner_id", "product_id", "categ_id")


def load_library():
    """Load what counts pairs.

    :return: module ``tools.pair_counts``; None without numpy or scipy
    """
    try:
        return importlib.import_module("..tools.pair_counts", __package__)
    except ImportError:
        return None


def read_bought(cr):
    """Read ``sme_bought`` as arrays by column, if numpy and scipy are there.

    Nothing stands as 0 in the columns of ids; ``net`` is in ten-thousandths, which no
    currency divides further.

    :return: None where the counts have to be made in SQL
    :rtype: numpy.ndarray | None
    """
    cr.execute(SQL("SELECT count(*) FROM sme_bought"))
    if load_library() is None or cr.fetchone()[0] > MOST_ROWS:
        return None
    numpy = importlib.import_module("numpy")
    copied = io.BytesIO()
    cr.copy_expert(
        "COPY (SELECT basket::int, coalesce(partner_id, 0)::int, "
        "coalesce(product_id, 0)::int, coalesce(categ_id, 0)::int, "
        "round(net * 10000)::bigint FROM sme_bought) TO STDOUT (FORMAT binary)",
        copied,
    )
    kind = [("fields", ">i2")]
    for name, size in (*((name, 4) for name in COLUMNS), ("net", 8)):
        kind += [(f"size_of_{name}", ">i4"), (name, f">i{size}")]
    return numpy.frombuffer(copied.getbuffer()[HEAD_BYTES:-END_BYTES], dtype=kind)


def fill_counts(cr, bought, held, item, caps):
    """Make ``sme_times`` (item, times) and ``sme_joint`` (low, high, joint).

    :param bought: what ``read_bought`` gave
    :param str held: column with the basket
    :param str item: column with the item
    :param Caps caps: bounds of the work
    :return: number of baskets with anything in them
    :rtype: int
    """
    rows = bought[(bought[held] != 0) & (bought[item] != 0)]
    found = load_library().count_pairs(
        *(rows[name].astype("int64") for name in (held, item, "net")), caps
    )
    _fill_table(cr, "sme_times", item=found.items, times=found.times)
    _fill_table(cr, "sme_joint", low=found.low, high=found.high, joint=found.joint)
    return found.total


def _fill_table(cr, name, **columns):
    """Make a temporary table of whole numbers."""
    table = SQL.identifier(name)
    cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE %s (%s) ON COMMIT DROP",
            table,
            SQL(", ").join(SQL("%s int", SQL.identifier(each)) for each in columns),
        )
    )
    rows = zip(*(numbers.tolist() for numbers in columns.values()), strict=True)
    lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    cr.copy_expert(f"COPY {name} FROM STDIN", io.BytesIO(lines.encode()))
    cr.execute(SQL("ANALYZE %s", table))
