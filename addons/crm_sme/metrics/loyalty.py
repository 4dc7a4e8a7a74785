"""Kind of loyalty, by rules; the slow form is ``tools/loyalty.py``."""

from odoo.tools import SQL

from ..tools.loyalty import (
    BAD_RATING,
    DISCOUNT_SHARE,
    GOOD_RATING,
    KEEPING_UP,
    PREMIUM_ORDERS,
    REPEAT_ORDERS,
)
from ..tools.worth import YEAR_DAYS


def loyalty_kind():
    """Kind as SQL over ``v`` (figures), ``p`` (partner), ``talk`` and ``bargain``.

    :rtype: SQL
    """
    satisfied = SQL(
        "((talk.rating_avg >= %(good)s) IS TRUE "
        "OR (talk.delivered_value > 0) IS TRUE) "
        "AND NOT ((talk.rating_avg < %(bad)s) IS TRUE "
        "OR (talk.delivered_value < 0) IS TRUE "
        "OR coalesce(talk.complaint, 0) > 0)",
        good=GOOD_RATING,
        bad=BAD_RATING,
    )
    return SQL(
        """
        CASE WHEN coalesce(p.sme_loyalty_manual, '') <> '' THEN p.sme_loyalty_manual
             WHEN coalesce(v.order_count, 0) = 0 THEN NULL
             WHEN p.sme_sole_supply THEN 'monopoly'
             WHEN p.sme_relation THEN 'kinship'
             WHEN v.order_count < %(repeat)s OR v.fade_state <> ALL(%(keeping)s)
             THEN CASE WHEN %(satisfied)s THEN 'latent' END
             WHEN v.order_count_12m > 0
                  AND coalesce(bargain.orders, 0) >= %(share)s * v.order_count_12m
             THEN 'benefit'
             WHEN NOT (%(satisfied)s) THEN 'inertia'
             WHEN v.order_count_12m >= %(premium)s THEN 'premium'
             ELSE 'trust' END
        """,
        repeat=REPEAT_ORDERS,
        keeping=list(KEEPING_UP),
        satisfied=satisfied,
        share=DISCOUNT_SHARE,
        premium=PREMIUM_ORDERS,
    )


def fill_bargains(env, company, as_of, limited):
    """Make ``sme_bargain``: orders of 12 months with a discount, by customer.

    :param bool limited: only the partners in ``sme_worth_wanted``
    """
    cr = env.cr
    cr.execute(SQL("DROP TABLE IF EXISTS sme_bargain"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_bargain ON COMMIT DROP AS
            SELECT partner_id, count(*)::int AS orders
              FROM (
                   SELECT o.commercial_partner_id AS partner_id
                     FROM sme_order o
                    WHERE o.counted AND o.kind = 'order' AND o.amount_discount > 0
                          AND o.company_id = %(company)s AND o.date_order >= %(year)s
                          AND %(shop)s
                    UNION ALL
                   SELECT p.commercial_partner_id
                     FROM sale_order s JOIN res_partner p ON p.id = s.partner_id
                    WHERE s.state = 'sale' AND s.company_id = %(company)s
                          AND s.date_order >= %(year)s AND %(own)s
                          AND EXISTS (SELECT FROM sale_order_line l
                                       WHERE l.order_id = s.id AND l.discount > 0)
                          AND NOT EXISTS (SELECT FROM sme_order made
                                           WHERE made.sale_order_id = s.id
                                                 AND made.counted)
              ) cheap
             WHERE partner_id IS NOT NULL
             GROUP BY partner_id
            """,
            company=company.id,
            year=as_of.window_start(YEAR_DAYS),
            shop=_wanted(SQL("o.commercial_partner_id"), limited),
            own=_wanted(SQL("p.commercial_partner_id"), limited),
        )
    )
    cr.execute(SQL("ANALYZE sme_bargain"))


def _wanted(column, limited):
    if not limited:
        return SQL("TRUE")
    # An array: the planner then goes by the customer's index, not through all orders.
    return SQL("%s = ANY(ARRAY(SELECT id FROM sme_worth_wanted))", column)
