"""What the sales of each campaign sum to, beside its leads and its care."""

from odoo.tools import SQL

RESULTS = (
    "lead_total",
    "order_total",
    "customer_total",
    "new_customer_total",
    "revenue_total",
    "margin_total",
    "care_cost",
)


def write(env):
    """Write the sums of each campaign where they differ.

    :return: ids of the campaigns written
    :rtype: list[int]
    """
    names = [SQL.identifier(name) for name in RESULTS]
    env.cr.execute(
        SQL(
            """
            UPDATE utm_campaign kept
               SET %(assign)s, computed_on = %(now)s
              FROM (%(sums)s) summed
             WHERE summed.id = kept.id
                   AND (kept.computed_on IS NULL
                        OR (%(old)s) IS DISTINCT FROM (%(new)s))
            RETURNING kept.id
            """,
            assign=SQL(", ").join(SQL("%s = summed.%s", n, n) for n in names),
            old=SQL(", ").join(SQL("kept.%s", n) for n in names),
            new=SQL(", ").join(SQL("summed.%s", n) for n in names),
            sums=_sums(env.ref("base.main_company").currency_id),
            now=env.cr.now().replace(microsecond=0),
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def _sums(currency):
    """Leads, orders, buyers, money and care of each campaign.

    A campaign of no company sums what is in the currency of the main one.
    """
    return SQL(
        """
        SELECT c.id,
               coalesce(asked.leads, 0) AS lead_total,
               coalesce(sold.orders, 0) AS order_total,
               coalesce(sold.customers, 0) AS customer_total,
               coalesce(sold.new_customers, 0) AS new_customer_total,
               coalesce(sold.revenue, 0) AS revenue_total,
               coalesce(sold.margin, 0) AS margin_total,
               coalesce(cared.cost, 0) AS care_cost
          FROM utm_campaign c
          LEFT JOIN (
               SELECT campaign_id, count(*)::int AS leads FROM crm_lead
                WHERE campaign_id IS NOT NULL GROUP BY campaign_id
          ) asked ON asked.campaign_id = c.id
          LEFT JOIN (
               SELECT s.campaign_id, sum(s.order_count)::int AS orders,
                      count(DISTINCT s.partner_id)
                          FILTER (WHERE s.order_count > 0)::int AS customers,
                      count(DISTINCT s.partner_id)
                          FILTER (WHERE s.order_count > 0 AND s.is_new)::int
                          AS new_customers,
                      sum(s.revenue) AS revenue, sum(s.margin) AS margin
                 FROM sme_campaign_sale s
                 JOIN res_company company ON company.id = s.company_id
                 JOIN utm_campaign named ON named.id = s.campaign_id
                WHERE named.company_id IS NOT NULL
                      OR company.currency_id = %(currency)s
                GROUP BY s.campaign_id
          ) sold ON sold.campaign_id = c.id
          LEFT JOIN (
               SELECT plan.campaign_id, sum(touch.cost) AS cost
                 FROM sme_care_touch touch
                 JOIN sme_care_plan plan ON plan.id = touch.plan_id
                WHERE touch.state = 'done' AND plan.campaign_id IS NOT NULL
                GROUP BY plan.campaign_id
          ) cared ON cared.campaign_id = c.id
        """,
        currency=currency.id,
    )
