"""What the roll-up of the sales is made of: lines of orders, talks and complaints.

Each query gives rows with the columns of ``DIMENSIONS`` and ``MEASURES``, in the
company's currency. The lines of an order sum to it to the cent: money is turned at the
rate that the order as a whole got, rounded along the running sum, and the line with the
most money takes what is left and carries the order's count. The slow, plain form of it
stands in ``tools/sales_shares.py``.
"""

from odoo.tools import SQL

from ..models.sme_interaction import TALKS
from .touchpoints import COUNTED
from .worth import PRICED

DIMENSIONS = (
    "partner_id",
    "month",
    "user_id",
    "team_id",
    "source_id",
    "channel",
    "campaign_id",
    "promotion",
    "product_tmpl_id",
    "categ_id",
    "vendor_id",
    "country_id",
    "region_id",
    "tier_id",
    "segment_id",
    "fade_state",
    "customer_kind",
)
MEASURES = (
    "revenue",
    "cost",
    "margin",
    "discount",
    "refunded",
    "service_cost",
    "quantity",
    "order_count",
    "touch_count",
    "complaint_count",
)


def fill_vendors(cr, company):
    """Collect each product's first vendor, as Odoo orders them, in ``sme_vendor``."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_vendor"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_vendor ON COMMIT DROP AS
            SELECT DISTINCT ON (s.product_tmpl_id)
                   s.product_tmpl_id, v.commercial_partner_id AS vendor_id
              FROM product_supplierinfo s
              JOIN res_partner v ON v.id = s.partner_id
             WHERE s.product_tmpl_id IS NOT NULL
                   AND (s.company_id IS NULL OR s.company_id = %s)
             ORDER BY s.product_tmpl_id, s.sequence, s.min_qty DESC, s.price, s.id
            """,
            company.id,
        )
    )
    cr.execute(SQL("ANALYZE sme_vendor"))


def order_cells(company, as_of, wanted):
    """Sum all counted orders and refunds of a company to cells.

    :param str wanted: temporary table with the only customers, 0 for sales without
        one; None for all
    :rtype: SQL
    """
    return SQL(
        """
        SELECT %(dimensions)s,
               sum(revenue) AS revenue,
               sum(CASE WHEN is_cost_known THEN revenue - margin ELSE 0 END) AS cost,
               sum(margin) AS margin,
               sum(discount) AS discount,
               sum(CASE WHEN is_refund THEN -revenue ELSE 0 END) AS refunded,
               0::numeric AS service_cost,
               sum(quantity) AS quantity,
               (count(*) FILTER (WHERE is_last AND is_event))::int AS order_count,
               0 AS touch_count,
               0 AS complaint_count
          FROM (%(shares)s) share
         GROUP BY %(groups)s
        """,
        dimensions=_names(DIMENSIONS),
        groups=_names(DIMENSIONS),
        shares=_shares(company, as_of, wanted),
    )


def activity_cells(company, as_of, wanted):
    """Sum talks of employees, complaints and what serving costs to cells.

    :param str wanted: as in ``order_cells``
    :rtype: SQL
    """
    return SQL(
        """
        SELECT head.id AS partner_id, %(month)s AS month, owner.id AS user_id,
               owner.sale_team_id AS team_id,
               i.source_id, NULL AS channel, NULL::int AS campaign_id,
               NULL AS promotion, v.product_tmpl_id,
               t.categ_id, v.vendor_id, head.country_id, head.state_id AS region_id,
               %(classes)s,
               0::numeric AS revenue, 0::numeric AS cost, 0::numeric AS margin,
               0::numeric AS discount, 0::numeric AS refunded,
               round(%(cost)s, %(digits)s) AS service_cost,
               0::numeric AS quantity, 0 AS order_count,
               (count(*) FILTER (
                   WHERE i.kind = ANY(%(talks)s) AND i.user_id IS NOT NULL
               ))::int AS touch_count,
               (count(*) FILTER (WHERE i.kind = 'complaint'))::int AS complaint_count
          FROM sme_interaction i
          LEFT JOIN res_partner p ON p.id = i.partner_id
          LEFT JOIN res_partner head ON head.id = p.commercial_partner_id
          LEFT JOIN res_users owner ON owner.id = coalesce(i.user_id, head.user_id)
          LEFT JOIN product_product variant ON variant.id = i.product_id
          LEFT JOIN product_template t ON t.id = variant.product_tmpl_id
          LEFT JOIN sme_vendor v ON v.product_tmpl_id = t.id
          %(values)s
         WHERE i.company_id = %(company)s AND i.gone_on IS NULL AND %(wanted)s
               AND i.kind = ANY(%(kinds)s)
               AND (i.kind <> 'visit' OR i.source_id IS NULL OR i.user_id IS NOT NULL)
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
        """,
        month=_month_of(as_of, SQL("i.date")),
        classes=_classes(),
        values=_values(company),
        talks=list(TALKS),
        kinds=[*TALKS, "refund", "delivery_exception", "complaint"],
        cost=SQL(" + ").join(
            SQL(
                "count(*) FILTER (WHERE %s) * %s::numeric",
                COUNTED[name],
                str(company[setting]),
            )
            for name, setting in PRICED.items()
        ),
        digits=company.currency_id.decimal_places,
        company=company.id,
        wanted=_in_wanted(SQL("coalesce(p.commercial_partner_id, 0)"), wanted),
    )


def _shares(company, as_of, wanted):
    """Give every line its share of its order's money.

    ``net_sum`` runs over the lines with the least money first.
    """
    digits = company.currency_id.decimal_places
    return SQL(
        """
        SELECT %(dimensions)s, is_refund, is_event, is_last, quantity,
               is_cost_known AND order_margin IS NOT NULL AS is_cost_known,
               CASE WHEN is_last THEN order_revenue
                    ELSE round(net_sum * factor, %(digits)s) END
               - CASE WHEN is_first THEN 0
                      ELSE round((net_sum - net) * factor, %(digits)s) END AS revenue,
               CASE WHEN order_margin IS NULL THEN 0
                    ELSE CASE WHEN is_last THEN order_margin
                              ELSE round(gain_sum * factor, %(digits)s) END
                         - CASE WHEN is_first THEN 0
                                ELSE round((gain_sum - gain) * factor, %(digits)s) END
                    END AS margin,
               round(discount * factor, %(digits)s) AS discount
          FROM (
               SELECT line.*,
                      sum(net) OVER running AS net_sum,
                      sum(gain) OVER running AS gain_sum,
                      lag(order_id) OVER running IS NULL AS is_first,
                      lead(order_id) OVER running IS NULL AS is_last
                 FROM (%(lines)s) line
               WINDOW running AS (PARTITION BY is_own, order_id
                                  ORDER BY net, line_id DESC
                                  ROWS UNBOUNDED PRECEDING)
          ) stepped
        """,
        dimensions=_names(DIMENSIONS),
        digits=digits,
        lines=SQL(
            "%s UNION ALL %s",
            _shop_lines(company, as_of, wanted),
            _own_lines(company, as_of, wanted),
        ),
    )


def _shop_lines(company, as_of, wanted):
    """Lines of counted shop orders and refunds; an order without lines is one."""
    return SQL(
        """
        SELECT o.id AS order_id, FALSE AS is_own, coalesce(l.id, 0) AS line_id,
               o.kind = 'refund' AS is_refund,
               o.kind = 'order' AND o.revenue > 0
                   AND o.id NOT IN (SELECT id FROM sme_refunded_all) AS is_event,
               o.revenue AS order_revenue, o.margin AS order_margin,
               CASE WHEN o.currency_rate = 1 THEN 1
                    WHEN o.amount_untaxed <> 0 THEN o.revenue / o.amount_untaxed
                    ELSE 1 / coalesce(nullif(o.currency_rate, 0), 1) END AS factor,
               coalesce(l.price_subtotal, 0) AS net,
               coalesce(l.margin, 0) AS gain,
               l.id IS NULL OR l.margin IS NOT NULL AS is_cost_known,
               coalesce(l.discount_amount, 0) - CASE WHEN l.line_type = 'discount'
                   THEN l.price_subtotal ELSE 0 END AS discount,
               CASE WHEN l.line_type = 'product' THEN l.quantity ELSE 0 END AS quantity,
               o.commercial_partner_id AS partner_id, %(month)s AS month,
               coalesce(o.user_id, head.user_id) AS user_id,
               seller.sale_team_id AS team_id, o.source_id, o.channel,
               o.utm_campaign_id AS campaign_id,
               CASE WHEN o.coupon_codes IS NOT NULL THEN 'coupon'
                    WHEN o.utm_campaign_id IS NOT NULL THEN 'campaign'
                    WHEN o.amount_discount <> 0 THEN 'discount'
                    ELSE 'none' END AS promotion,
               variant.product_tmpl_id, coalesce(t.categ_id, l.categ_id) AS categ_id,
               v.vendor_id,
               coalesce(buyer.country_id, o.country_id) AS country_id,
               CASE WHEN buyer.country_id IS NULL THEN o.region_id
                    ELSE buyer.state_id END AS region_id,
               %(classes)s
          FROM %(orders)s o
          LEFT JOIN sme_order_line l ON l.order_id = o.id
          LEFT JOIN product_product variant ON variant.id = l.product_id
          LEFT JOIN product_template t ON t.id = variant.product_tmpl_id
          LEFT JOIN sme_vendor v ON v.product_tmpl_id = t.id
          LEFT JOIN res_partner buyer ON buyer.id = o.partner_id
          LEFT JOIN res_partner head ON head.id = o.commercial_partner_id
          LEFT JOIN res_users seller ON seller.id = coalesce(o.user_id, head.user_id)
          %(values)s
        """,
        month=_month_of(as_of, SQL("o.date_order")),
        orders=_shop_orders(company, wanted),
        classes=_classes(),
        values=_values(company),
    )


def _shop_orders(company, wanted):
    condition = SQL("sold.counted AND sold.company_id = %s", company.id)
    if not wanted:
        return SQL("(SELECT sold.* FROM sme_order sold WHERE %s)", condition)
    # OFFSET 0 keeps the planner from reading the whole table for one customer in 100.
    return SQL(
        """
        (SELECT found.* FROM %(wanted)s wanted CROSS JOIN LATERAL (
             SELECT sold.* FROM sme_order sold
              WHERE %(condition)s AND sold.commercial_partner_id = wanted.id
              UNION ALL
             SELECT sold.* FROM sme_order sold
              WHERE wanted.id = 0 AND %(condition)s
                    AND sold.commercial_partner_id IS NULL
             OFFSET 0
         ) found)
        """,
        wanted=SQL.identifier(wanted),
        condition=condition,
    )


def _own_lines(company, as_of, wanted):
    """Lines of confirmed orders made in Odoo, without those of counted shop orders."""
    return SQL(
        """
        SELECT s.id AS order_id, TRUE AS is_own, coalesce(l.id, 0) AS line_id,
               FALSE AS is_refund, s.revenue > 0 AS is_event,
               s.revenue AS order_revenue, s.own_margin AS order_margin,
               CASE WHEN s.amount_untaxed <> 0 THEN s.revenue / s.amount_untaxed
                    ELSE 1 / s.rate END AS factor,
               coalesce(l.price_subtotal, 0) AS net,
               coalesce(l.margin, 0)::numeric AS gain,
               TRUE AS is_cost_known,
               CASE WHEN l.price_subtotal < 0 THEN -l.price_subtotal
                    WHEN l.discount BETWEEN 0.000001 AND 99.999999
                    THEN l.price_subtotal * l.discount::numeric
                         / (100 - l.discount::numeric)
                    ELSE 0 END AS discount,
               CASE WHEN l.product_id IS NULL THEN 0
                    ELSE l.product_uom_qty * coalesce(
                        (unit.factor / nullif(base.factor, 0))::numeric, 1
                    ) END AS quantity,
               buyer.commercial_partner_id AS partner_id, %(month)s AS month,
               coalesce(s.user_id, head.user_id) AS user_id,
               coalesce(s.team_id, seller.sale_team_id) AS team_id,
               NULL::int AS source_id, NULL AS channel, s.campaign_id,
               CASE WHEN s.campaign_id IS NOT NULL THEN 'campaign'
                    WHEN EXISTS (
                        SELECT FROM sale_order_line cut WHERE cut.order_id = s.id
                               AND (cut.discount > 0 OR cut.price_subtotal < 0)
                    ) THEN 'discount'
                    ELSE 'none' END AS promotion,
               variant.product_tmpl_id, t.categ_id, v.vendor_id,
               buyer.country_id, buyer.state_id AS region_id, %(classes)s
          FROM (%(orders)s) s
          JOIN res_partner buyer ON buyer.id = s.partner_id
          JOIN res_partner head ON head.id = buyer.commercial_partner_id
          LEFT JOIN sale_order_line l ON l.order_id = s.id AND l.display_type IS NULL
          LEFT JOIN product_product variant ON variant.id = l.product_id
          LEFT JOIN product_template t ON t.id = variant.product_tmpl_id
          LEFT JOIN uom_uom unit ON unit.id = l.product_uom_id
          LEFT JOIN uom_uom base ON base.id = t.uom_id
          LEFT JOIN sme_vendor v ON v.product_tmpl_id = t.id
          LEFT JOIN res_users seller ON seller.id = coalesce(s.user_id, head.user_id)
          %(values)s
         WHERE %(wanted)s
        """,
        month=_month_of(as_of, SQL("s.date_order")),
        orders=_own_orders(company),
        classes=_classes(),
        values=_values(company),
        wanted=_in_wanted(SQL("buyer.commercial_partner_id"), wanted),
    )


def _own_orders(company):
    """Confirmed orders made in Odoo with their figures in the company's currency."""
    return SQL(
        """
        SELECT sold.*, rated.rate,
               round(sold.amount_untaxed / rated.rate, %(digits)s) AS revenue,
               round(sold.margin / rated.rate, %(digits)s) AS own_margin
          FROM sale_order sold
         CROSS JOIN LATERAL (
               SELECT coalesce(nullif(sold.currency_rate, 0), 1)::numeric AS rate
         ) rated
         WHERE sold.state = 'sale' AND sold.company_id = %(company)s
               AND NOT EXISTS (
                   SELECT FROM sme_order made
                    WHERE made.sale_order_id = sold.id AND made.counted
               )
        """,
        digits=company.currency_id.decimal_places,
        company=company.id,
    )


def _classes():
    """Class of the customer ``head`` as of now, from his figures."""
    return SQL(
        "figures.tier_id, figures.segment_id, figures.fade_state, "
        "CASE WHEN head.id IS NULL THEN 'none' "
        "WHEN head.is_company THEN 'company' ELSE 'consumer' END AS customer_kind"
    )


def _values(company):
    return SQL(
        "LEFT JOIN sme_customer_value figures "
        "ON figures.partner_id = head.id AND figures.company_id = %s",
        company.id,
    )


def _month_of(as_of, column):
    return SQL("date_trunc('month', %s)::date", as_of.day_of(column))


def _names(names):
    return SQL(", ").join(SQL.identifier(name) for name in names)


def _in_wanted(column, wanted):
    if not wanted:
        return SQL("TRUE")
    return SQL("%s IN (SELECT id FROM %s)", column, SQL.identifier(wanted))
