"""The call list of the day: who is worth a call, ranked, within what people can do.

Candidates are found in sets (``suggestion_causes.py``). What is settled is left out,
each customer is called for the best of his reasons, and each person gets the best ones
up to the size of the company's list; words are made for those only. The slow, plain
form of the ranking stands in ``tools/suggestions.py``.
"""

from odoo.tools import SQL

from ..tools.suggestions import LATE_DAYS, LATE_PART, URGENCY
from . import data_score, suggestion_causes, suggestion_hours, suggestion_rows
from .order_facts import make_table

# Our own ideas, of which there is no end; who waits for us is never left out.
CAPPED = ("fading", "next_order", "data_gap")
SETTLED_DAYS = 14
QUIET_DAYS = 7


def update(env, company, as_of, limited):
    """Bring the suggestions of one company up to date; a second call writes nothing.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only those of the customers in ``sme_wanted``
    :return: number of rows written or removed
    :rtype: int
    """
    # Consents come from shops by SQL; all else moves the figure at once.
    wanted = SQL("p.id IN (SELECT id FROM sme_wanted)") if limited else None
    data_score.fill(env, wanted)
    fill_candidates(env, company, as_of, limited)
    changed = _wake(env, company, as_of, limited)
    changed += _remove(env, company, limited)
    rows = _admitted(env)
    if rows:
        hours = suggestion_hours.best_hours(env, company, as_of, rows)
        words = env["sme.suggestion"]._in_words(company, as_of.today, rows)
        changed += suggestion_rows.store(
            env,
            [
                {
                    **{name: row[name] for name in suggestion_rows.CAUSED},
                    **words[row["key"]],
                    "company_id": company.id,
                    "best_hour": hours.get(row["head_id"], 0),
                }
                for row in rows
            ],
        )
    if changed:
        env["sme.suggestion"].invalidate_model()
    return changed


def fill_candidates(env, company, as_of, limited):
    """Leave every reason to call somebody in ``sme_candidate``, and who gets it.

    Who is not of the company gets nothing: then the customer's salesperson, or nobody.
    """
    users = env["res.users"].search(
        [("company_ids", "in", company.ids), ("share", "=", False)]
    )
    _fill_quiet(env, company, as_of, limited)
    causes = suggestion_causes.causes(company, as_of, limited)
    make_table(
        env.cr,
        "sme_cause",
        SQL(
            """
            SELECT cause.*, %(score)s AS score
              FROM (
                   SELECT given.key, given.kind, given.partner_id, given.head_id,
                          given.lead_id, given.value AS expected_value, given.due,
                          given.res_model, given.res_id,
                          CASE WHEN given.user_id = ANY(%(users)s)
                               THEN given.user_id
                               WHEN owner.user_id = ANY(%(users)s)
                               THEN owner.user_id END AS user_id,
                          given.kind = ANY(%(capped)s) AS is_capped
                     FROM (%(causes)s) given
                     LEFT JOIN res_partner owner ON owner.id = given.partner_id
                   OFFSET 0
              ) cause
            """,
            score=_score(as_of),
            users=users.ids,
            capped=list(CAPPED),
            causes=SQL(" UNION ALL ").join(SQL("(%s)", cause) for cause in causes),
        ),
    )
    make_table(env.cr, "sme_candidate", _ranked(company, as_of, limited))


def _score(as_of):
    """``rank`` of the tools, as SQL over a cause."""
    urgency = SQL(" ").join(
        SQL("WHEN %s THEN %s::float8", kind, weight) for kind, weight in URGENCY.items()
    )
    return SQL(
        """
        (CASE kind %(urgency)s END)
        * (1 + %(part)s::float8 * least(greatest(%(today)s - due, 0), %(days)s))
        * (greatest(expected_value, 0)::float8 + 1)
        """,
        urgency=urgency,
        part=LATE_PART,
        days=LATE_DAYS,
        today=as_of.today,
    )


def _fill_quiet(env, company, as_of, limited):
    """Collect in ``sme_quiet`` whom we do not trouble with ideas of our own.

    Somebody of us talked to him a few days ago or has planned to, or a suggestion of
    him was settled or sleeps.
    """
    family = SQL("TRUE")
    if limited:
        family = SQL("p.commercial_partner_id IN (SELECT id FROM sme_wanted)")
    make_table(
        env.cr,
        "sme_quiet",
        SQL(
            """
            SELECT DISTINCT p.commercial_partner_id AS head_id
              FROM (
                   SELECT partner_id FROM sme_interaction
                    WHERE company_id = %(company)s AND gone_on IS NULL
                          AND direction = 'out' AND date > %(talked)s
                          AND kind IN ('call', 'mail', 'meeting', 'message', 'visit')
                    UNION ALL
                   SELECT res_id FROM mail_activity
                    WHERE res_model = 'res.partner' AND active
                          AND date_deadline > %(today)s
                    UNION ALL
                   SELECT partner_id FROM sme_suggestion
                    WHERE company_id = %(company)s AND kind = ANY(%(capped)s)
                          AND (state = 'snoozed' AND snooze_until > %(today)s
                               OR state IN ('done', 'dropped')
                                  AND settled_on > %(settled)s)
              ) met
              JOIN res_partner p ON p.id = met.partner_id
             WHERE %(family)s
            """,
            company=company.id,
            talked=as_of.window_start(QUIET_DAYS),
            settled=as_of.window_start(SETTLED_DAYS),
            today=as_of.today,
            capped=list(CAPPED),
            family=family,
        ),
    )


def _ranked(company, as_of, limited):
    """Candidates with their place; a settled one has none.

    One idea a customer; in a refresh of some the places behind what is open already.
    """
    taken, open_first = SQL("0"), SQL("FALSE")
    if limited:
        open_first = SQL("state IS NOT DISTINCT FROM 'open'")
        taken = SQL(
            """
            (SELECT count(*) FROM sme_suggestion t
              WHERE t.company_id = %s AND t.state = 'open' AND t.kind = ANY(%s)
                    AND t.user_id IS NOT DISTINCT FROM placed.user_id
                    AND t.key NOT IN (SELECT key FROM sme_cause))
            """,
            company.id,
            list(CAPPED),
        )
    return SQL(
        """
        SELECT placed.*,
               NOT is_settled AND (NOT is_capped OR place + %(taken)s <= %(size)s)
                   AS is_admitted
          FROM (
               SELECT best.*, row_number() OVER (
                          PARTITION BY is_capped, is_settled, user_id
                          ORDER BY %(open_first)s DESC, score DESC, key
                      ) AS place
                 FROM (
                      SELECT cause.*, s.state,
                             coalesce(s.state IN ('done', 'dropped')
                                 OR s.state = 'snoozed' AND s.snooze_until > %(today)s,
                                 FALSE) AS is_settled,
                             row_number() OVER (
                                 PARTITION BY is_capped, CASE WHEN is_capped
                                     THEN cause.head_id::text ELSE cause.key END
                                 ORDER BY cause.score DESC, cause.key
                             ) AS choice
                        FROM sme_cause cause
                        LEFT JOIN sme_suggestion s
                             ON s.company_id = %(company)s AND s.key = cause.key
                 ) best
                WHERE choice = 1
          ) placed
        """,
        taken=taken,
        size=company.sme_today_size,
        open_first=open_first,
        today=as_of.today,
        company=company.id,
    )


def _family(limited):
    """Which suggestions the build looks at, as SQL over ``s``."""
    if not limited:
        return SQL("TRUE")
    return SQL(
        """
        s.partner_id IN (
            SELECT id FROM res_partner
             WHERE commercial_partner_id IN (SELECT id FROM sme_wanted)
        )
        """
    )


def _wake(env, company, as_of, limited):
    """Open what slept long enough; whether there is still a reason is seen next."""
    env.cr.execute(
        SQL(
            """
            UPDATE sme_suggestion s
               SET state = 'open', snooze_until = NULL, write_date = %(now)s
             WHERE s.company_id = %(company)s AND s.state = 'snoozed'
                   AND s.snooze_until <= %(today)s AND %(family)s
            """,
            now=as_of.now,
            today=as_of.today,
            company=company.id,
            family=_family(limited),
        )
    )
    return env.cr.rowcount


def _remove(env, company, limited):
    """Remove what has no reason any more, and what others push off the list.

    What sleeps is looked at when it wakes. What other parts suggested stays: they know
    when their reason is gone.
    """
    env.cr.execute(
        SQL(
            """
            DELETE FROM sme_suggestion s
             WHERE s.company_id = %(company)s AND s.kind = ANY(%(kinds)s)
                   AND s.state = 'open' AND %(family)s
                   AND NOT EXISTS (
                       SELECT FROM sme_candidate c
                        WHERE c.key = s.key AND c.is_admitted
                   )
            """,
            company=company.id,
            kinds=list(suggestion_causes.KINDS),
            family=_family(limited),
        )
    )
    return env.cr.rowcount


def _admitted(env):
    """Who gets a line today.

    :rtype: list[dict]
    """
    return env.execute_query_dict(
        SQL("SELECT * FROM sme_candidate WHERE is_admitted ORDER BY key")
    )
