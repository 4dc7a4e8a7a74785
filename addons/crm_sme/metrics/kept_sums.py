"""Sums of each customer's orders kept from one full refresh to the next.

Summing five million orders takes most of a refresh, and nearly all sums are those of
the day before. A customer's sums can only differ if one of his orders does, or if time
takes one out of a window. So a fingerprint of his orders is kept with them, and the day
on which an order next leaves a window; only who differs or is due is summed anew. The
fingerprint is made of the orders themselves, so a change that nobody told of is seen.

The table is no model: nobody reads it but the refresh, and an update of the addon
empties it, so that sums of older formulas are never used.
"""

import hashlib

from odoo.tools import SQL

from . import order_facts

COLUMNS = order_facts.COLUMNS
# With more than a fifth to sum, reading all orders in the index's order is faster.
ALL_FROM = 0.2


def create_table(cr):
    """Make the table anew, without any row."""
    drop_table(cr)
    cr.execute(
        SQL(
            """
            CREATE TABLE sme_kept_sums (
                company_id int NOT NULL,
                partner_id int NOT NULL,
                fingerprint numeric NOT NULL,
                summed_on date NOT NULL,
                due_on date NOT NULL,
                %s,
                PRIMARY KEY (company_id, partner_id)
            )
            """,
            SQL(", ").join(
                SQL("%s %s", SQL.identifier(name), SQL(kind))
                for name, kind in COLUMNS.items()
            ),
        )
    )


def drop_table(cr):
    """Remove the table."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_kept_sums"))


def fill_facts(env, company, as_of):
    """Make the table ``sme_fact`` for all customers of a company.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    """
    order_facts.fill_refunded(env.cr, company, limited=False)
    _fill_fingerprints(env, company, as_of)
    _fill_stale(env.cr, company, as_of)
    _renew(env, company, as_of)
    names = SQL(", ").join(SQL.identifier(name) for name in ("partner_id", *COLUMNS))
    order_facts.make_table(
        env.cr,
        "sme_fact",
        SQL("SELECT %s FROM sme_kept_sums WHERE company_id = %s", names, company.id),
    )
    env.cr.execute(SQL("ANALYZE sme_fact (partner_id)"))


def _fill_fingerprints(env, company, as_of):
    """Hash the orders of each customer; added up, so that their order is nothing."""
    order_facts.make_table(
        env.cr,
        "sme_fingerprint",
        SQL(
            """
            SELECT partner_id, sum(timestamp_hash_extended(
                       date_order, hash_numeric_extended(
                           coalesce(revenue, 'NaN'), hash_numeric_extended(
                               coalesce(margin, 'NaN'), CASE
                                   WHEN is_refund THEN %(basis)s
                                   WHEN shop_id IN (SELECT id FROM sme_refunded)
                                   THEN %(basis)s + 1
                                   WHEN shop_id IS NULL THEN %(basis)s + 2
                                   ELSE %(basis)s + 3 END
                           )
                       )
                   )) AS fingerprint
              FROM (%(booked)s) booked
             GROUP BY partner_id
            """,
            basis=SQL("%s::bigint", _basis(company, as_of)),
            booked=order_facts.booked_rows(env, company, limited=False),
        ),
    )
    env.cr.execute(SQL("ANALYZE sme_fingerprint (partner_id)"))


def _basis(company, as_of):
    """A number for what else the sums depend on: other settings, other fingerprints."""
    text = repr((as_of.timezone, company.sme_rfm_window_days))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")


def _fill_stale(cr, company, as_of):
    """Collect in ``sme_stale`` whose sums are missing, differ, are due or must go."""
    order_facts.make_table(
        cr,
        "sme_stale",
        SQL(
            """
            SELECT partner_id AS id
              FROM sme_fingerprint now
              FULL JOIN (
                   SELECT partner_id, fingerprint, summed_on, due_on
                     FROM sme_kept_sums WHERE company_id = %s
              ) kept USING (partner_id)
             WHERE (kept.fingerprint = now.fingerprint
                    AND kept.summed_on <= %s AND kept.due_on > %s) IS NOT TRUE
            """,
            *(company.id, as_of.today, as_of.today),
        ),
    )
    cr.execute(SQL("ANALYZE sme_stale"))


def _renew(env, company, as_of):
    """Sum anew for who is in ``sme_stale``."""
    cr = env.cr
    cr.execute(
        SQL(
            "SELECT (SELECT count(*) FROM sme_stale), "
            "(SELECT count(*) FROM sme_fingerprint)"
        )
    )
    stale, known = cr.fetchone()
    if not stale:
        return
    is_part = stale <= ALL_FROM * known
    cr.execute(
        SQL(
            "DELETE FROM sme_kept_sums WHERE company_id = %s %s",
            company.id,
            SQL("AND partner_id IN (SELECT id FROM sme_stale)") if is_part else SQL(),
        )
    )
    booked = order_facts.booked_rows(env, company, is_part, wanted="sme_stale")
    names = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
    cr.execute(
        SQL(
            """
            INSERT INTO sme_kept_sums
                   (company_id, partner_id, fingerprint, summed_on, due_on, %(names)s)
            SELECT %(company)s, partner_id, fingerprint, %(today)s,
                   coalesce(due_on, 'infinity'), %(names)s
              FROM (%(facts)s) fact
              JOIN sme_fingerprint USING (partner_id)
             ORDER BY partner_id
            """,
            names=names,
            company=company.id,
            today=as_of.today,
            facts=order_facts.facts(company, as_of, booked),
        )
    )
