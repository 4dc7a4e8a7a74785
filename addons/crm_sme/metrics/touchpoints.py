"""What staff and customer did to each other: counts, ratings, points, survey scores."""

from datetime import timedelta

from odoo.tools import SQL

from ..tools.worth import GOOD_REVIEW, YEAR_DAYS

RATING_DAYS = 730
# Column to what is counted in it. Visits that a source brings are those of a shop's
# pages: they cost nobody's time.
COUNTED = {
    "call": SQL("i.kind = 'call'"),
    "meeting": SQL("(i.kind = 'meeting' OR i.kind = 'visit' AND i.source_id IS NULL)"),
    "message": SQL("i.kind IN ('mail', 'message')"),
    "complaint": SQL("i.kind = 'complaint'"),
    "refund": SQL("i.kind = 'refund'"),
    "delivery": SQL("i.kind = 'delivery_exception'"),
    "good_review": SQL("i.kind = 'review' AND i.score >= %s", GOOD_REVIEW),
    "rating": SQL("i.kind = 'review' AND i.score > 0"),
    "suggestion": SQL("i.kind = 'suggestion' AND i.adopted"),
}
KINDS = SQL(
    "('call', 'mail', 'meeting', 'message', 'visit', 'refund', 'delivery_exception', "
    "'review', 'complaint', 'suggestion')"
)


def fill_touchpoints(env, company, as_of, limited):
    """Make the table ``sme_touchpoint``: one row for each customer who has any.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only the partners in the temporary table ``sme_worth_wanted``
    """
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_touchpoint"))
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_touchpoint ON COMMIT DROP AS
            SELECT partner_id, %(names)s, rating_avg, learning_points, delivered_value
              FROM (%(talks)s) talk
              FULL JOIN (%(scores)s) scored USING (partner_id)
            """,
            names=SQL(", ").join(SQL.identifier(name) for name in COUNTED),
            talks=_talks(company, as_of, limited),
            scores=_scores(company, as_of, limited),
        )
    )
    env.cr.execute(SQL("ANALYZE sme_touchpoint"))


def _talks(company, as_of, limited):
    """Counts of interactions, straight out of their index."""
    year = as_of.window_start(YEAR_DAYS)
    counts = SQL(", ").join(
        SQL(
            "count(*) FILTER (WHERE %s AND i.date >= %s)::int AS %s",
            *(condition, year, SQL.identifier(name)),
        )
        for name, condition in COUNTED.items()
    )
    return SQL(
        """
        SELECT i.head AS partner_id, %(counts)s,
               round(avg(i.score::numeric) FILTER (WHERE %(rating)s), 1) AS rating_avg,
               coalesce(sum(greatest(i.learning_points, 0)) FILTER (
                   WHERE %(suggestion)s AND i.date >= %(year)s
               ), 0)::int AS learning_points
          FROM (%(rows)s) i
         GROUP BY i.head
        """,
        counts=counts,
        rating=COUNTED["rating"],
        suggestion=COUNTED["suggestion"],
        year=year,
        rows=_interactions(company, as_of, limited),
    )


def _interactions(company, as_of, limited):
    columns = SQL("i.date, i.kind, i.score, i.source_id, i.adopted, i.learning_points")
    condition = SQL(
        "i.company_id = %s AND i.date >= %s AND i.date < %s AND i.gone_on IS NULL "
        "AND i.kind IN %s",
        *(company.id, as_of.window_start(RATING_DAYS), as_of.window_start(0), KINDS),
    )
    if not limited:
        return SQL(
            "SELECT p.commercial_partner_id AS head, %s FROM sme_interaction i "
            "JOIN res_partner p ON p.id = i.partner_id WHERE %s",
            columns,
            condition,
        )
    # OFFSET 0: by the index of the customer, never through the whole table.
    return SQL(
        "SELECT wanted.id AS head, i.* FROM sme_worth_wanted wanted "
        "JOIN res_partner p ON p.commercial_partner_id = wanted.id "
        "CROSS JOIN LATERAL (SELECT %s FROM sme_interaction i "
        "WHERE i.partner_id = p.id AND %s OFFSET 0) i",
        columns,
        condition,
    )


def _scores(company, as_of, limited):
    """Delivered value: the latest score of each person, the mean of a family."""
    return SQL(
        """
        SELECT head AS partner_id,
               round(sum(points)::numeric / (3 * count(*)), 1) AS delivered_value
          FROM (
               SELECT DISTINCT ON (s.partner_id)
                      p.commercial_partner_id AS head,
                      s.product_score + s.service_score + s.image_score
                      - s.money_score - s.time_score - s.effort_score AS points
                 FROM sme_delivered_score s
                 JOIN res_partner p ON p.id = s.partner_id
                WHERE s.company_id = %(company)s AND s.date > %(since)s
                      AND s.date <= %(today)s AND %(wanted)s
                ORDER BY s.partner_id, s.date DESC, s.id DESC
          ) latest
         GROUP BY head
        """,
        company=company.id,
        since=as_of.today - timedelta(days=RATING_DAYS),
        today=as_of.today,
        wanted=SQL("p.commercial_partner_id IN (SELECT id FROM sme_worth_wanted)")
        if limited
        else SQL("TRUE"),
    )
