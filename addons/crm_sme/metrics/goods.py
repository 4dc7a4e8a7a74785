"""Lines of goods, of shop orders and of Odoo's own, each once, as SQL to build on."""

from odoo.tools import SQL

# What an order is, where it is no refund and was not paid back as a whole.
FIRM_ORDER = SQL(
    "o.kind = 'order' AND o.revenue > 0 AND o.id NOT IN (SELECT id FROM sme_refunded)"
)
NOT_MADE_HERE = SQL(
    "NOT EXISTS (SELECT FROM sme_order made "
    "WHERE made.sale_order_id = s.id AND made.counted)"
)


def has_own_orders(env, company):
    """Whether any order was made in Odoo itself; else half of the work is spared.

    :param company: record of ``res.company``
    :rtype: bool
    """
    env.cr.execute(
        SQL(
            "SELECT 1 FROM sale_order WHERE state = 'sale' AND company_id = %s LIMIT 1",
            company.id,
        )
    )
    return bool(env.cr.rowcount)


def goods_lines(env, company, since, limited):
    """Every line of goods since a moment, in the company's currency.

    Orders that were paid back as a whole are left out with their refunds. Columns:
    basket (unique among both kinds), partner_id, date_order, is_refund, product_id,
    categ_id, net, quantity.

    :param company: record of ``res.company``
    :param datetime since: naive UTC
    :param bool limited: only for the partners in the temporary table ``sme_wanted``
    :rtype: SQL
    """
    parts = [_shop_lines(company, since, limited)]
    if has_own_orders(env, company):
        parts.append(_own_lines(company, since, limited))
    return SQL(" UNION ALL ").join(parts)


def _shop_lines(company, since, limited):
    return SQL(
        """
        SELECT o.id AS basket, o.commercial_partner_id AS partner_id, o.date_order,
               o.kind = 'refund' AS is_refund, l.product_id,
               coalesce(l.categ_id, t.categ_id) AS categ_id,
               %(net)s AS net, l.quantity::numeric AS quantity
          FROM sme_order o
          JOIN sme_order_line l ON l.order_id = o.id AND l.line_type = 'product'
          LEFT JOIN product_product p ON p.id = l.product_id
          LEFT JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE o.counted AND o.company_id = %(company)s AND o.date_order >= %(since)s
               AND (%(firm)s OR o.kind = 'refund'
                    AND coalesce(o.origin_id, 0)
                        NOT IN (SELECT id FROM sme_refunded))
               AND %(wanted)s
        """,
        net=_own_money(SQL("l.price_subtotal"), SQL("o.currency_rate"), company),
        firm=FIRM_ORDER,
        company=company.id,
        since=since,
        wanted=_wanted(SQL("o.commercial_partner_id"), limited),
    )


def _own_lines(company, since, limited):
    return SQL(
        """
        SELECT -s.id AS basket, c.commercial_partner_id AS partner_id, s.date_order,
               FALSE AS is_refund, l.product_id, t.categ_id, %(net)s AS net,
               l.product_uom_qty::numeric AS quantity
          FROM sale_order s
          JOIN res_partner c ON c.id = s.partner_id
          JOIN sale_order_line l ON l.order_id = s.id AND l.display_type IS NULL
          JOIN product_product p ON p.id = l.product_id
          JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE s.state = 'sale' AND s.company_id = %(company)s
               AND s.date_order >= %(since)s AND s.amount_untaxed > 0
               AND l.is_downpayment IS NOT TRUE AND %(once)s AND %(wanted)s
        """,
        net=_own_money(SQL("l.price_subtotal"), SQL("s.currency_rate"), company),
        company=company.id,
        since=since,
        once=NOT_MADE_HERE,
        wanted=_wanted(SQL("c.commercial_partner_id"), limited),
    )


def orders(env, company, since, limited):
    """Every firm order since a moment: partner_id, date_order, channel.

    The channel of an order made in Odoo is its sales team.

    :param company: record of ``res.company``
    :param datetime since: naive UTC
    :param bool limited: only for the partners in the temporary table ``sme_wanted``
    :rtype: SQL
    """
    shop = SQL(
        """
        SELECT o.commercial_partner_id AS partner_id, o.date_order, o.channel
          FROM sme_order o
         WHERE o.counted AND o.company_id = %s AND o.date_order >= %s AND %s AND %s
               AND o.commercial_partner_id IS NOT NULL
        """,
        *(company.id, since, FIRM_ORDER),
        _wanted(SQL("o.commercial_partner_id"), limited),
    )
    if not has_own_orders(env, company):
        return shop
    own = SQL(
        """
        SELECT c.commercial_partner_id, s.date_order,
               coalesce(team.name->>%s, team.name->>'en_US')
          FROM sale_order s
          JOIN res_partner c ON c.id = s.partner_id
          LEFT JOIN crm_team team ON team.id = s.team_id
         WHERE s.state = 'sale' AND s.company_id = %s AND s.date_order >= %s
               AND s.amount_untaxed > 0 AND %s AND %s
        """,
        *(company.partner_id.lang or "en_US", company.id, since, NOT_MADE_HERE),
        _wanted(SQL("c.commercial_partner_id"), limited),
    )
    return SQL("%s UNION ALL %s", shop, own)


def _own_money(amount, rate, company):
    return SQL(
        "CASE WHEN %(rate)s = 1 THEN %(amount)s ELSE round("
        "%(amount)s / coalesce(nullif(%(rate)s, 0), 1)::numeric, %(digits)s) END",
        amount=amount,
        rate=rate,
        digits=company.currency_id.decimal_places,
    )


def _wanted(column, limited):
    if not limited:
        return SQL("TRUE")
    # An array: the planner then goes by the customer's index, not through all orders.
    return SQL("%s = ANY(ARRAY(SELECT id FROM sme_wanted))", column)
