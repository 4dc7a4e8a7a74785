"""Who brought whom: margin of the customers who came by recommendation."""

from odoo.tools import SQL


def referred_margin(company, limited):
    """Number and 12-month margin of the customers each one brought, as SQL.

    A customer who costs more than he brings takes nothing from who recommended us.
    Contacts count with their company, on both sides; a family does not refer itself.

    :param bool limited: only the partners in ``sme_worth_wanted``
    :return: query of partner_id, referred_count, referred_margin
    :rtype: SQL
    """
    return SQL(
        """
        SELECT giver.commercial_partner_id AS partner_id,
               count(*)::int AS referred_count,
               sum(greatest(brought.margin_12m, 0)) AS referred_margin
          FROM res_partner guest
          JOIN res_partner giver ON giver.id = guest.sme_referrer_id
          JOIN sme_customer_value brought ON brought.partner_id = guest.id
                                         AND brought.company_id = %(company)s
         WHERE guest.sme_referrer_id IS NOT NULL
               AND guest.commercial_partner_id = guest.id
               AND giver.commercial_partner_id <> guest.id
               AND %(wanted)s
         GROUP BY giver.commercial_partner_id
        """,
        company=company.id,
        wanted=SQL("giver.commercial_partner_id IN (SELECT id FROM sme_worth_wanted)")
        if limited
        else SQL("TRUE"),
    )


def fill_wanted(cr):
    """Make ``sme_worth_wanted``: who is in ``sme_wanted``, and who brought them."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_worth_wanted"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_worth_wanted ON COMMIT DROP AS
            SELECT id FROM sme_wanted
             UNION
            SELECT giver.commercial_partner_id
              FROM sme_wanted
              JOIN res_partner guest ON guest.id = sme_wanted.id
              JOIN res_partner giver ON giver.id = guest.sme_referrer_id
            """
        )
    )
    cr.execute(SQL("ANALYZE sme_worth_wanted"))
