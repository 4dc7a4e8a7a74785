"""What is known of one customer's goods and of what goes with them: a few queries.

Each goes by an index of the customer or of the product, so that it takes the same time
whatever the number of orders.
"""

from odoo.tools import SQL

from ..tools.offers import TROUBLE_DAYS, Hint, Owned
from .goods import NOT_MADE_HERE

PAIRS = 60
BAD_STARS = 2
# What sells best in the own tier goes before what sells best to all.
TIER_LIFT = 1.2


def owned_goods(env, company, partner, as_of):
    """What the customer and his contacts bought, gave back and complained about.

    :param company: record of ``res.company``
    :param partner: commercial partner
    :param AsOf as_of: today
    :return: by product
    :rtype: dict[int, Owned]
    """
    env.cr.execute(
        SQL(
            """
            WITH family AS MATERIALIZED (
                SELECT id FROM res_partner WHERE commercial_partner_id = %(partner)s
            ), event AS (%(orders)s UNION ALL %(sales)s UNION ALL %(troubles)s)
            SELECT product_id, %(sold)s, %(back)s, %(trouble)s
              FROM (
                   SELECT product_id, max(at) FILTER (WHERE what = 'sale') AS sold,
                          max(at) FILTER (WHERE what = 'back') AS back,
                          max(at) FILTER (WHERE what = 'trouble') AS trouble
                     FROM event
                    WHERE product_id IS NOT NULL
                    GROUP BY product_id
              ) known
            """,
            partner=partner.id,
            orders=_in_shops(company, partner),
            sales=_in_odoo(company),
            troubles=_troubles(company, as_of),
            sold=as_of.day_of(SQL("sold")),
            back=as_of.day_of(SQL("back")),
            trouble=as_of.day_of(SQL("trouble")),
        )
    )
    return {
        product: Owned(sold, back, trouble)
        for product, sold, back, trouble in env.cr.fetchall()
    }


def _in_shops(company, partner):
    """Lines of shop orders and refunds; of a refund of all, those of its order."""
    return SQL(
        """
        SELECT l.product_id, o.date_order AS at,
               CASE WHEN o.kind = 'refund' THEN 'back' ELSE 'sale' END AS what
          FROM sme_order o
          JOIN sme_order_line l ON l.order_id = o.id
         WHERE o.commercial_partner_id = %(partner)s AND o.counted
               AND o.company_id = %(company)s AND l.line_type = 'product'
         UNION ALL
        SELECT l.product_id, o.date_order, 'back'
          FROM sme_order o
          JOIN sme_order sold ON sold.id = o.origin_id
               AND sold.amount_total + o.amount_total < 0.005
          JOIN sme_order_line l ON l.order_id = sold.id
         WHERE o.commercial_partner_id = %(partner)s AND o.counted
               AND o.company_id = %(company)s AND o.kind = 'refund'
               AND l.line_type = 'product'
        """,
        partner=partner.id,
        company=company.id,
    )


def _in_odoo(company):
    return SQL(
        """
        SELECT l.product_id, s.date_order, 'sale'
          FROM sale_order s
          JOIN sale_order_line l ON l.order_id = s.id
         WHERE s.partner_id = ANY(ARRAY(SELECT id FROM family))
               AND s.company_id = %s AND s.state = 'sale'
               AND l.display_type IS NULL AND %s
        """,
        company.id,
        NOT_MADE_HERE,
    )


def _troubles(company, as_of):
    """Complaints and bad reviews that name a product."""
    return SQL(
        """
        SELECT i.product_id, i.date, 'trouble'
          FROM sme_interaction i
         WHERE i.partner_id = ANY(ARRAY(SELECT id FROM family))
               AND i.company_id = %s AND i.date >= %s AND i.gone_on IS NULL
               AND (i.kind = 'complaint'
                    OR i.kind = 'review' AND i.score > 0 AND i.score <= %s)
        """,
        *(company.id, as_of.window_start(TROUBLE_DAYS), BAD_STARS),
    )


def pairs_with(env, company, products):
    """What goes with some products, the most surprising first.

    :param company: record of ``res.company``
    :param list products: ids of what the customer has
    :rtype: list[Hint]
    """
    return [
        Hint(other, "pair", float(lift), joint, item, scope)
        for other, item, scope, joint, lift in _top_pairs(
            env, company, "product", products
        )
    ]


def best_of_categories(env, company, products):
    """Best sellers of the categories that go with those of some products.

    :param company: record of ``res.company``
    :param list products: ids of what the customer has
    :rtype: list[Hint]
    """
    env.cr.execute(
        SQL(
            """
            SELECT DISTINCT t.categ_id
              FROM product_product p
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE p.id = ANY(%s) AND t.categ_id IS NOT NULL
            """,
            list(products),
        )
    )
    categories = [row[0] for row in env.cr.fetchall()]
    pairs = _top_pairs(env, company, "category", categories)
    strongest = {}
    for other, item, scope, joint, lift in pairs:
        if other not in categories and other not in strongest:
            strongest[other] = (item, scope, joint, float(lift))
    sellers = _best(env, company, SQL("categ_id = ANY(%s)", list(strongest)))
    return [
        Hint(product, "category", lift, joint, item, scope)
        for product, categ, _customers in sellers
        for item, scope, joint, lift in (strongest[categ],)
    ]


def best_sellers(env, company, tier):
    """What most customers of a tier buy, then what most of all do.

    :param company: record of ``res.company``
    :param tier: record of ``sme.value.tier``, maybe empty
    :return: hints whose scope is ``tier`` or empty
    :rtype: list[Hint]
    """
    of_tier = _best(env, company, None, tier) if tier else []
    of_all = _best(env, company, SQL("position <= %s", PAIRS))
    return [
        *(
            Hint(product, "best", TIER_LIFT, count, scope="tier")
            for product, _categ, count in of_tier
        ),
        *(Hint(product, "best", joint=count) for product, _categ, count in of_all),
    ]


def best_in_categories(env, company, categories):
    """Best sellers of some categories, ids of products.

    :param list categories: ids of categories, those below included by the caller
    :rtype: list[int]
    """
    return [
        product
        for product, _categ, _count in _best(
            env, company, SQL("categ_id = ANY(%s)", list(categories))
        )
    ]


def _top_pairs(env, company, level, items):
    """Pairs of some items: other, item, scope, joint, lift."""
    if not items:
        return []
    env.cr.execute(
        SQL(
            """
            SELECT other, item, scope, joint_count, lift
              FROM (
                   SELECT DISTINCT ON (other) other, item, scope, joint_count, lift, id
                     FROM sme_affinity
                    WHERE company_id = %(company)s AND level = %(level)s
                          AND scope IN ('basket', 'customer') AND item = ANY(%(items)s)
                    ORDER BY other, lift DESC, joint_count DESC, scope, id
              ) strongest
             ORDER BY lift DESC, joint_count DESC, id
             LIMIT %(limit)s
            """,
            company=company.id,
            level=level,
            items=list(items),
            limit=PAIRS,
        )
    )
    return env.cr.fetchall()


def _best(env, company, condition, tier=None):
    env.cr.execute(
        SQL(
            """
            SELECT product_id, categ_id, customer_count
              FROM sme_best_seller
             WHERE company_id = %s AND %s AND %s
             ORDER BY position LIMIT %s
            """,
            company.id,
            SQL("tier_id = %s", tier.id) if tier else SQL("tier_id IS NULL"),
            condition or SQL("TRUE"),
            PAIRS,
        )
    )
    return env.cr.fetchall()
