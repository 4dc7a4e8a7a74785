"""What the worth of one customer was made from, found by the refresh's own SQL."""

from odoo.tools import SQL

from . import cross_sell, loyalty, referrals, touchpoints, worth

BEST = 3


def read_inputs(env, company, as_of, partner_id):
    """Find the pieces of one customer's figures again.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param int partner_id: a commercial partner
    :return: pieces, counts by kind, brought customers, best other categories
    :rtype: dict
    """
    env.flush_all()
    cr = env.cr
    cr.execute(SQL("DROP TABLE IF EXISTS sme_worth_wanted"))
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_worth_wanted ON COMMIT DROP AS "
            "SELECT %s::int AS id",
            partner_id,
        )
    )
    touchpoints.fill_touchpoints(env, company, as_of, limited=True)
    loyalty.fill_bargains(env, company, as_of, limited=True)
    cross_sell.fill_cross_sell(env, company, as_of, limited=True)
    pieces = _row(cr, worth.pieces_of(company, as_of, limited=True))
    return {
        "pieces": pieces,
        "counts": _row(cr, SQL("SELECT * FROM sme_touchpoint")),
        "bargains": _row(cr, SQL("SELECT orders FROM sme_bargain")).get("orders", 0),
        "brought": _row(cr, referrals.referred_margin(company, limited=True)),
        "categories": _best_categories(cr, company, partner_id),
    }


def _row(cr, query):
    cr.execute(query)
    names = [column.name for column in cr.description]
    found = cr.fetchone()
    return dict(zip(names, found, strict=True)) if found else {}


def _best_categories(cr, company, partner_id):
    """Categories the customer does not buy that promise most.

    :return: ids of categories, and of those who buy each: part and mean margin
    :rtype: list[tuple]
    """
    cr.execute(
        SQL(
            """
            SELECT a.categ_id, a.buyer_count, a.customer_count, a.margin
              FROM sme_category_adoption a
              JOIN sme_customer_value v ON v.company_id = a.company_id
                                       AND v.partner_id = %(partner)s
             WHERE a.company_id = %(company)s AND a.spend_class = %(spend_class)s
                   AND a.worth > 0
                   AND a.categ_id NOT IN (SELECT categ_id FROM sme_bought)
             ORDER BY a.worth DESC, a.categ_id LIMIT %(best)s
            """,
            partner=partner_id,
            company=company.id,
            spend_class=cross_sell.class_of(company),
            best=BEST,
        )
    )
    return cr.fetchall()
