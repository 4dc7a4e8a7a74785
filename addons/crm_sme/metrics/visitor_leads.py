"""Leads of carts that were left and of many visits; closed when the customer buys.

What a shop tells stays an interaction. It is a lead only above the company's
thresholds, once each, and only while the customer has not bought since.
"""

from odoo.tools import SQL

from .as_of import AsOf

# An older cart is cold; a younger one may still be paid.
CART_DAYS = 14
CART_HOURS = 1
VISIT_DAYS = 7
# A customer who keeps looking is not a new lead every week.
AGAIN_DAYS = 30
MOST = 500


def settle(env, company=None):
    """Make and close the leads of one or all companies.

    :param env: environment
    :param company: record of ``res.company``; None for all companies
    :return: number of leads made or closed
    :rtype: int
    """
    env = env(su=True)  # a job; whose leads they are is written into them
    companies = company or env["res.company"].search([("active", "=", True)])
    changed = 0
    for each in companies.sudo():
        as_of = AsOf.of_company(each)
        env.flush_all()
        changed += _close(env, each, as_of)
        changed += _make(env, each, _carts(env, each, as_of), "cart")
        changed += _make(env, each, _visits(env, each, as_of), "browse")
        changed += _follow_segments(env, each)
    return changed


def _bought_since(partner, moment, company):
    """Whether the family of a customer has ordered since a moment."""
    return SQL(
        """
        EXISTS (SELECT FROM sme_order o JOIN res_partner b ON b.id = o.partner_id
                 WHERE b.commercial_partner_id = %(partner)s
                       AND o.company_id = %(company)s AND o.kind = 'order'
                       AND o.state <> 'cancelled' AND o.date_order >= %(moment)s)
        OR EXISTS (SELECT FROM sale_order o JOIN res_partner b ON b.id = o.partner_id
                    WHERE b.commercial_partner_id = %(partner)s
                          AND o.company_id = %(company)s AND o.state = 'sale'
                          AND o.date_order >= %(moment)s)
        """,
        partner=partner,
        company=company.id,
        moment=moment,
    )


def _close(env, company, as_of):
    """Visitors who bought since are won."""
    rows = env.execute_query(
        SQL(
            """
            SELECT l.id FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
             WHERE l.visit_kind IS NOT NULL AND l.active AND l.won_status = 'pending'
                   AND l.company_id = %(company)s AND l.create_date < %(now)s
                   AND (%(bought)s)
             ORDER BY l.id LIMIT %(most)s
            """,
            company=company.id,
            now=as_of.now,
            bought=_bought_since(
                SQL("p.commercial_partner_id"), SQL("l.create_date"), company
            ),
            most=MOST,
        )
    )
    leads = env["crm.lead"].browse([row[0] for row in rows])
    if leads:
        leads.with_context(mail_notrack=True).action_set_won()
    return len(leads)


def _carts(env, company, as_of):
    """Carts from the threshold on whose customer has not bought since.

    The last one of each customer; amounts in another currency are not compared.
    """
    if not company.sme_cart_amount:
        return []
    return env.execute_query_dict(
        SQL(
            """
            SELECT DISTINCT ON (p.commercial_partner_id)
                   'cart:' || i.id AS visit_key, i.partner_id, i.amount,
                   i.product_id, i.id AS interaction_id, i.product_text AS what,
                   v.user_id
              FROM sme_interaction i JOIN res_partner p ON p.id = i.partner_id
              LEFT JOIN sme_customer_value v
                   ON v.partner_id = p.commercial_partner_id
                      AND v.company_id = i.company_id
             WHERE i.company_id = %(company)s AND i.kind = 'cart'
                   AND i.gone_on IS NULL AND i.amount >= %(least)s
                   AND i.currency_id = %(currency)s AND p.active
                   AND i.date > %(since)s
                   AND i.date < %(now)s - interval %(pause)s
                   AND NOT EXISTS (SELECT FROM crm_lead l
                                    WHERE l.company_id = i.company_id
                                          AND l.visit_key = 'cart:' || i.id)
                   AND NOT (%(bought)s)
                   AND NOT (%(open)s)
             ORDER BY p.commercial_partner_id, i.date DESC, i.id DESC
             LIMIT %(most)s
            """,
            company=company.id,
            least=company.sme_cart_amount,
            currency=company.currency_id.id,
            since=as_of.window_start(CART_DAYS),
            now=as_of.now,
            pause=f"{CART_HOURS} hours",
            bought=_bought_since(
                SQL("p.commercial_partner_id"), SQL("i.date"), company
            ),
            open=_has_lead("cart", company, as_of, open_only=True),
            most=MOST,
        )
    )


def _visits(env, company, as_of):
    """Customers who looked at goods often within a week and have not bought since."""
    if not company.sme_visit_count:
        return []
    return env.execute_query_dict(
        SQL(
            """
            SELECT 'browse:' || p.id || ':' || %(today)s AS visit_key,
                   p.id AS partner_id, 0 AS amount, looked.product_id,
                   looked.interaction_id, looked.what, v.user_id
              FROM (
                   SELECT c.commercial_partner_id AS head_id, count(*) AS looks,
                          min(i.date) AS first_look,
                          (array_agg(i.product_id ORDER BY i.date DESC))[1]
                              AS product_id,
                          (array_agg(i.summary ORDER BY i.date DESC))[1] AS what,
                          max(i.id) AS interaction_id
                     FROM sme_interaction i JOIN res_partner c ON c.id = i.partner_id
                    WHERE i.company_id = %(company)s AND i.kind = 'visit'
                          AND i.source_id IS NOT NULL AND i.gone_on IS NULL
                          AND i.date > %(since)s
                    GROUP BY c.commercial_partner_id
              ) looked
              JOIN res_partner p ON p.id = looked.head_id
              LEFT JOIN sme_customer_value v
                   ON v.partner_id = p.id AND v.company_id = %(company)s
             WHERE looked.looks >= %(least)s AND p.active
                   AND NOT (%(bought)s)
                   AND NOT (%(lately)s)
             ORDER BY p.id LIMIT %(most)s
            """,
            today=str(as_of.today),
            company=company.id,
            since=as_of.window_start(VISIT_DAYS),
            least=company.sme_visit_count,
            bought=_bought_since(SQL("p.id"), SQL("looked.first_look"), company),
            lately=_has_lead("browse", company, as_of, open_only=False),
            most=MOST,
        )
    )


def _has_lead(kind, company, as_of, open_only):
    """Whether the customer has such a lead: an open one, or any of late."""
    fresh = (
        SQL("FALSE")
        if open_only
        else SQL("l.create_date > %s", as_of.window_start(AGAIN_DAYS))
    )
    return SQL(
        """
        EXISTS (SELECT FROM crm_lead l JOIN res_partner b ON b.id = l.partner_id
                 WHERE b.commercial_partner_id = p.commercial_partner_id
                       AND l.company_id = %(company)s AND l.visit_kind = %(kind)s
                       AND (l.won_status = 'pending' AND l.active OR %(fresh)s))
        """,
        company=company.id,
        kind=kind,
        fresh=fresh,
    )


def _make(env, company, rows, kind):
    """Make the leads; a whole batch in one create.

    :return: number of leads
    :rtype: int
    """
    if not rows:
        return 0
    leads = env["crm.lead"].with_company(company)
    words = leads._sme_machine_names(kind, rows)
    made = leads.with_context(
        mail_create_nosubscribe=True, mail_create_nolog=True, tracking_disable=True
    ).create(
        [
            {
                "name": name,
                "visit_kind": kind,
                "visit_key": row["visit_key"],
                "partner_id": row["partner_id"],
                "company_id": company.id,
                "user_id": row["user_id"],
                "expected_revenue": row["amount"] or 0,
                "asked_product_ids": [(6, 0, [row["product_id"]])]
                if row["product_id"]
                else False,
            }
            for row, name in zip(rows, words, strict=True)
        ]
    )
    for lead, row in zip(made, rows, strict=True):
        env["sme.interaction"].browse(row["interaction_id"]).lead_id = lead
    return len(made)


def _follow_segments(env, company):
    """Keep the segment of open leads that of their customer."""
    rows = env.execute_query(
        SQL(
            """
            SELECT l.id, v.segment_id
              FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
              JOIN sme_customer_value v
                   ON v.partner_id = p.commercial_partner_id
                      AND v.company_id = l.company_id
             WHERE l.company_id = %s AND l.active AND l.won_status = 'pending'
                   AND l.sme_segment_id IS DISTINCT FROM v.segment_id
             LIMIT %s
            """,
            company.id,
            MOST * 10,
        )
    )
    by_segment = {}
    for lead_id, segment_id in rows:
        by_segment.setdefault(segment_id, []).append(lead_id)
    for segment_id, lead_ids in by_segment.items():
        # By the ORM: the probability depends on it.
        env["crm.lead"].browse(lead_ids).sme_segment_id = segment_id
    return len(rows)
