"""What customers said of us last, kept with their figures."""

from datetime import timedelta

from odoo.tools import SQL

from .touchpoints import RATING_DAYS


def update(env, company, as_of, limited):
    """Write the latest recommendation and satisfaction, where they differ.

    The latest answer of each person within two years, the mean of a family.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only the customers in ``sme_wanted``
    :return: number of rows written
    :rtype: int
    """
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept
               SET nps = new.nps, satisfaction = new.satisfaction,
                   satisfaction_on = new.answered_on, computed_on = %(now)s,
                   write_date = %(now)s, write_uid = %(uid)s
              FROM (
                   SELECT v.id, said.nps, said.satisfaction, said.answered_on
                     FROM sme_customer_value v
                     LEFT JOIN (%(said)s) said ON said.partner_id = v.partner_id
                    WHERE v.company_id = %(company)s AND %(wanted)s
              ) new
             WHERE kept.id = new.id
                   AND (kept.nps, kept.satisfaction, kept.satisfaction_on)
                   IS DISTINCT FROM (new.nps, new.satisfaction, new.answered_on)
            """,
            said=_said(company, as_of),
            now=as_of.now,
            uid=env.uid,
            company=company.id,
            wanted=SQL("v.partner_id IN (SELECT id FROM sme_wanted)")
            if limited
            else SQL("TRUE"),
        )
    )
    return env.cr.rowcount


def _said(company, as_of):
    return SQL(
        """
        SELECT p.commercial_partner_id AS partner_id,
               round(avg(latest.recommend), 1)::float8 AS nps,
               round(avg(latest.satisfaction), 1)::float8 AS satisfaction,
               max(latest.date) AS answered_on
          FROM (
               SELECT partner_id, max(date) AS date,
                      (array_agg(recommend_score ORDER BY date DESC, id DESC)
                          FILTER (WHERE has_nps))[1] AS recommend,
                      (array_agg(satisfaction ORDER BY date DESC, id DESC)
                          FILTER (WHERE satisfaction > 0))[1] AS satisfaction
                 FROM sme_satisfaction
                WHERE company_id = %(company)s AND date > %(since)s
                      AND date <= %(today)s
                GROUP BY partner_id
          ) latest
          JOIN res_partner p ON p.id = latest.partner_id
         GROUP BY p.commercial_partner_id
        """,
        company=company.id,
        since=as_of.today - timedelta(days=RATING_DAYS),
        today=as_of.today,
    )
