"""Indicators of customers for the search for groups, and the nearest group of each.

The search itself is ``tools/clusters.py`` on a sample; everybody, also who comes later,
is then assigned in SQL by the centres that were kept.
"""

from odoo.tools import SQL

# How many customers the search looks at: more of them move no centre.
SAMPLE = 50_000
# Spreads customers over the sample without order; Knuth's multiplier.
SHUFFLE = 2_654_435_761
SHUFFLE_RANGE = 2**32

COLUMNS = {
    "frequency": "order_count",
    "monetary": "revenue",
    "margin": "margin",
    "order_size": "aov",
    "gap": "mean_gap_days",
    "refund": "refund_rate",
    "trend": "trend_amount",
}
INDICATORS = ("recency", *COLUMNS)


def sample(env, company, as_of, indicators, seed):
    """Read the indicators of customers who bought, of all or of a fair sample.

    :param company: record of ``res.company``
    :param list indicators: names out of ``INDICATORS``
    :param int seed: the same seed gives the same sample
    :return: rows of numbers, logarithms that know zero and losses
    :rtype: list[tuple[float, ...]]
    """
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            SELECT %(columns)s
              FROM sme_customer_value kept
             WHERE kept.company_id = %(company)s AND kept.order_count > 0
             ORDER BY (kept.partner_id * %(shuffle)s + %(seed)s) %% %(range)s,
                      kept.partner_id
             LIMIT %(sample)s
            """,
            columns=SQL(", ").join(_logged(name, as_of) for name in indicators),
            company=company.id,
            shuffle=SHUFFLE,
            seed=seed * SHUFFLE % SHUFFLE_RANGE,
            range=SHUFFLE_RANGE,
            sample=SAMPLE,
        )
    )
    return env.cr.fetchall()


def nearest(segments, company, as_of, limited_to):
    """Give customers by the nearest centre, one pass for each search.

    :param segments: records of ``sme.segment``
    :param AsOf as_of: today
    :param SQL limited_to: condition on ``kept.partner_id``
    :return: statements that give partner and segment
    :rtype: list[SQL]
    """
    found = segments.filtered(lambda s: s.mode == "cluster" and s.grouping_id)
    return [
        _nearest(grouping, found & grouping.segment_ids, company, as_of, limited_to)
        for grouping in found.grouping_id.sorted("id")
    ]


def _nearest(grouping, active, company, as_of, limited_to):
    """Compare the distances to all centres, those of archived groups as well."""
    every = grouping.with_context(active_test=False).segment_ids.sorted("id")
    every = every.filtered("centre")
    distances = [
        SQL("%s AS gap_%s", _half_distance(grouping, segment), number)
        for number, segment in enumerate(every)
    ]
    gaps = [SQL.identifier(f"gap_{number}") for number in range(len(every))]
    least = SQL("least(%s)", SQL(", ").join(gaps))
    branches = SQL(" ").join(
        SQL("WHEN %s = best THEN %s", gap, segment.id)
        for gap, segment in zip(gaps, every, strict=True)
    )
    # OFFSET 0 closes each step: else logarithms and sums are computed again and again.
    return SQL(
        """
        SELECT partner_id, segment_id FROM (
               SELECT partner_id, CASE %(branches)s END AS segment_id
                 FROM (
                      SELECT placed.*, %(least)s AS best
                        FROM (
                             SELECT partner_id, %(distances)s
                               FROM (
                                    SELECT kept.partner_id, %(columns)s
                                      FROM sme_customer_value kept
                                     WHERE kept.company_id = %(company)s
                                           AND kept.order_count > 0 AND %(wanted)s
                                    OFFSET 0
                               ) logged
                             OFFSET 0
                        ) placed
                      OFFSET 0
                 ) compared
        ) assigned
         WHERE segment_id = ANY(%(active)s)
        """,
        branches=branches,
        least=least,
        distances=SQL(", ").join(distances),
        columns=SQL(", ").join(
            SQL("%s AS %s", _logged(name, as_of), SQL.identifier(f"t_{name}"))
            for name in grouping.indicators
        ),
        company=company.id,
        wanted=limited_to,
        active=active.ids,
    )


def _half_distance(grouping, segment):
    """Half the squared distance to a centre, less what is the same for all centres.

    With z = (t - mean) / spread that is |c|² / 2 - c·z: linear in t, so a product an
    indicator is all the work a customer.
    """
    terms = []
    constant = 0.0
    for name, mean, spread, centre in zip(
        grouping.indicators,
        grouping.means,
        grouping.spreads,
        segment.centre,
        strict=True,
    ):
        constant += centre * centre / 2 + centre * mean / spread
        terms.append(
            SQL("%s::float8 * %s", -centre / spread, SQL.identifier(f"t_{name}"))
        )
    return SQL("%s::float8 + %s", constant, SQL(" + ").join(terms))


def _logged(name, as_of):
    """Logarithm of an indicator; its sign stays."""
    if name == "recency":
        value = SQL("greatest(%s - kept.last_order_date, 0)::float8", as_of.today)
        return SQL("coalesce(ln(1 + %s), 0)", value)
    value = SQL("coalesce(kept.%s, 0)::float8", SQL.identifier(COLUMNS[name]))
    return SQL("sign(%s) * ln(1 + abs(%s))", value, value)
