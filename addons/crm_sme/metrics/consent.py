"""Consents in bulk: as shops tell them, and as the planner of care asks for them."""

from odoo import fields
from odoo.tools import SQL

STATES_THAT_MAY = {
    "opt_in": ("granted",),
    "opt_out": ("granted", "unknown"),
}
"""Policy of a company to the consents with which customers are reached."""


def may_reach(channel, policy, partner="p"):
    """Condition under which a partner may be reached.

    :param str channel: ``mail``, ``sms`` or ``phone``
    :param str policy: of the company, ``sme_consent_policy``
    :param str partner: alias of ``res_partner`` in the query
    :rtype: SQL
    """
    return SQL(
        "COALESCE(%s, 'unknown') = ANY(%s)",
        SQL.identifier(partner, f"consent_{channel}"),
        list(STATES_THAT_MAY[policy]),
    )


def settle(env, partner_ids=None):
    """Fill consents to e-mails from what customers told their shops.

    One shop's refusal outweighs another's consent; an account that is gone gives none.
    What a person chose stays.

    :param partner_ids: ids of ``res.partner``; None for all
    :return: ids of the partners that changed
    :rtype: list[int]
    """
    names = ("consent_mail", "consent_mail_date", "consent_mail_source")
    env["res.partner"].flush_model(names)
    rows = env.execute_query(
        SQL(
            """
            UPDATE res_partner p
            SET consent_mail = s.state,
                consent_mail_date = CASE WHEN s.state <> 'unknown' THEN %(now)s END,
                consent_mail_source = CASE WHEN s.state <> 'unknown' THEN 'shop' END,
                write_date = %(now)s
            FROM (
                SELECT b.partner_id, CASE
                    WHEN bool_or(b.consent = 'no') THEN 'refused'
                    WHEN bool_or(b.consent = 'yes' AND b.gone_on IS NULL)
                        THEN 'granted'
                    ELSE 'unknown' END AS state
                FROM sme_binding b
                WHERE b.kind = 'customer' AND %(whose)s
                GROUP BY b.partner_id
            ) s
            WHERE p.id = s.partner_id
                AND COALESCE(p.consent_mail_source, 'shop') = 'shop'
                AND COALESCE(p.consent_mail, 'unknown') <> s.state
            RETURNING p.id
            """,
            now=fields.Datetime.now(),
            whose=(
                SQL("b.partner_id IS NOT NULL")
                if partner_ids is None
                else SQL("b.partner_id = ANY(%s)", list(partner_ids))
            ),
        )
    )
    env["res.partner"].invalidate_model((*names, "write_date"), flush=False)
    return [row[0] for row in rows]
