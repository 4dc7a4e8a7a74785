"""Who a care plan is for, as conditions on a partner ``p`` and his figures ``f``."""

from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.segments import read_domain

# Names of several states of the rhythm at once, see ``sme.care.plan.fade_states``.
FADE_STATES_OF = {
    "buying": ("steady", "watch"),
    "silent": ("watch", "fading", "lapsed"),
    "gone": ("lapsed", "lost"),
}


def customers(company):
    """Tables of customers and their figures: ``p`` and, maybe empty, ``f``.

    To be joined behind a table ``e`` with the column ``partner_id``.

    :param company: record of ``res.company``
    :rtype: SQL
    """
    return SQL(
        """
        JOIN res_partner p ON p.id = e.partner_id
        LEFT JOIN sme_customer_value f
               ON f.partner_id = p.id AND f.company_id = %s
        """,
        company.id,
    )


def is_customer(company):
    """Condition that ``p`` is a customer: neither our own people nor any contact.

    :param company: record of ``res.company``
    :rtype: SQL
    """
    return SQL(
        """
        p.active AND p.partner_share AND p.id = p.commercial_partner_id
        AND (p.company_id IS NULL OR p.company_id = %s)
        AND (f.id IS NOT NULL OR p.lifecycle_stage_id IS NOT NULL)
        """,
        company.id,
    )


def audience(env, plan, as_of):
    """Condition that a customer belongs to whom a plan is for.

    :param plan: one record of ``sme.care.plan``
    :param AsOf as_of: today
    :rtype: SQL
    :raises ValueError: the plan's further conditions cannot be read
    """
    parts = [
        _any_of(SQL("p.lifecycle_stage_id"), plan.lifecycle_stage_ids.ids),
        _any_of(SQL("p.customer_kind_id"), plan.customer_kind_ids.ids),
        _any_of(SQL("f.tier_id"), plan.tier_ids.ids),
        _in_segments(plan),
        _any_of(SQL("f.fade_state"), fade_states(plan)),
        _meets_domain(env, plan, as_of),
    ]
    return SQL(" AND ").join(part for part in parts if part) or SQL("TRUE")


def has_conditions(plan):
    """Whether a plan is for some customers only.

    :param plan: one record of ``sme.care.plan``
    :rtype: bool
    """
    return bool(
        plan.segment_ids
        or plan.tier_ids
        or plan.lifecycle_stage_ids
        or plan.customer_kind_ids
        or plan.fade_states
        or read_domain(plan.domain)
    )


def fade_states(plan):
    """States of the rhythm that a plan is for; empty for all.

    :rtype: list[str]
    """
    if not plan.fade_states:
        return []
    return list(FADE_STATES_OF.get(plan.fade_states, (plan.fade_states,)))


def _any_of(column, values):
    return SQL("%s = ANY(%s)", column, values) if values else None


def _in_segments(plan):
    if not plan.segment_ids:
        return None
    return SQL(
        """
        EXISTS (
            SELECT FROM sme_segment_member stay
             WHERE stay.partner_id = p.id AND stay.company_id = %s
                   AND stay.date_to IS NULL AND stay.segment_id = ANY(%s)
        )
        """,
        plan.company_id.id,
        plan.segment_ids.ids,
    )


def _meets_domain(env, plan, as_of):
    domain = read_domain(plan.domain)
    if not domain:
        return None
    company = plan.company_id
    values = env["sme.customer.value"].with_context(
        tz=as_of.timezone, allowed_company_ids=company.ids
    )
    found = values._search(Domain(domain) & Domain("company_id", "=", company.id))
    return SQL("p.id IN (%s)", found.select(SQL.identifier(found.table, "partner_id")))
