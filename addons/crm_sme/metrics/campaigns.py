"""What came of the campaigns: which orders count for which, and what they sum to.

An order counts for one campaign: the one that it names, else the one whose coupon it
used, else the latest one that the customer had contact with within the campaign's
days. Its refunds follow it. The slow, plain form stands in ``tools/campaigns.py``.
"""

from odoo.tools import SQL

from .as_of import AsOf
from .campaign_contacts import fill_contacts, is_ours
from .campaign_results import RESULTS, write
from .refresh import active_companies, planner

COLUMNS = (
    "campaign_id",
    "company_id",
    "partner_id",
    "order_id",
    "sale_order_id",
    "date",
    "how",
    "contact_on",
    "is_refund",
    "is_new",
    "order_count",
    "revenue",
    "margin",
    "segment_id",
)

__all__ = ["RESULTS", "refresh"]


def refresh(env):
    """Bring sales and results of all campaigns up to date; a second call writes none.

    :return: ids of the campaigns whose results changed
    :rtype: list[int]
    """
    env.flush_all()
    env = env(su=True)
    with planner(env.cr):
        for company in active_companies(env):
            as_of = AsOf.of_company(company)
            fill_contacts(env, company)
            _fill_wanted(env, company, as_of)
            _store_sales(env, company)
        changed = write(env)
    env["sme.campaign.sale"].invalidate_model()
    return changed


def _fill_wanted(env, company, as_of):
    """Collect in ``sme_campaign_wanted`` what shall stand in ``sme_campaign_sale``."""
    cr = env.cr
    cr.execute(SQL("DROP TABLE IF EXISTS sme_campaign_wanted"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_campaign_wanted ON COMMIT DROP AS
            WITH sale AS (%(shop)s UNION ALL %(own)s),
                 given AS (%(given)s)
            SELECT given.campaign_id, %(company)s AS company_id, sale.partner_id,
                   sale.order_id, sale.sale_order_id, sale.date, given.how,
                   given.contact_on, FALSE AS is_refund,
                   %(day)s = v.first_order_date AS is_new,
                   CASE WHEN sale.revenue > 0 AND NOT sale.is_paid_back
                        THEN 1 ELSE 0 END AS order_count,
                   sale.revenue, sale.margin, v.segment_id
              FROM given
              JOIN sale ON sale.key = given.key
              LEFT JOIN sme_customer_value v ON v.partner_id = sale.partner_id
                                            AND v.company_id = %(company)s
            """,
            shop=_shop_sales(company),
            own=_own_sales(company),
            given=_given(env, company),
            day=as_of.day_of(SQL("sale.date")),
            company=company.id,
        )
    )
    cr.execute(SQL("CREATE INDEX ON sme_campaign_wanted (order_id)"))
    cr.execute(SQL("ANALYZE sme_campaign_wanted"))
    cr.execute(_refunds(company))


def _shop_sales(company):
    """Counted orders of shops; ``key`` is theirs, above zero."""
    return SQL(
        """
        SELECT o.id::bigint AS key, o.id AS order_id, NULL::int AS sale_order_id,
               o.commercial_partner_id AS partner_id, o.date_order AS date,
               coalesce(o.revenue, 0) AS revenue, coalesce(o.margin, 0) AS margin,
               o.utm_campaign_id AS campaign_id, o.coupon_codes,
               coalesce(back.total, 0) < 0
                   AND o.amount_total + back.total < 0.005 AS is_paid_back
          FROM sme_order o
          LEFT JOIN (
               SELECT origin_id, sum(amount_total) AS total FROM sme_order
                WHERE counted AND kind = 'refund' AND origin_id IS NOT NULL
                      AND company_id = %(company)s
                GROUP BY origin_id
          ) back ON back.origin_id = o.id
         WHERE o.counted AND o.kind = 'order' AND o.company_id = %(company)s
        """,
        company=company.id,
    )


def _own_sales(company):
    """Confirmed orders made in Odoo, without those of counted shop orders."""
    return SQL(
        """
        SELECT -s.id::bigint AS key, NULL::int AS order_id, s.id AS sale_order_id,
               p.commercial_partner_id AS partner_id, s.date_order AS date,
               round(s.amount_untaxed / rated.rate, %(digits)s) AS revenue,
               round(s.margin / rated.rate, %(digits)s) AS margin,
               s.campaign_id, NULL::varchar AS coupon_codes, FALSE AS is_paid_back
          FROM sale_order s
          JOIN res_partner p ON p.id = s.partner_id
         CROSS JOIN LATERAL (
               SELECT coalesce(nullif(s.currency_rate, 0), 1)::numeric AS rate
         ) rated
         WHERE s.state = 'sale' AND s.company_id = %(company)s
               AND NOT EXISTS (
                   SELECT FROM sme_order made
                    WHERE made.sale_order_id = s.id AND made.counted
               )
        """,
        digits=company.currency_id.decimal_places,
        company=company.id,
    )


def _given(env, company):
    """Which sale counts for which campaign, and why; each sale once."""
    return SQL(
        """
        SELECT DISTINCT ON (key) key, campaign_id, how, contact_on
          FROM (
               SELECT sale.key, c.id AS campaign_id, 'named' AS how,
                      NULL::timestamp AS contact_on, 0 AS rank
                 FROM sale JOIN utm_campaign c ON c.id = sale.campaign_id
                WHERE %(ours)s
                UNION ALL
               %(coupons)s
                UNION ALL
               SELECT sale.key, contact.campaign_id, contact.how,
                      contact.contact_on, 2
                 FROM sale
                 JOIN sme_contact contact
                      ON contact.partner_id = sale.partner_id
                     AND sale.date >= contact.contact_on
                     AND sale.date < contact.contact_on
                                     + (contact.days + 1) * interval '1 day'
          ) found
         ORDER BY key, rank, contact_on DESC, how, campaign_id
        """,
        ours=is_ours(company),
        coupons=_coupon_sales(env, company),
    )


def _coupon_sales(env, company):
    """Sales with a coupon of a campaign; the first campaign of two with the same."""
    codes = env["utm.campaign"].with_context(active_test=False)._coupons_of(company)
    if not codes:
        return SQL(
            "SELECT NULL::bigint, NULL::int, NULL::text, NULL::timestamp, 1 WHERE FALSE"
        )
    return SQL(
        """
        SELECT sale.key, used.campaign_id, 'coupon', NULL::timestamp, 1
          FROM sale
          JOIN (VALUES %(codes)s) used (code, campaign_id)
               ON used.code = ANY(
                  string_to_array(lower(replace(sale.coupon_codes, ' ', '')), ','))
         WHERE sale.coupon_codes IS NOT NULL
        """,
        codes=SQL(", ").join(
            SQL("(%s, %s)", code, campaign) for code, campaign in codes
        ),
    )


def _refunds(company):
    """Add what was paid back for the orders in the table, on the day it was."""
    return SQL(
        """
        INSERT INTO sme_campaign_wanted
        SELECT sold.campaign_id, sold.company_id, sold.partner_id, r.id, NULL,
               r.date_order, sold.how, sold.contact_on, TRUE, FALSE, 0,
               coalesce(r.revenue, 0), coalesce(r.margin, 0), sold.segment_id
          FROM sme_campaign_wanted sold
          JOIN sme_order r ON r.origin_id = sold.order_id
         WHERE r.counted AND r.kind = 'refund' AND r.company_id = %s
        """,
        company.id,
    )


def _store_sales(env, company):
    """Write the rows that differ, drop those that count no more."""
    cr = env.cr
    for key in ("order_id", "sale_order_id"):
        cr.execute(
            SQL(
                """
                DELETE FROM sme_campaign_sale kept
                 WHERE company_id = %(company)s AND %(key)s IS NOT NULL
                       AND NOT EXISTS (SELECT FROM sme_campaign_wanted wanted
                                        WHERE wanted.%(key)s = kept.%(key)s)
                """,
                company=company.id,
                key=SQL.identifier(key),
            )
        )
    columns = [SQL.identifier(name) for name in COLUMNS]
    names = SQL(", ").join(columns)
    for key in ("order_id", "sale_order_id"):
        cr.execute(
            SQL(
                """
                INSERT INTO sme_campaign_sale AS kept (%(names)s)
                SELECT %(names)s FROM sme_campaign_wanted
                 WHERE %(key)s IS NOT NULL
                ON CONFLICT (%(key)s) DO UPDATE SET %(assign)s
                 WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
                """,
                names=names,
                key=SQL.identifier(key),
                assign=SQL(", ").join(SQL("%s = EXCLUDED.%s", c, c) for c in columns),
                old=SQL(", ").join(SQL("kept.%s", c) for c in columns),
                new=SQL(", ").join(SQL("EXCLUDED.%s", c) for c in columns),
            )
        )
