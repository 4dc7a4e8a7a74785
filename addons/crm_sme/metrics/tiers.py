"""Moves the customers on the value ladder: up at once, down after some nights.

The slow, plain form of it stands in ``tools/tiers.py``.
"""

from decimal import Decimal

from odoo.tools import SQL

from ..tools.tiers import BY_VALUE, KEEPING_UP, MINIMUM_BASE, Tier, months_before

# Somebody who paid everything back has bought, too, and cost money.
HAS_BOUGHT = SQL("(v.order_count > 0 OR coalesce(v.refund_amount, 0) > 0)")


def update(env, company, as_of, limited):
    """Write tier, since when, and the nights below it, where they differ.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only those in ``sme_worth_wanted``; they rise, but a fall
        waits for the nightly refresh
    :return: number of rows written
    :rtype: int
    """
    ladder = ladder_of(env, company)
    if not limited:
        _keep_limits(env, company, as_of, ladder)
    if not ladder:
        return 0
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept
               SET tier_id = new.tier, tier_since = new.since, tier_held = new.held,
                   tier_held_on = new.held_on, computed_on = %(now)s,
                   write_date = %(now)s, write_uid = %(uid)s
              FROM (%(moves)s) new
             WHERE kept.id = new.id
                   AND (kept.tier_id, kept.tier_since, kept.tier_held,
                        kept.tier_held_on)
                   IS DISTINCT FROM (new.tier, new.since, new.held, new.held_on)
            """,
            moves=_moves(company, as_of, ladder, limited),
            now=as_of.now,
            uid=env.uid,
        )
    )
    return env.cr.rowcount


def ladder_of(env, company):
    """The tiers with the least values of a company, lowest rung first.

    :rtype: list[Tier]
    """
    tiers = env["sme.value.tier"].with_company(company).search([])
    return [
        Tier(
            key=tier.id,
            kind=tier.kind,
            min_value=Decimal(str(round(tier.min_value, 2))),
            top_percent=tier.top_percent,
            min_orders=tier.min_orders,
            min_tenure=tier.min_tenure,
            hold_runs=tier.hold_runs,
        )
        for tier in tiers
    ]


def _keep_limits(env, company, as_of, ladder):
    """Store the total value from which each rung can be reached."""
    env.cr.execute(
        SQL(
            "DELETE FROM sme_value_limit WHERE company_id = %s AND tier_id <> ALL(%s)",
            company.id,
            [tier.key for tier in ladder],
        )
    )
    changed = env.cr.rowcount
    if ladder:
        best = _best_parts(env.cr, company, ladder)
        changed += _upsert_limits(env.cr, company, as_of, ladder, best)
    if changed:
        env["sme.value.limit"].invalidate_model()
        env["sme.value.tier"].invalidate_model(["limit_amount", "limit_ids"])


def _upsert_limits(cr, company, as_of, ladder, best):
    """Write the limits that differ.

    :param dict best: least total value by the size of a best part in percent
    :return: number of rows written
    :rtype: int
    """
    rows = []
    for tier in ladder:
        is_part = tier.kind in BY_VALUE and tier.min_value <= 0
        amount = best.get(tier.top_percent) if is_part else tier.min_value
        values = (company.id, tier.key, amount, amount is not None, is_part)
        rows.append(
            SQL("(%s, %s, %s::numeric, %s, %s, %s, %s)", *values, as_of.now, as_of.now)
        )
    cr.execute(
        SQL(
            """
            INSERT INTO sme_value_limit AS kept
                   (company_id, tier_id, amount, is_open, is_percentile,
                    create_date, write_date)
            VALUES %s
            ON CONFLICT (company_id, tier_id) DO UPDATE
               SET amount = excluded.amount, is_open = excluded.is_open,
                   is_percentile = excluded.is_percentile,
                   write_date = excluded.write_date
             WHERE (kept.amount, kept.is_open, kept.is_percentile)
                   IS DISTINCT FROM
                   (excluded.amount, excluded.is_open, excluded.is_percentile)
            """,
            SQL(", ").join(rows),
        )
    )
    return cr.rowcount


def _best_parts(cr, company, ladder):
    """Least total value of the best parts; none with fewer than five customers.

    :return: amount by percent
    :rtype: dict[int, Decimal]
    """
    percents = sorted(
        {t.top_percent for t in ladder if t.kind in BY_VALUE and t.min_value <= 0}
    )
    bought = SQL("v.company_id = %s AND %s", company.id, HAS_BOUGHT)
    cr.execute(SQL("SELECT count(*) FROM sme_customer_value v WHERE %s", bought))
    count = cr.fetchone()[0]
    if count < MINIMUM_BASE or not percents:
        return {}
    # The middle of the row's step, so that no rounding of a fraction moves it.
    parts = [
        (max(-(-count * (100 - percent) // 100), 1) - 0.5) / count
        for percent in percents
    ]
    cr.execute(
        SQL(
            "SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY v.total_value)"
            " FROM sme_customer_value v WHERE %s",
            parts,
            bought,
        )
    )
    return dict(zip(percents, cr.fetchone()[0], strict=True))


def _moves(company, as_of, ladder, limited):
    """Standing of each customer after today; OFFSET 0 closes each step."""
    fresh = SQL("(old_rank IS NULL OR goal_rank IS NULL OR goal_rank >= old_rank)")
    if limited:
        falls, waits = SQL("FALSE"), SQL("FALSE")
    else:
        waits = SQL("(held_on IS DISTINCT FROM %s)", as_of.today)
        falls = SQL("(%s AND held + 1 >= hold_runs)", waits)
    return SQL(
        """
        SELECT id, tier,
               CASE WHEN tier IS NULL THEN NULL
                    WHEN tier IS DISTINCT FROM old_tier THEN %(today)s
                    ELSE since END AS since,
               CASE WHEN %(fresh)s OR %(falls)s THEN 0
                    WHEN %(waits)s THEN held + 1 ELSE held END AS held,
               CASE WHEN %(fresh)s OR %(falls)s THEN NULL
                    WHEN %(waits)s THEN %(today)s ELSE held_on END AS held_on
          FROM (
               SELECT *, CASE WHEN %(fresh)s OR %(falls)s THEN goal
                              ELSE old_tier END AS tier
                 FROM (%(goals)s) goals
               OFFSET 0
          ) moved
        """,
        fresh=fresh,
        falls=falls,
        waits=waits,
        today=as_of.today,
        goals=_goals(company, as_of, ladder, limited),
    )


def _goals(company, as_of, ladder, limited):
    """Rung that fits each customer today, beside the one he stands on."""
    return SQL(
        """
        SELECT *, %(old_rank)s AS old_rank, %(goal_rank)s AS goal_rank,
               %(hold)s AS hold_runs
          FROM (
               SELECT v.id, v.tier_id AS old_tier, v.tier_since AS since,
                      coalesce(v.tier_held, 0) AS held, v.tier_held_on AS held_on,
                      CASE WHEN NOT %(bought)s THEN NULL %(branches)s END AS goal
                 FROM sme_customer_value v
                WHERE v.company_id = %(company)s AND %(wanted)s
               OFFSET 0
          ) fitting
        OFFSET 0
        """,
        old_rank=_by_tier(SQL("old_tier"), ladder, range(len(ladder))),
        goal_rank=_by_tier(SQL("goal"), ladder, range(len(ladder))),
        hold=_by_tier(SQL("old_tier"), ladder, [tier.hold_runs for tier in ladder]),
        bought=HAS_BOUGHT,
        branches=SQL(" ").join(
            SQL("WHEN %s THEN %s", _meets(tier, company, as_of), tier.key)
            for tier in (
                *(tier for tier in ladder if tier.kind == "negative"),
                *(tier for tier in reversed(ladder) if tier.kind != "negative"),
            )
        ),
        company=company.id,
        wanted=SQL("v.partner_id = ANY(ARRAY(SELECT id FROM sme_worth_wanted))")
        if limited
        else SQL("TRUE"),
    )


def _by_tier(column, ladder, values):
    return SQL(
        "(CASE %s %s END)",
        column,
        SQL(" ").join(
            SQL("WHEN %s THEN %s", tier.key, value)
            for tier, value in zip(ladder, values, strict=True)
        ),
    )


def _meets(tier, company, as_of):
    """Conditions of a rung as SQL over the row ``v``."""
    if tier.kind == "negative":
        return SQL("v.existing_value < 0")
    conditions = [SQL("v.order_count >= %s", tier.min_orders)]
    if tier.min_tenure:
        since = months_before(as_of.today, tier.min_tenure)
        conditions.append(SQL("(v.first_order_date <= %s) IS TRUE", since))
    if tier.kind == "permanent":
        conditions.append(SQL("v.fade_state = ANY(%s)", list(KEEPING_UP)))
    if tier.kind in BY_VALUE:
        conditions.append(
            SQL(
                "v.total_value > 0 AND v.total_value >= (SELECT amount "
                "FROM sme_value_limit WHERE company_id = %s AND tier_id = %s "
                "AND is_open)",
                company.id,
                tier.key,
            )
        )
    elif tier.min_value > 0:
        conditions.append(SQL("v.total_value >= %s", tier.min_value))
    return SQL("(%s)", SQL(" AND ").join(conditions))
