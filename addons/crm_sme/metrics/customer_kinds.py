"""The kind of customers who were here before kinds were."""

from odoo.tools import SQL


def fill(env):
    """Give each partner without a kind the one of persons or of companies.

    Contacts get the kind of the customer whom they belong to. In one statement: the
    ORM would load every partner. Not a change that anybody made, so dates stay.

    :return: number of partners who got a kind
    :rtype: int
    """
    partners = env["res.partner"].sudo()
    env.flush_all()
    rows = env.execute_query(
        SQL(
            "UPDATE res_partner p SET customer_kind_id = k.id "
            "FROM res_partner head, sme_customer_kind k "
            "WHERE p.customer_kind_id IS NULL AND head.id = p.commercial_partner_id "
            "AND k.active AND k.given_to = "
            "CASE WHEN head.is_company THEN 'company' ELSE 'person' END "
            "RETURNING p.id"
        )
    )
    partners.invalidate_model(["customer_kind_id"], flush=False)
    return len(rows)
