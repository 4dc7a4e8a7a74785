"""What most customers of a tier buy, from what ``metrics/affinity.py`` collected."""

from odoo.tools import SQL

IN_TIER = 50
IN_CATEGORY = 10


def store(env, company, as_of):
    """Write the best sellers anew where they differ.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :return: number of rows added, changed or removed
    :rtype: int
    """
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_best"))
    env.cr.execute(
        SQL("CREATE TEMPORARY TABLE sme_best ON COMMIT DROP AS %s", _best(company))
    )
    same = SQL(
        "kept.company_id = %s AND kept.product_id = new.product_id "
        "AND kept.tier_id IS NOT DISTINCT FROM new.tier_id",
        company.id,
    )
    env.cr.execute(
        SQL(
            "DELETE FROM sme_best_seller kept WHERE kept.company_id = %s "
            "AND NOT EXISTS (SELECT FROM sme_best new WHERE %s)",
            *(company.id, same),
        )
    )
    changed = env.cr.rowcount
    figures = ("categ_id", "customer_count", "position")
    names = [SQL.identifier(name) for name in figures]
    env.cr.execute(
        SQL(
            "UPDATE sme_best_seller kept SET %s, write_date = %s, write_uid = %s "
            "FROM sme_best new WHERE %s AND (%s) IS DISTINCT FROM (%s)",
            SQL(", ").join(SQL("%s = new.%s", name, name) for name in names),
            *(as_of.now, env.uid, same),
            SQL(", ").join(SQL("kept.%s", name) for name in names),
            SQL(", ").join(SQL("new.%s", name) for name in names),
        )
    )
    changed += env.cr.rowcount
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_best_seller
                   (company_id, tier_id, product_id, categ_id, customer_count, position,
                    create_uid, write_uid, create_date, write_date)
            SELECT %(company)s, tier_id, product_id, categ_id, customer_count, position,
                   %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM sme_best new
             WHERE NOT EXISTS (SELECT FROM sme_best_seller kept WHERE %(same)s)
            """,
            company=company.id,
            uid=env.uid,
            now=as_of.now,
            same=same,
        )
    )
    return changed + env.cr.rowcount


def _best(company):
    """The first of each tier, of all customers and of each category."""
    return SQL(
        """
        SELECT tier_id, product_id, categ_id, customer_count, position
          FROM (
               SELECT sold.tier_id, sold.product_id, t.categ_id, customer_count,
                      sold.for_all, row_number() OVER (
                          PARTITION BY for_all, sold.tier_id
                          ORDER BY customer_count DESC, sold.product_id
                      )::int AS position,
                      row_number() OVER (
                          PARTITION BY for_all, sold.tier_id, t.categ_id
                          ORDER BY customer_count DESC, sold.product_id
                      ) AS in_category
                 FROM (%(sold)s) sold
                 JOIN product_product p ON p.id = sold.product_id
                 JOIN product_template t ON t.id = p.product_tmpl_id
          ) placed
         WHERE position <= %(tier)s OR for_all AND in_category <= %(category)s
        """,
        sold=_sold(company),
        tier=IN_TIER,
        category=IN_CATEGORY,
    )


def _sold(company):
    """How many customers bought each product: of each tier, and of all."""
    return SQL(
        """
        WITH owned AS MATERIALIZED (
            SELECT DISTINCT partner_id, product_id
              FROM sme_bought
             WHERE partner_id IS NOT NULL AND product_id IS NOT NULL
        )
        SELECT NULL::int AS tier_id, TRUE AS for_all, product_id,
               count(*)::int AS customer_count
          FROM owned
         GROUP BY product_id
         UNION ALL
        SELECT row.tier_id, FALSE, product_id, count(*)::int
          FROM owned
          JOIN sme_customer_value row ON row.partner_id = owned.partner_id
               AND row.company_id = %s AND row.tier_id IS NOT NULL
         GROUP BY row.tier_id, product_id
        """,
        company.id,
    )
