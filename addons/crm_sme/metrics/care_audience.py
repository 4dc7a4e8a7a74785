"""The customers of a company, and who of them, ``c``, a care plan is for."""

from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.segments import read_domain
from . import care_tables
from .refresh import planner

# Names of several states of the rhythm at once, see ``sme.care.plan.fade_states``.
FADE_STATES_OF = {
    "buying": ("steady", "watch"),
    "silent": ("watch", "fading", "lapsed"),
    "gone": ("lapsed", "lost"),
}


# What plans ask of a customer, with the type of the column.
_COLUMNS = (
    ("partner_id int", SQL("p.id")),
    ("lifecycle_stage_id int", SQL("p.lifecycle_stage_id")),
    ("stage_on timestamp", SQL("p.date_last_stage_update")),
    ("customer_kind_id int", SQL("p.customer_kind_id")),
    ("birthday date", SQL("p.birthday")),
    ("contract_day date", SQL("p.contract_day")),
    ("data_score int", SQL("p.data_score")),
    ("created_on timestamp", SQL("p.create_date")),
    ("lang varchar", SQL("p.lang")),
    ("tier_id int", SQL("f.tier_id")),
    ("fade_state varchar", SQL("f.fade_state")),
    ("fade_since date", SQL("f.fade_since")),
    ("first_order_date date", SQL("f.first_order_date")),
    ("last_order_date date", SQL("f.last_order_date")),
)


def fill_customers(env, company):
    """Make the table ``sme_care_customer``: all customers, with what plans ask.

    Partners and figures are wide rows. Twenty plans that each read a million of them
    take most of their time for that, so they are read once and kept narrow.

    :param company: record of ``res.company``
    """
    # That a partner is his own commercial partner looks rare to PostgreSQL and is not:
    # it would look up the figures of each one.
    with planner(env.cr, {"enable_nestloop": "off"}):
        care_tables.fill(
            env.cr,
            "sme_care_customer",
            ", ".join(column for column, _value in _COLUMNS),
            customers(company),
        )


def customers(company):
    """All customers of a company: neither our own people nor any contact.

    :param company: record of ``res.company``
    :return: query with the columns of ``sme_care_customer``
    :rtype: SQL
    """
    return SQL(
        """
        SELECT %(columns)s
          FROM res_partner p
          LEFT JOIN sme_customer_value f
                 ON f.partner_id = p.id AND f.company_id = %(company)s
         WHERE p.active AND p.partner_share AND p.id = p.commercial_partner_id
               AND (p.company_id IS NULL OR p.company_id = %(company)s)
               AND (f.id IS NOT NULL OR p.lifecycle_stage_id IS NOT NULL)
        """,
        columns=SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(column.split()[0]))
            for column, value in _COLUMNS
        ),
        company=company.id,
    )


def audience(env, plan, as_of):
    """Condition that a customer belongs to whom a plan is for.

    :param plan: one record of ``sme.care.plan``
    :param AsOf as_of: today
    :rtype: SQL
    :raises ValueError: the plan's further conditions cannot be read
    """
    parts = [
        _any_of(SQL("c.lifecycle_stage_id"), plan.lifecycle_stage_ids.ids),
        _any_of(SQL("c.customer_kind_id"), plan.customer_kind_ids.ids),
        _any_of(SQL("c.tier_id"), plan.tier_ids.ids),
        _in_segments(plan),
        _any_of(SQL("c.fade_state"), fade_states(plan)),
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
             WHERE stay.partner_id = c.partner_id AND stay.company_id = %s
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
    return SQL(
        "c.partner_id IN (%s)", found.select(SQL.identifier(found.table, "partner_id"))
    )
