"""What customers who spend alike buy in other categories, as a promise of margin.

Classes are the monetary ones of RFM: they are known before the value is, so that the
value does not depend on itself. The slow form is ``tools/worth.py``.
"""

from odoo.tools import SQL

from ..tools.worth import ALL_MINIMUM, CATEGORIES, CLASS_MINIMUM, YEAR_DAYS


def fill_cross_sell(env, company, as_of, limited):
    """Make ``sme_bought``: the worth of what each customer buys already.

    :param bool limited: only the partners in ``sme_worth_wanted``, by the worth that
        the last full refresh kept; else the worth of each category is found anew
    """
    _fill_categories(env.cr)
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_bought"))
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_bought ON COMMIT DROP AS
            SELECT line.partner_id, top.top_id AS categ_id, sum(line.margin) AS margin
              FROM (%s UNION ALL %s) line
              JOIN sme_top_category top ON top.id = line.categ_id
             GROUP BY line.partner_id, top.top_id
            HAVING sum(line.quantity) > 0
            """,
            _shop_lines(company, as_of, limited),
            _own_lines(company, as_of, limited),
        )
    )
    env.cr.execute(SQL("ANALYZE sme_bought"))
    if not limited:
        _keep_adoption(env, company)


def bought_worth(company):
    """Worth, in a customer's class, of the categories that he buys, as SQL.

    :return: query of partner_id and worth
    :rtype: SQL
    """
    return SQL(
        """
        SELECT v.partner_id, sum(a.worth) AS worth
          FROM sme_bought
          JOIN sme_customer_value v ON v.partner_id = sme_bought.partner_id
                                   AND v.company_id = %(company)s
          JOIN sme_category_adoption a ON a.company_id = %(company)s
                                      AND a.categ_id = sme_bought.categ_id
                                      AND a.spend_class = %(spend_class)s
         GROUP BY v.partner_id
        """,
        company=company.id,
        spend_class=class_of(company),
    )


def class_worth(company):
    """Worth of all categories together by class, as SQL of spend_class and worth.

    :rtype: SQL
    """
    return SQL(
        "SELECT spend_class, sum(worth) AS worth FROM sme_category_adoption "
        "WHERE company_id = %s GROUP BY spend_class",
        company.id,
    )


def class_of(company):
    """Class by which a row ``v`` of figures goes: its own if it is kept, else 0.

    :rtype: SQL
    """
    return SQL(
        "CASE WHEN v.m_score IN (SELECT spend_class FROM sme_category_adoption "
        "WHERE company_id = %s) THEN v.m_score ELSE 0 END",
        company.id,
    )


def _fill_categories(cr):
    """Map each category to its top one; below a single root that holds everything."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_top_category"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_top_category ON COMMIT DROP AS
            SELECT id, coalesce(
                       nullif(split_part(parent_path, '/', level.depth), ''),
                       split_part(parent_path, '/', 1)
                   )::int AS top_id
              FROM product_category, (
                   SELECT CASE WHEN count(DISTINCT split_part(parent_path, '/', 1)) > 1
                               THEN 1 ELSE 2 END AS depth
                     FROM product_category
              ) level
            """
        )
    )


def _shop_lines(company, as_of, limited):
    return SQL(
        """
        SELECT o.commercial_partner_id AS partner_id, l.categ_id, l.quantity,
               coalesce(round(l.margin::numeric
                   / coalesce(nullif(o.currency_rate, 0), 1)::numeric, %(digits)s
               ), 0) AS margin
          FROM sme_order o
          JOIN sme_order_line l ON l.order_id = o.id
         WHERE o.counted AND o.company_id = %(company)s AND o.date_order >= %(year)s
               AND o.commercial_partner_id IS NOT NULL AND %(wanted)s
               AND l.line_type = 'product' AND l.categ_id IS NOT NULL
        """,
        company=company.id,
        digits=company.currency_id.decimal_places,
        year=as_of.window_start(YEAR_DAYS),
        wanted=_wanted(SQL("o.commercial_partner_id"), limited),
    )


def _own_lines(company, as_of, limited):
    return SQL(
        """
        SELECT p.commercial_partner_id, t.categ_id, l.product_uom_qty,
               coalesce(round(l.margin::numeric
                   / coalesce(nullif(s.currency_rate, 0), 1)::numeric, %(digits)s
               ), 0)
          FROM sale_order s
          JOIN res_partner p ON p.id = s.partner_id
          JOIN sale_order_line l ON l.order_id = s.id
          JOIN product_product g ON g.id = l.product_id
          JOIN product_template t ON t.id = g.product_tmpl_id
         WHERE s.state = 'sale' AND s.company_id = %(company)s
               AND s.date_order >= %(year)s AND %(wanted)s
               AND NOT EXISTS (
                   SELECT FROM sme_order made
                    WHERE made.sale_order_id = s.id AND made.counted
               )
        """,
        company=company.id,
        digits=company.currency_id.decimal_places,
        year=as_of.window_start(YEAR_DAYS),
        wanted=_wanted(SQL("p.commercial_partner_id"), limited),
    )


def _wanted(column, limited):
    if not limited:
        return SQL("TRUE")
    # An array: the planner then goes by the customer's index, not through all orders.
    return SQL("%s = ANY(ARRAY(SELECT id FROM sme_worth_wanted))", column)


def _keep_adoption(env, company):
    """Store the worth of each category in each class; only what differs."""
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_adoption"))
    env.cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_adoption ON COMMIT DROP AS %s",
            _adoption(company),
        )
    )
    key = SQL(
        "kept.company_id = %s AND kept.spend_class = new.spend_class "
        "AND kept.categ_id = new.categ_id",
        company.id,
    )
    env.cr.execute(
        SQL(
            "DELETE FROM sme_category_adoption kept WHERE kept.company_id = %s "
            "AND NOT EXISTS (SELECT FROM sme_adoption new WHERE %s)",
            company.id,
            key,
        )
    )
    changed = env.cr.rowcount
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_category_adoption AS kept
                   (company_id, spend_class, categ_id, customer_count, buyer_count,
                    margin, worth)
            SELECT %s, spend_class, categ_id, customer_count, buyer_count, margin, worth
              FROM sme_adoption
            ON CONFLICT (company_id, spend_class, categ_id) DO UPDATE
               SET customer_count = excluded.customer_count,
                   buyer_count = excluded.buyer_count,
                   margin = excluded.margin, worth = excluded.worth
             WHERE (kept.customer_count, kept.buyer_count, kept.margin, kept.worth)
                   IS DISTINCT FROM (excluded.customer_count, excluded.buyer_count,
                                     excluded.margin, excluded.worth)
            """,
            company.id,
        )
    )
    if changed + env.cr.rowcount:
        env["sme.category.adoption"].invalidate_model()


def _adoption(company):
    """Part of the customers of a class who buy a category times its mean margin."""
    return SQL(
        """
        WITH peer AS MATERIALIZED (
            SELECT v.partner_id, coalesce(v.m_score, 0) AS spend_class
              FROM sme_customer_value v
             WHERE v.company_id = %(company)s AND v.order_count_12m > 0
        ), size AS (
            SELECT spend_class, count(*)::int AS customer_count FROM peer
             WHERE spend_class > 0 GROUP BY spend_class HAVING count(*) >= %(class)s
             UNION ALL
            SELECT 0, count(*)::int FROM peer HAVING count(*) >= %(all)s
        ), pair AS MATERIALIZED (
            SELECT peer.spend_class, categ_id, count(*)::int AS buyers,
                   sum(margin) AS margin
              FROM sme_bought JOIN peer USING (partner_id)
             GROUP BY peer.spend_class, categ_id
        ), category AS (
            SELECT categ_id, greatest(
                       round(sum(margin) / sum(buyers), %(digits)s), 0
                   ) AS margin
              FROM pair GROUP BY categ_id
             ORDER BY sum(buyers) DESC, categ_id LIMIT %(most)s
        )
        SELECT size.spend_class, categ_id, size.customer_count, buyer.buyer_count,
               margin, round(margin * buyer.buyer_count / size.customer_count, 4)
                   AS worth
          FROM size CROSS JOIN category
         CROSS JOIN LATERAL (
               SELECT coalesce(sum(buyers), 0)::int AS buyer_count FROM pair
                WHERE pair.categ_id = category.categ_id
                      AND size.spend_class IN (0, pair.spend_class)
         ) buyer
        """,
        **{"class": CLASS_MINIMUM, "all": ALL_MINIMUM},
        company=company.id,
        digits=company.currency_id.decimal_places,
        most=CATEGORIES,
    )
