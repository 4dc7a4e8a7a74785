"""Reasons to call somebody today, one query a kind; see ``suggestions.py``.

Each gives key, kind, user_id, partner_id, head_id (commercial partner), lead_id, value
(money at stake), due, res_model and res_id. The key is the occasion: a customer who
faded, was called, bought and fades again is a new one.
"""

from datetime import timedelta

from odoo.tools import SQL

from ..models.sme_interaction import ASKING, BAD_RATING
from ..tools.suggestions import STAKES, VISITOR_CHANCE

KINDS = (
    "promise",
    "complaint",
    "unanswered",
    "visitor",
    "fading",
    "next_order",
    "data_gap",
)
# A next order is announced this many days ahead; longer than this past is fading.
AHEAD_DAYS = 3
UNANSWERED_DAYS = 90
VISITOR_DAYS = 60
POOR_FILE = 60
# Revenue of a year: what the forecast expects, else what was.
YEARLY = SQL(
    "coalesce(nullif(greatest(v.expected_revenue_12m, 0), 0), "
    "greatest(v.revenue_12m, 0), 0)"
)
# Can be reached, and has not forbidden to be called.
REACHABLE = SQL(
    """
    p.consent_phone IS DISTINCT FROM 'refused' AND
    (p.phone <> '' OR p.email <> '' OR EXISTS (
        SELECT FROM res_partner k
         WHERE k.parent_id = p.id AND k.active AND (k.phone <> '' OR k.email <> '')))
    """
)


def causes(company, as_of, limited):
    """All reasons there are, as queries of the same columns.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only for the customers in ``sme_wanted``
    :rtype: list[SQL]
    """
    head = SQL("TRUE")
    if limited:
        head = SQL("p.commercial_partner_id IN (SELECT id FROM sme_wanted)")
    digits = company.currency_id.decimal_places
    return [
        _fading(company, as_of, head),
        _next_orders(company, as_of, head),
        _data_gaps(company, as_of, head, digits),
        _words_of_customers(company, as_of, head, digits),
        _complaints(company, as_of, head, digits),
        _promises(company, as_of, head, digits),
        _visitors(company, as_of, head, digits),
    ]


def _fading(company, as_of, head):
    """Customers who buy less than by their own rhythm."""
    return SQL(
        """
        SELECT concat_ws(':', 'fading', v.partner_id, v.last_order_date, v.fade_state)
                   AS key,
               'fading' AS kind, v.user_id, v.partner_id, v.partner_id AS head_id,
               NULL::int AS lead_id,
               coalesce(nullif(greatest(v.value_at_risk, 0), 0), v.aov, 0) AS value,
               %(today)s::date AS due, 'sme.customer.value' AS res_model, v.id AS res_id
          FROM sme_customer_value v JOIN res_partner p ON p.id = v.partner_id
         WHERE v.company_id = %(company)s AND v.fade_state IN ('fading', 'lapsed')
               AND p.active AND %(reachable)s AND %(head)s
               AND v.partner_id NOT IN (SELECT head_id FROM sme_quiet)
        """,
        today=as_of.today,
        company=company.id,
        reachable=REACHABLE,
        head=head,
    )


def _next_orders(company, as_of, head):
    """Customers in rhythm whose next order is due about now."""
    return SQL(
        """
        SELECT concat_ws(':', 'next_order', v.partner_id, v.last_order_date) AS key,
               'next_order' AS kind, v.user_id, v.partner_id, v.partner_id AS head_id,
               NULL::int AS lead_id,
               coalesce(nullif(v.repeat_value, 0), v.aov, 0) AS value,
               v.next_order_date AS due, 'sme.customer.value' AS res_model,
               v.id AS res_id
          FROM sme_customer_value v JOIN res_partner p ON p.id = v.partner_id
         WHERE v.company_id = %(company)s AND v.fade_state IN ('steady', 'watch')
               AND v.rhythm_source = 'own' AND v.next_order_date <= %(until)s
               AND p.active AND %(reachable)s AND %(head)s
               AND v.partner_id NOT IN (SELECT head_id FROM sme_quiet)
        """,
        until=as_of.today + timedelta(days=AHEAD_DAYS),
        company=company.id,
        reachable=REACHABLE,
        head=head,
    )


def _data_gaps(company, as_of, head, digits):
    """Buyers whose file is poor; asked for once a year."""
    return SQL(
        """
        SELECT concat_ws(':', 'data_gap', v.partner_id, %(year)s) AS key,
               'data_gap' AS kind, v.user_id, v.partner_id, v.partner_id AS head_id,
               NULL::int AS lead_id, round(%(yearly)s * %(stake)s, %(digits)s) AS value,
               %(today)s::date AS due, 'res.partner' AS res_model, p.id AS res_id
          FROM sme_customer_value v JOIN res_partner p ON p.id = v.partner_id
         WHERE v.company_id = %(company)s
               AND v.fade_state IN ('steady', 'watch', 'fading', 'lapsed')
               AND p.data_score < %(poor)s
               AND p.active AND %(reachable)s AND %(head)s
               AND v.partner_id NOT IN (SELECT head_id FROM sme_quiet)
        """,
        year=as_of.today.year,
        yearly=YEARLY,
        stake=STAKES["data_gap"],
        digits=digits,
        today=as_of.today,
        company=company.id,
        poor=POOR_FILE,
        reachable=REACHABLE,
        head=head,
    )


def _words_of_customers(company, as_of, head, digits):
    """What customers asked or complained of and nobody answered; the oldest of each.

    What is a case is called about as such.
    """
    return SQL(
        """
        SELECT concat_ws(':', kind, word_id) AS key, word.kind,
               coalesce(word.user_id, v.user_id) AS user_id,
               word.partner_id,
               word.head_id, word.lead_id,
               round(%(yearly)s * CASE word.kind WHEN 'complaint' THEN %(complaint)s
                                  ELSE %(unanswered)s END, %(digits)s) AS value,
               word.due, 'sme.interaction' AS res_model, word.word_id AS res_id
          FROM (
               SELECT DISTINCT ON (p.commercial_partner_id, i.kind = 'complaint')
                      i.id AS word_id, i.user_id, i.partner_id, i.lead_id,
                      p.commercial_partner_id AS head_id, %(day)s AS due,
                      CASE WHEN i.kind = 'complaint' THEN 'complaint'
                           ELSE 'unanswered' END AS kind
                 FROM sme_interaction i JOIN res_partner p ON p.id = i.partner_id
                WHERE i.company_id = %(company)s AND i.date > %(since)s
                      AND i.direction = 'in' AND i.answered_on IS NULL
                      AND i.gone_on IS NULL AND i.kind = ANY(%(asking)s)
                      AND (i.kind <> 'visit' OR i.source_id IS NULL)
                      AND (i.kind <> 'review' OR i.score BETWEEN 0.1 AND %(bad)s)
                      AND i.id NOT IN (
                          SELECT coalesce(said, 0) FROM sme_feedback f, unnest(
                              ARRAY[f.interaction_id, f.history_id]) said)
                      AND p.active AND %(head)s
                ORDER BY p.commercial_partner_id, i.kind = 'complaint', i.date, i.id
          ) word
          LEFT JOIN sme_customer_value v
               ON v.partner_id = word.head_id AND v.company_id = %(company)s
        """,
        yearly=YEARLY,
        complaint=STAKES["complaint"],
        unanswered=STAKES["unanswered"],
        digits=digits,
        day=as_of.day_of(SQL("i.date")),
        company=company.id,
        since=as_of.window_start(UNANSWERED_DAYS),
        asking=list(ASKING),
        bad=BAD_RATING,
        head=head,
    )


def _complaints(company, as_of, head, digits):
    """Open cases of complaint; again whenever a case moves to another stage."""
    return SQL(
        """
        SELECT concat_ws(':', 'complaint', 'case', f.id, f.stage_id) AS key,
               'complaint' AS kind,
               coalesce(f.user_id, v.user_id) AS user_id,
               f.partner_id, p.commercial_partner_id AS head_id, NULL::int AS lead_id,
               round(%(yearly)s * %(stake)s, %(digits)s) AS value,
               coalesce(%(deadline)s, %(today)s) AS due,
               'sme.feedback' AS res_model, f.id AS res_id
          FROM sme_feedback f JOIN res_partner p ON p.id = f.partner_id
          LEFT JOIN sme_customer_value v
               ON v.partner_id = p.commercial_partner_id
                  AND v.company_id = f.company_id
         WHERE f.company_id = %(company)s AND f.is_open AND f.kind = 'complaint'
               AND p.active AND %(head)s
        """,
        yearly=YEARLY,
        stake=STAKES["complaint"],
        digits=digits,
        deadline=as_of.day_of(SQL("f.deadline")),
        today=as_of.today,
        company=company.id,
        head=head,
    )


def _promises(company, as_of, head, digits):
    """Activities on customers and leads that are due: somebody said that he would."""
    return SQL(
        """
        SELECT concat_ws(':', 'promise', a.id) AS key, 'promise' AS kind, a.user_id,
               coalesce(p.id, l.partner_id) AS partner_id,
               p.commercial_partner_id AS head_id, l.id AS lead_id,
               round(coalesce(nullif(greatest(l.expected_revenue, 0), 0)
                              * l.probability::numeric / 100,
                              %(yearly)s * %(stake)s), %(digits)s) AS value,
               a.date_deadline AS due, 'mail.activity' AS res_model, a.id AS res_id
          FROM mail_activity a
          JOIN res_users u ON u.id = a.user_id
          LEFT JOIN crm_lead l ON a.res_model = 'crm.lead' AND l.id = a.res_id
          LEFT JOIN res_partner p
               ON p.id = CASE a.res_model WHEN 'res.partner' THEN a.res_id
                         ELSE l.partner_id END
          LEFT JOIN sme_customer_value v
               ON v.partner_id = p.commercial_partner_id
                  AND v.company_id = %(company)s
         WHERE a.res_model IN ('res.partner', 'crm.lead') AND a.active
               AND a.date_deadline <= %(today)s
               AND coalesce(l.company_id, p.company_id, u.company_id) = %(company)s
               AND coalesce(l.active, p.active) AND %(head)s
        """,
        yearly=YEARLY,
        stake=STAKES["promise"],
        digits=digits,
        company=company.id,
        today=as_of.today,
        head=head,
    )


def _visitors(company, as_of, head, digits):
    """Who asked and did not buy: on the agreed day, else the day after."""
    created = as_of.day_of(SQL("l.create_date"))
    return SQL(
        """
        SELECT concat_ws(':', 'visitor', l.id, l.next_step_date) AS key,
               'visitor' AS kind, l.user_id,
               l.partner_id, p.commercial_partner_id AS head_id, l.id AS lead_id,
               round(coalesce(nullif(greatest(l.budget, 0), 0),
                              greatest(l.expected_revenue, 0), 0)
                     * coalesce(nullif(l.probability, 0)::numeric / 100, %(chance)s),
                     %(digits)s) AS value,
               coalesce(l.next_step_date, %(created)s + 1) AS due,
               'crm.lead' AS res_model, l.id AS res_id
          FROM crm_lead l
          LEFT JOIN res_users u ON u.id = l.user_id
          LEFT JOIN res_partner p ON p.id = l.partner_id
         WHERE l.visit_kind IS NOT NULL AND l.active AND l.won_status = 'pending'
               AND coalesce(l.company_id, u.company_id) = %(company)s
               AND coalesce(l.next_step_date, %(created)s + 1) <= %(today)s
               AND (l.next_step_date IS NOT NULL OR l.create_date > %(since)s)
               AND (l.phone <> '' OR l.email_from <> '' OR p.id IS NOT NULL)
               AND %(head)s
        """,
        chance=VISITOR_CHANCE,
        digits=digits,
        created=created,
        company=company.id,
        today=as_of.today,
        since=as_of.window_start(VISITOR_DAYS),
        head=head,
    )
