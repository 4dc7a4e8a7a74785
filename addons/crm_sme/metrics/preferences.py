"""What each customer likes: category, channel, weekday and price band.

Read from the firm orders of the last 24 months and their lines. The slow, plain form
of it stands in ``tools/preferences.py``.
"""

import json
from decimal import Decimal

from odoo.tools import SQL

from . import goods

WINDOW_DAYS = 730
MEASURE = "price"
MINIMUM_BASE = 3
# Days are counted from here, where times, days and a choice are one sortable number.
DAYS_FROM = "1970-01-01"
COLUMNS = ("pref_categ_id", "pref_channel", "pref_weekday", "price_band")


def update(env, company, as_of, limited):
    """Write the preferences that differ.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only for the partners in the temporary table ``sme_wanted``
    :return: number of rows written
    :rtype: int
    """
    since = as_of.window_start(WINDOW_DAYS)
    _fill_goods(env, company, since, limited)
    _fill_moments(env, company, as_of, since, limited)
    if limited:
        limits = _read_thirds(env.cr, company)
    else:
        limits = _find_thirds(env.cr)
        _store_thirds(env, company, as_of, limits)
    return _write(env, company, as_of, limits, limited)


def _fill_goods(env, company, since, limited):
    """Sum the lines to one row a customer and category, then find the mean prices."""
    _make_table(
        env.cr,
        "sme_liked_goods",
        SQL(
            """
            SELECT partner_id, categ_id, sum(net) AS net,
                   max(date_order) FILTER (WHERE NOT is_refund) AS last,
                   sum(net) FILTER (WHERE %(sold)s) AS sold_net,
                   sum(quantity) FILTER (WHERE %(sold)s) AS sold_quantity
              FROM (%(lines)s) line
             WHERE partner_id IS NOT NULL
             GROUP BY partner_id, categ_id
            """,
            sold=SQL("NOT is_refund AND net > 0 AND quantity > 0"),
            lines=goods.goods_lines(env, company, since, limited),
        ),
    )
    _make_table(env.cr, "sme_liked_price", _prices())


def _fill_moments(env, company, as_of, since, limited):
    """Count the orders of each customer by channel and weekday."""
    _make_table(
        env.cr,
        "sme_liked_moment",
        SQL(
            """
            SELECT partner_id, channel, extract(isodow FROM day)::int - 1 AS weekday,
                   count(*) AS times, max(day) - %(from)s::date AS last_day
              FROM (
                   SELECT partner_id, nullif(channel, '') AS channel, %(day)s AS day
                     FROM (%(orders)s) firm
                   OFFSET 0
              ) dated
             GROUP BY partner_id, channel, weekday
            """,
            **{"from": DAYS_FROM},
            day=as_of.day_of(SQL("date_order")),
            orders=goods.orders(env, company, since, limited),
        ),
    )


def _make_table(cr, name, query):
    table = SQL.identifier(name)
    cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
    cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query))
    cr.execute(SQL("ANALYZE %s", table))


def _prices():
    """Mean price of a piece, one row a customer who paid for any."""
    return SQL(
        """
        SELECT partner_id, round(sum(sold_net) / sum(sold_quantity), 4) AS price
          FROM sme_liked_goods
         WHERE sold_quantity > 0
         GROUP BY partner_id
        """
    )


def _find_thirds(cr):
    cr.execute(
        SQL(
            """
            SELECT count(*), percentile_disc(ARRAY[1/3::float8, 2/3::float8])
                   WITHIN GROUP (ORDER BY price)
              FROM sme_liked_price
            """
        )
    )
    count, limits = cr.fetchone()
    return limits if count >= MINIMUM_BASE else []


def _store_thirds(env, company, as_of, limits):
    """Keep the limits for the refreshes of single customers."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_rfm_threshold (company_id, measure, limits, computed_on)
            VALUES (%s, %s, %s::jsonb, %s)
            ON CONFLICT (company_id, measure) DO UPDATE
               SET limits = excluded.limits, computed_on = excluded.computed_on
             WHERE sme_rfm_threshold.limits IS DISTINCT FROM excluded.limits
            """,
            *(company.id, MEASURE, json.dumps([float(x) for x in limits]), as_of.now),
        )
    )
    if env.cr.rowcount:
        env["sme.rfm.threshold"].invalidate_model()


def _read_thirds(cr, company):
    cr.execute(
        SQL(
            "SELECT limits FROM sme_rfm_threshold "
            "WHERE company_id = %s AND measure = %s",
            *(company.id, MEASURE),
        )
    )
    found = cr.fetchone()
    return [Decimal(str(limit)) for limit in found[0]] if found else []


def _band(limits):
    """Band of a customer's price; where both limits are one, that one is the middle."""
    if not limits:
        return SQL("NULL::varchar")
    low, high = limits
    return SQL(
        """CASE WHEN price > %(high)s THEN 'high'
                WHEN price > %(low)s OR price = %(low)s AND %(low)s = %(high)s
                THEN 'middle'
                WHEN price IS NOT NULL THEN 'low' END""",
        low=low,
        high=high,
    )


def _weekdays():
    """The weekday with most orders, the later one of equals."""
    return SQL(
        """
        SELECT partner_id,
               max((times * 100000 + last_day) * 10 + weekday) %% 10 AS weekday
          FROM (
               SELECT partner_id, weekday, sum(times)::bigint AS times,
                      max(last_day) AS last_day
                 FROM sme_liked_moment
                GROUP BY partner_id, weekday
          ) counted
         GROUP BY partner_id
        """
    )


def _channels():
    """The channel with most orders, the later one of equals, then by name.

    Channels are numbered, so that the best of a customer is a maximum, not a sort.
    """
    return SQL(
        """
        SELECT best.partner_id, numbered.channel
          FROM (
               SELECT partner_id,
                      max((times * 100000 + last_day) * 100000 + number) %% 100000
                          AS number
                 FROM (
                      SELECT partner_id, number, sum(times)::bigint AS times,
                             max(last_day) AS last_day
                        FROM sme_liked_moment
                        JOIN sme_liked_channel USING (channel)
                       GROUP BY partner_id, number
                 ) counted
                GROUP BY partner_id
          ) best
          JOIN sme_liked_channel numbered USING (number)
        """
    )


def _write(env, company, as_of, limits, limited):
    """Bring the rows up to date; who has no orders loses what was there."""
    _make_table(
        env.cr,
        "sme_liked_channel",
        SQL(
            """
            SELECT channel, row_number() OVER (ORDER BY channel COLLATE "C" DESC)
                   AS number
              FROM sme_liked_moment
             WHERE channel IS NOT NULL
             GROUP BY channel
            """
        ),
    )
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept
               SET %(assign)s,
                   computed_on = %(now)s, write_date = %(now)s, write_uid = %(uid)s
              FROM (%(liked)s) new
             WHERE kept.id = new.id AND (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            assign=_each("%(name)s = new.%(name)s"),
            liked=_liked(company, limits, limited),
            old=_each("kept.%(name)s"),
            new=_each("new.%(name)s"),
            now=as_of.now,
            uid=env.uid,
        )
    )
    return env.cr.rowcount


def _each(template):
    return SQL(", ").join(SQL(template, name=SQL.identifier(name)) for name in COLUMNS)


def _liked(company, limits, limited):
    return SQL(
        """
        SELECT row.id, best.categ_id AS pref_categ_id, used.channel AS pref_channel,
               moved.weekday::text AS pref_weekday, %(band)s AS price_band
          FROM sme_customer_value row
          LEFT JOIN (
               SELECT DISTINCT ON (partner_id) partner_id, categ_id
                 FROM sme_liked_goods
                WHERE categ_id IS NOT NULL AND net > 0
                ORDER BY partner_id, net DESC, last DESC NULLS LAST, categ_id
          ) best ON best.partner_id = row.partner_id
          LEFT JOIN (%(channels)s) used ON used.partner_id = row.partner_id
          LEFT JOIN (%(weekdays)s) moved ON moved.partner_id = row.partner_id
          LEFT JOIN sme_liked_price paid ON paid.partner_id = row.partner_id
         WHERE row.company_id = %(company)s AND %(wanted)s
        """,
        band=_band(limits),
        channels=_channels(),
        weekdays=_weekdays(),
        company=company.id,
        wanted=SQL("row.partner_id = ANY(ARRAY(SELECT id FROM sme_wanted))")
        if limited
        else SQL("TRUE"),
    )
