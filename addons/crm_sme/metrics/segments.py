"""Who is in which segment: entries, exits, the main segment, what each amounts to.

All in sets. The temporary table ``sme_segment_now`` holds who belongs where by today's
figures; stays that are open but not in it end, what is in it but not open begins.
Days are the grain: who enters and leaves on one day was never in, who leaves and comes
back on one day never left.
"""

import logging

from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.segments import read_domain
from . import groups, segment_sums
from .as_of import AsOf

_logger = logging.getLogger(__name__)


def update(env, company, as_of, limited):
    """Bring stays, main segments and sums of one company up to date.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only the customers in the temporary table ``sme_wanted``
    :return: number of rows written
    :rtype: int
    """
    segments = _active_segments(env, company)
    _fill_now(env, company, as_of, limited, segments)
    moved = _end_stays(env.cr, company, as_of, limited)
    moved += _begin_stays(env.cr, company, as_of)
    main = _write_main(env, company, as_of, limited, segments)
    summed = 0
    if not limited or segment_sums.is_small(env.cr, company):
        summed = segment_sums.write(env.cr, company, segments)
    if moved:
        env["sme.segment.member"].invalidate_model()
    if main:
        env["sme.customer.value"].invalidate_model(["segment_id", "computed_on"])
    if moved or summed:
        env["sme.segment.figure"].invalidate_model()
        env["sme.segment"].invalidate_model()
    return moved + main + summed


def update_companies(env, companies):
    """Work out the segments of all customers of some companies, outside the refresh.

    :param companies: records of ``res.company``
    :return: number of rows written
    :rtype: int
    """
    env.flush_all()
    env = env(su=True)
    return sum(
        update(env, company, AsOf.of_company(company), False)
        for company in companies.sudo()
    )


def _active_segments(env, company):
    """Segments that count in a company, the main ones first."""
    return (
        env["sme.segment"]
        .with_context(active_test=True)
        .search([("company_id", "in", (False, company.id))], order="sequence, id")
    )


def _fill_now(env, company, as_of, limited, segments):
    """Put who belongs where into ``sme_segment_now``."""
    env.cr.execute(SQL("DROP TABLE IF EXISTS sme_segment_now"))
    env.cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE sme_segment_now "
            "(partner_id int, segment_id int) ON COMMIT DROP"
        )
    )
    parts = [
        *_by_column(segments, company, limited),
        *_by_domain(env, segments, company, as_of, limited),
        *_by_hand(segments, company, limited),
        *groups.nearest(
            segments, company, as_of, in_wanted(SQL("kept.partner_id"), limited)
        ),
    ]
    for part in parts:
        env.cr.execute(SQL("INSERT INTO sme_segment_now %s", part))
    env.cr.execute(SQL("ANALYZE sme_segment_now"))


def _by_column(segments, company, limited):
    """Customers by RFM cell and by tier: one pass each for all such segments."""
    cells = [
        (segment.id, code)
        for segment in segments.filtered(lambda s: s.mode == "rfm")
        for code in sorted(set(segment.cells or []))
    ]
    tiers = [
        (segment.id, tier.id)
        for segment in segments.filtered(lambda s: s.mode == "tier")
        for tier in segment.tier_ids
    ]
    for pairs, column in ((cells, "rfm_code"), (tiers, "tier_id")):
        if not pairs:
            continue
        yield SQL(
            """
            SELECT kept.partner_id, chosen.segment_id
              FROM sme_customer_value kept
              JOIN (VALUES %s) chosen (segment_id, value) ON chosen.value = kept.%s
             WHERE kept.company_id = %s AND %s
            """,
            SQL(", ").join(SQL("(%s, %s)", *pair) for pair in pairs),
            SQL.identifier(column),
            company.id,
            in_wanted(SQL("kept.partner_id"), limited),
        )


def _by_domain(env, segments, company, as_of, limited):
    """Customers by conditions; a segment whose conditions broke keeps its members."""
    values = env["sme.customer.value"].with_context(
        tz=as_of.timezone, allowed_company_ids=company.ids
    )
    for segment in segments.filtered(lambda s: s.mode == "domain"):
        try:
            domain = Domain(read_domain(segment.domain))
            found = values._search(domain & Domain("company_id", "=", company.id))
        except (ValueError, TypeError, KeyError) as error:
            # A field of it may have gone with another module.
            _logger.warning("Conditions of segment %s: %s", segment.id, error)
            yield _as_before(segment, company, limited)
            continue
        yield SQL(
            "SELECT found.partner_id, %s FROM (%s) found WHERE %s",
            segment.id,
            found.select(SQL.identifier(found.table, "partner_id")),
            in_wanted(SQL("found.partner_id"), limited),
        )


def _as_before(segment, company, limited):
    return SQL(
        "SELECT stay.partner_id, stay.segment_id FROM sme_segment_member stay "
        "WHERE stay.segment_id = %s AND stay.company_id = %s "
        "AND stay.date_to IS NULL AND %s",
        segment.id,
        company.id,
        in_wanted(SQL("stay.partner_id"), limited),
    )


def _by_hand(segments, company, limited):
    """Customers chosen by hand, also those who have not bought yet."""
    manual = segments.filtered(lambda s: s.mode == "manual")
    if not manual:
        return
    yield SQL(
        """
        SELECT DISTINCT head.id, chosen.segment_id
          FROM sme_segment_partner_rel chosen
          JOIN res_partner p ON p.id = chosen.partner_id
          JOIN res_partner head ON head.id = p.commercial_partner_id
         WHERE chosen.segment_id = ANY(%s) AND p.active AND head.active
               AND (head.company_id IS NULL OR head.company_id = %s) AND %s
        """,
        manual.ids,
        company.id,
        in_wanted(SQL("head.id"), limited),
    )


def _end_stays(cr, company, as_of, limited):
    """End the stays of who does not belong there any more."""
    over = SQL(
        """
        stay.company_id = %s AND stay.date_to IS NULL AND %s
        AND NOT EXISTS (
            SELECT FROM sme_segment_now belongs
             WHERE belongs.partner_id = stay.partner_id
                   AND belongs.segment_id = stay.segment_id
        )
        """,
        company.id,
        in_wanted(SQL("stay.partner_id"), limited),
    )
    cr.execute(
        SQL(
            "DELETE FROM sme_segment_member stay WHERE stay.date_from >= %s AND %s",
            as_of.today,
            over,
        )
    )
    written = cr.rowcount
    cr.execute(
        SQL(
            "UPDATE sme_segment_member stay SET date_to = %s WHERE %s",
            as_of.today,
            over,
        )
    )
    return written + cr.rowcount


def _begin_stays(cr, company, as_of):
    """Begin a stay for who belongs there and is not in; go on with one of today."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_segment_entry"))
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE sme_segment_entry ON COMMIT DROP AS
            SELECT belongs.partner_id, belongs.segment_id
              FROM sme_segment_now belongs
             WHERE NOT EXISTS (
                   SELECT FROM sme_segment_member stay
                    WHERE stay.partner_id = belongs.partner_id
                          AND stay.segment_id = belongs.segment_id
                          AND stay.company_id = %s AND stay.date_to IS NULL
             )
            """,
            company.id,
        )
    )
    if not cr.rowcount:
        return 0
    cr.execute(SQL("ANALYZE sme_segment_entry"))
    cr.execute(
        SQL(
            """
            UPDATE sme_segment_member stay SET date_to = NULL
             WHERE stay.id IN (
                   SELECT min(ended.id)
                     FROM sme_segment_member ended
                     JOIN sme_segment_entry USING (partner_id, segment_id)
                    WHERE ended.company_id = %(company)s AND ended.date_to = %(today)s
                    GROUP BY ended.partner_id, ended.segment_id
             )
            """,
            company=company.id,
            today=as_of.today,
        )
    )
    written = cr.rowcount
    cr.execute(
        SQL(
            """
            INSERT INTO sme_segment_member
                   (segment_id, partner_id, company_id, date_from)
            SELECT entry.segment_id, entry.partner_id, %(company)s, %(today)s
              FROM sme_segment_entry entry
             ORDER BY entry.partner_id, entry.segment_id
            ON CONFLICT DO NOTHING
            """,
            company=company.id,
            today=as_of.today,
        )
    )
    return written + cr.rowcount


def _write_main(env, company, as_of, limited, segments):
    """Write the first segment of each customer, where it is another one now."""
    scope = SQL(
        "kept.company_id = %s AND %s",
        company.id,
        in_wanted(SQL("kept.partner_id"), limited),
    )
    stamp = SQL(
        "computed_on = %(now)s, write_date = %(now)s, write_uid = %(uid)s",
        now=as_of.now,
        uid=env.uid,
    )
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept SET segment_id = main.segment_id, %(stamp)s
              FROM (
                   SELECT partner_id, (%(ids)s::int[])[
                              min(array_position(%(ids)s::int[], segment_id))
                          ] AS segment_id
                     FROM sme_segment_now
                    GROUP BY partner_id
              ) main
             WHERE kept.partner_id = main.partner_id AND %(scope)s
                   AND kept.segment_id IS DISTINCT FROM main.segment_id
            """,
            ids=segments.ids,
            stamp=stamp,
            scope=scope,
        )
    )
    written = env.cr.rowcount
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept SET segment_id = NULL, %(stamp)s
             WHERE kept.segment_id IS NOT NULL AND %(scope)s
                   AND NOT EXISTS (
                       SELECT FROM sme_segment_now belongs
                        WHERE belongs.partner_id = kept.partner_id
                   )
            """,
            stamp=stamp,
            scope=scope,
        )
    )
    return written + env.cr.rowcount


def in_wanted(column, limited):
    """Condition that a column is one of the customers to refresh, as SQL.

    :param SQL column: a partner
    :param bool limited: False: all of them are
    :rtype: SQL
    """
    if not limited:
        return SQL("TRUE")
    # An array: the planner then goes by an index, not through the whole table.
    return SQL("%s = ANY(ARRAY(SELECT id FROM sme_wanted))", column)
