"""What is bought together, and what sells best in each tier; found once a month.

The slow, plain form of it stands in ``tools/affinity.py``.
"""

from contextlib import contextmanager

from odoo.tools import SQL

from ..tools.affinity import MINIMUM_G2, MINIMUM_JOINT, Caps
from . import best_sellers, goods, order_facts, pair_tables
from .as_of import AsOf

WINDOW_DAYS = 730
LEVELS = {"product": "product_id", "category": "categ_id"}
SCOPES = {"basket": "basket", "customer": "partner_id"}
# A monthly job: its hash tables may be large, and are gone with the transaction.
PLANNER = {"work_mem": "256MB", "jit": "off", "random_page_cost": "1.1"}
FIGURES = (
    "joint_count",
    "item_count",
    "other_count",
    "total_count",
    "support",
    "confidence",
    "lift",
    "g2",
    "month",
)


def refresh(env, company, caps=None):
    """Find the pairs of one company anew and write what differs.

    :param company: record of ``res.company``
    :param Caps caps: bounds of the work; the usual ones if left out
    :return: number of rows written, added or removed
    :rtype: int
    """
    env.flush_all()
    caps = caps or Caps()
    as_of = AsOf.of_company(company)
    with _planner(env.cr):
        order_facts.fill_refunded(env.cr, company, limited=False)
        _fill_bought(env, company, as_of)
        _make_table(env.cr, "sme_pair", _no_pair())
        bought = pair_tables.read_bought(env.cr)
        for level in LEVELS:
            for scope in SCOPES:
                _add_pairs(env.cr, bought, level, scope, caps)
        changed = _store(env, company, as_of)
        changed += best_sellers.store(env, company, as_of)
    if changed:
        env["sme.affinity"].invalidate_model()
        env["sme.best.seller"].invalidate_model()
    return changed


@contextmanager
def _planner(cr):
    for name, value in PLANNER.items():
        cr.execute(SQL("SELECT set_config(%s, %s, TRUE)", name, value))
    yield
    for name in PLANNER:
        cr.execute(SQL("SELECT set_config(%s, NULL, TRUE)", name))


def _make_table(cr, name, query):
    table = SQL.identifier(name)
    cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
    cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query))
    cr.execute(SQL("ANALYZE %s", table))


def _fill_bought(env, company, as_of):
    """Collect what was sold: one row a basket, product and category."""
    lines = goods.goods_lines(
        env, company, as_of.window_start(WINDOW_DAYS), limited=False
    )
    _make_table(
        env.cr,
        "sme_bought",
        SQL(
            """
            SELECT basket, partner_id, product_id, categ_id, sum(net) AS net
              FROM (%s) line
             WHERE NOT is_refund AND quantity > 0
             GROUP BY basket, partner_id, product_id, categ_id
            """,
            lines,
        ),
    )


def _no_pair():
    return SQL(
        """
        SELECT ''::varchar AS level, ''::varchar AS scope, 0 AS item, 0 AS other,
               0 AS joint_count, 0 AS item_count, 0 AS other_count, 0 AS total_count,
               0::numeric AS support, 0::numeric AS confidence, 0::numeric AS lift,
               0::numeric AS g2
         WHERE FALSE
        """
    )


def _add_pairs(cr, bought, level, scope, caps):
    """Add the pairs of one level, in one kind of basket, to ``sme_pair``.

    :param bought: goods as ``pair_tables`` reads them; None to count in SQL
    """
    if bought is None:
        total = _count_in_sql(cr, level, scope, caps)
    else:
        held, item = SCOPES[scope], LEVELS[level]
        total = pair_tables.fill_counts(cr, bought, held, item, caps)
    if not total:
        return
    cr.execute(
        SQL(
            "INSERT INTO sme_pair SELECT %(level)s, %(scope)s, pair.* FROM (%(pairs)s) "
            "pair",
            level=level,
            scope=scope,
            pairs=_pairs(total, caps),
        )
    )


def _count_in_sql(cr, level, scope, caps):
    """Make ``sme_times`` and ``sme_joint``, as ``pair_tables`` does outside.

    Tables in between keep the planner from guessing the size of what it joins.

    :return: number of baskets with anything in them
    :rtype: int
    """
    _make_table(cr, "sme_held", _held(level, scope))
    cr.execute(SQL("SELECT count(DISTINCT held) FROM sme_held"))
    total = cr.fetchone()[0]
    _make_table(cr, "sme_kept", _kept(caps))
    _make_table(
        cr,
        "sme_times",
        SQL("SELECT item, count(*)::int AS times FROM sme_kept GROUP BY item"),
    )
    _make_table(
        cr,
        "sme_joint",
        SQL(
            """
            SELECT a.item AS low, b.item AS high, count(*)::int AS joint
              FROM sme_kept a
              JOIN sme_kept b ON b.held = a.held AND b.item > a.item
             GROUP BY a.item, b.item
            HAVING count(*) >= %s
            """,
            MINIMUM_JOINT,
        ),
    )
    return total


def _held(level, scope):
    """What is in each basket: held, item, net."""
    return SQL(
        """
        SELECT %(held)s AS held, %(item)s AS item, sum(net) AS net
          FROM sme_bought
         WHERE %(held)s IS NOT NULL AND %(item)s IS NOT NULL
         GROUP BY 1, 2
        """,
        held=SQL.identifier(SCOPES[scope]),
        item=SQL.identifier(LEVELS[level]),
    )


def _kept(caps):
    """The items that take part: common ones, and of a big basket the dearest."""
    return SQL(
        """
        SELECT held, item
          FROM (
               SELECT held, item,
                      row_number() OVER (PARTITION BY held ORDER BY net DESC, item)
                          AS position
                 FROM sme_held
                 JOIN (
                      SELECT item FROM sme_held
                       GROUP BY item HAVING count(*) >= %(least)s
                       ORDER BY count(*) DESC, item LIMIT %(items)s
                 ) common USING (item)
          ) placed
         WHERE position <= %(basket)s
        """,
        least=MINIMUM_JOINT,
        items=caps.items,
        basket=caps.basket,
    )


def _pairs(total, caps):
    """Measure both directions of each pair; keep what is above the floor."""
    return SQL(
        """
        SELECT item, other, joint, item_count, other_count, %(total)s,
               round(joint::numeric / %(total)s, 6),
               round(joint::numeric / item_count, 4),
               round(joint::numeric * %(total)s / item_count / other_count, 2), g2
          FROM (
               SELECT floored.*, row_number() OVER (
                          PARTITION BY item ORDER BY g2 DESC, other
                      ) AS position
                 FROM (
                      SELECT counted.*, round((%(g2)s)::numeric, 2) AS g2
                        FROM (%(counted)s) counted
                       WHERE joint::float8 * %(total)s
                             > item_count::float8 * other_count
                 ) floored
                WHERE g2 >= %(floor)s
          ) placed
         WHERE position <= %(partners)s
        """,
        counted=_counted(),
        g2=_g2(total),
        total=total,
        floor=MINIMUM_G2,
        partners=caps.partners,
    )


def _counted():
    """Baskets with both items, each direction a row, with the baskets of each."""
    return SQL(
        """
        SELECT both_ways.item, both_ways.other, joint,
               own.times AS item_count, others.times AS other_count
          FROM (
               SELECT CASE way WHEN 1 THEN low ELSE high END AS item,
                      CASE way WHEN 1 THEN high ELSE low END AS other, joint
                 FROM sme_joint
                CROSS JOIN (VALUES (1), (2)) ways (way)
          ) both_ways
          JOIN sme_times own ON own.item = both_ways.item
          JOIN sme_times others ON others.item = both_ways.other
        """
    )


def _g2(total):
    """Dunning's log-likelihood ratio of the four cells, as SQL."""

    def entropy(count):
        return SQL(
            "CASE WHEN %(count)s > 0 THEN (%(count)s) * ln((%(count)s)::float8) "
            "ELSE 0 END",
            count=count,
        )

    added = ("joint", "item_count - joint", "other_count - joint")
    rest = SQL("%s - item_count - other_count + joint", total)
    taken = (
        SQL("item_count"),
        SQL("other_count"),
        SQL("%s - item_count", total),
        SQL("%s - other_count", total),
    )
    return SQL(
        "2 * (%s - (%s))",
        SQL(" + ").join(
            entropy(count) for count in (*map(SQL, added), rest, SQL("%s", total))
        ),
        SQL(" + ").join(entropy(count) for count in taken),
    )


def _store(env, company, as_of):
    """Write the rows that differ, add new ones, remove the others.

    :return: number of rows touched
    :rtype: int
    """
    _make_table(env.cr, "sme_found", _found(as_of))
    same = SQL(
        "kept.company_id = %s AND kept.level = new.level AND kept.scope = new.scope "
        "AND kept.item = new.item AND kept.other = new.other",
        company.id,
    )
    names = [SQL.identifier(name) for name in FIGURES]
    env.cr.execute(
        SQL(
            "DELETE FROM sme_affinity kept WHERE kept.company_id = %s "
            "AND NOT EXISTS (SELECT FROM sme_found new WHERE %s)",
            *(company.id, same),
        )
    )
    changed = env.cr.rowcount
    env.cr.execute(
        SQL(
            "UPDATE sme_affinity kept SET %s, write_date = %s, write_uid = %s "
            "FROM sme_found new WHERE %s AND (%s) IS DISTINCT FROM (%s)",
            SQL(", ").join(SQL("%s = new.%s", name, name) for name in names),
            *(as_of.now, env.uid, same),
            SQL(", ").join(SQL("kept.%s", name) for name in names),
            SQL(", ").join(SQL("new.%s", name) for name in names),
        )
    )
    changed += env.cr.rowcount
    columns = SQL(
        "level, scope, item, other, product_id, other_product_id, categ_id, "
        "other_categ_id, %s",
        SQL(", ").join(names),
    )
    env.cr.execute(
        SQL(
            "INSERT INTO sme_affinity (company_id, %(columns)s, create_uid, write_uid, "
            "create_date, write_date) SELECT %(company)s, %(columns)s, %(uid)s, "
            "%(uid)s, %(now)s, %(now)s FROM sme_found new "
            "WHERE NOT EXISTS (SELECT FROM sme_affinity kept WHERE %(same)s)",
            columns=columns,
            company=company.id,
            uid=env.uid,
            now=as_of.now,
            same=same,
        )
    )
    return changed + env.cr.rowcount


def _found(as_of):
    """The pairs as rows of the table, goods with their categories."""
    return SQL(
        """
        SELECT pair.*, %s::date AS month,
               p.id AS product_id, q.id AS other_product_id,
               CASE WHEN level = 'category' THEN item ELSE t.categ_id END AS categ_id,
               CASE WHEN level = 'category' THEN other ELSE u.categ_id END
                   AS other_categ_id
          FROM sme_pair pair
          LEFT JOIN product_product p ON level = 'product' AND p.id = item
          LEFT JOIN product_template t ON t.id = p.product_tmpl_id
          LEFT JOIN product_product q ON level = 'product' AND q.id = other
          LEFT JOIN product_template u ON u.id = q.product_tmpl_id
        """,
        as_of.today.replace(day=1),
    )
