"""Closed forms of the forecast as SQL, over columns x, t_x, age (days) and spent.

The slow, plain form of them stands in ``tools/bg_nbd_forecast.py`` and
``tools/gamma_gamma.py``; the sources are named there.
"""

from odoo.tools import SQL

# What ``exp`` of PostgreSQL takes without an error, with room to spare.
MOST = 500


class Forms:
    """The closed forms under one set of fitted parameters.

    :param timing: ``BgNbdParams``, alpha in weeks
    :param spend: ``GammaGammaParams``
    """

    def __init__(self, timing, spend):
        values = {
            "r": timing.r,
            "alpha": timing.alpha * 7,
            "a": timing.a,
            "b": timing.b,
            "p": spend.p,
            "q": spend.q,
            "v": spend.v,
            "most": MOST,
        }
        self.values = {
            name: SQL("%s::float8", float(value)) for name, value in values.items()
        }

    def _sql(self, code, **more):
        return SQL(code, **self.values, **more)

    @property
    def alive(self):
        """Probability of not having left for good; 1 for who bought once."""
        return self._sql(
            "CASE WHEN x > 0 THEN 1 / (1 + exp(greatest(-%(most)s, least(%(most)s, "
            "ln(%(a)s / (%(b)s + x - 1)) + (%(r)s + x) "
            "* ln((%(alpha)s + age) / (%(alpha)s + t_x)))))) ELSE 1 END"
        )

    def order_if_alive(self, days):
        """Probability of an order within some days of who has not left."""
        return self._sql(
            "1 - exp(greatest(-%(most)s, -(%(r)s + x) "
            "* ln(1 + %(days)s::float8 / (%(alpha)s + age))))",
            days=days,
        )

    @property
    def order_value(self):
        """Expected value of an order."""
        return self._sql("%(p)s * (%(v)s + spent) / (%(p)s * x + %(q)s - 1)")

    @property
    def expected_gap(self):
        """Days between two orders that were to be expected at the last order."""
        return self._sql("(%(alpha)s + t_x) / (%(r)s + x)")


def fill_ahead(cr, pairs, columns):
    """Put numbers for each pair of orders and age into the table ``sme_ahead``.

    :param list pairs: repeat orders and days from the first order to today
    :param dict columns: name to numbers, one a pair
    """
    names = [SQL.identifier(name) for name in ("x", "age", *columns)]
    lists = [[pair[0] for pair in pairs], [pair[1] for pair in pairs]]
    kinds = [SQL("int[]"), SQL("int[]"), *(SQL("float8[]") for _ in columns)]
    cr.execute(SQL("DROP TABLE IF EXISTS sme_ahead"))
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_ahead ON COMMIT DROP AS "
            "SELECT * FROM unnest(%s) AS ahead (%s)",
            SQL(", ").join(
                SQL("%s::%s", numbers, kind)
                for numbers, kind in zip(
                    [*lists, *columns.values()], kinds, strict=True
                )
            ),
            SQL(", ").join(names),
        )
    )
    cr.execute(SQL("ANALYZE sme_ahead"))
