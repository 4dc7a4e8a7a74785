"""Limits of the RFM classes and the customers' median rhythm, kept a company."""

import json
from dataclasses import dataclass
from decimal import Decimal

from odoo.tools import SQL

from ..tools.rfm import MINIMUM_BASE, PERCENTILES
from ..tools.rhythm import OWN_RHYTHM_MIN_DAYS
from . import kept_sums

MEASURES = ("recency", "frequency", "monetary", "rhythm", "segment_rhythm")
# So many customers with a rhythm of their own make one for their segment.
SEGMENT_MINIMUM = 20


@dataclass(frozen=True)
class StoredLimits:
    """Four rising limits a measure, empty below five customers; medians in days."""

    recency: list
    frequency: list
    monetary: list
    median_gap: Decimal | None
    segment_gaps: dict


NONE_YET = StoredLimits([], [], [], None, {})


def find_limits(env, company, as_of):
    """Find the limits over all customers, from their kept sums.

    :param company: record of ``res.company``
    :param AsOf as_of: today; recency is kept as negated days, so that more is better
    :rtype: StoredLimits
    """
    env.cr.execute(
        SQL(
            """
            SELECT count(*),
                   percentile_disc(%(parts)s::float8[]) WITHIN GROUP (
                       ORDER BY -greatest(%(today)s - last_order_date, 0)
                   ),
                   percentile_disc(%(parts)s::float8[]) WITHIN GROUP (
                       ORDER BY order_count_rfm
                   ),
                   percentile_disc(%(parts)s::float8[]) WITHIN GROUP (
                       ORDER BY coalesce(revenue_rfm, 0)
                   )
              FROM sme_kept_sums
             WHERE company_id = %(company)s AND order_count_rfm > 0
            """,
            parts=list(PERCENTILES),
            today=as_of.today,
            company=company.id,
        )
    )
    count, *limits = env.cr.fetchone()
    if count < MINIMUM_BASE:
        limits = [[], [], []]
    return StoredLimits(
        *limits,
        median_gap=_find_median_gap(env, company),
        segment_gaps=find_segment_gaps(env, company),
    )


def _find_median_gap(env, company):
    # In tenths of a day, where the mean of two gaps is exact in binary, too.
    env.cr.execute(
        SQL(
            """
            SELECT round((percentile_cont(0.5) WITHIN GROUP (
                       ORDER BY (10 * round(
                           (last_order_date - first_order_date)::numeric
                           / (day_count - 1), 1))::float8
                   ))::numeric) / 10
              FROM sme_kept_sums
             WHERE company_id = %s AND day_count > 1
            """,
            company.id,
        )
    )
    return env.cr.fetchone()[0]


def find_segment_gaps(env, company):
    """Median rhythm of the segments in which enough customers have one of their own.

    Segments are those of the refresh before: they are found after the rhythm.

    :rtype: dict[int, Decimal]
    """
    env.cr.execute(
        SQL(
            """
            SELECT segment_id,
                   round((percentile_cont(0.5) WITHIN GROUP (
                       ORDER BY ((20 * (last_order_date - first_order_date)
                           + day_count - 1) / (2 * (day_count - 1)))::float8
                   ))::numeric) / 10
              FROM (%s) fact
              JOIN (
                   SELECT partner_id, segment_id FROM sme_customer_value
                    WHERE company_id = %s AND segment_id IS NOT NULL
              ) member USING (partner_id)
             WHERE day_count >= %s
             GROUP BY segment_id
            HAVING count(*) >= %s
            """,
            kept_sums.sums_of(company),
            *(company.id, OWN_RHYTHM_MIN_DAYS, SEGMENT_MINIMUM),
        )
    )
    return dict(env.cr.fetchall())


def store_limits(env, company, as_of, limits):
    """Keep the limits for the refreshes of single customers.

    :param company: record of ``res.company``
    :param AsOf as_of: when they were found
    :param StoredLimits limits: what to keep
    """
    values = to_json(limits)
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_rfm_threshold (company_id, measure, limits, computed_on)
            VALUES %s
            ON CONFLICT (company_id, measure) DO UPDATE
               SET limits = excluded.limits, computed_on = excluded.computed_on
             WHERE sme_rfm_threshold.limits IS DISTINCT FROM excluded.limits
            """,
            SQL(", ").join(
                SQL(
                    "(%s, %s, %s::jsonb, %s)",
                    *(company.id, measure, json.dumps(values[measure]), as_of.now),
                )
                for measure in MEASURES
            ),
        )
    )
    if env.cr.rowcount:
        env["sme.rfm.threshold"].invalidate_model()


def read_limits(env, company):
    """Read the limits that the last full refresh kept.

    :param company: record of ``res.company``
    :return: None if there are none yet
    :rtype: StoredLimits | None
    """
    env.cr.execute(
        SQL(
            "SELECT measure, limits FROM sme_rfm_threshold WHERE company_id = %s",
            company.id,
        )
    )
    found = dict(env.cr.fetchall())
    return from_json(found) if set(MEASURES) <= set(found) else None


def to_json(limits):
    """Give limits as they are kept, by measure.

    :rtype: dict[str, list | dict]
    """
    gap = limits.median_gap
    return {
        "recency": limits.recency,
        "frequency": limits.frequency,
        "monetary": [float(value) for value in limits.monetary],
        "rhythm": [] if gap is None else [float(gap)],
        "segment_rhythm": {
            str(segment): float(days) for segment, days in limits.segment_gaps.items()
        },
    }


def from_json(found):
    """Give the limits back as they were before ``to_json``.

    :rtype: StoredLimits
    """
    gap = found["rhythm"]
    return StoredLimits(
        recency=found["recency"],
        frequency=found["frequency"],
        # Through text: a limit is one of the sums, to the cent.
        monetary=[Decimal(str(value)) for value in found["monetary"]],
        median_gap=Decimal(str(gap[0])) if gap else None,
        segment_gaps={
            int(segment): Decimal(str(days))
            for segment, days in found["segment_rhythm"].items()
        },
    )
