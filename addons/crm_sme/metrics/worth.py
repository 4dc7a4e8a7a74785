"""What each customer is worth, in four parts, and what serving him costs.

The slow, plain form of it stands in ``tools/worth.py``.
"""

from decimal import Decimal

from odoo.tools import SQL

from ..tools.worth import ACTIVITY, COME_BACK, MONTHS, YEAR_DAYS, Rates
from . import cross_sell, loyalty, referrals, touchpoints

COLUMNS = (
    "service_cost",
    "existing_value",
    "potential_value",
    "influence_value",
    "learning_value",
    "total_value",
    "clv_net",
    "loyalty_kind",
    "rating_avg",
    "delivered_value",
    "complaint_count",
)
# Count of ``sme_touchpoint`` to the setting that prices it.
PRICED = {
    "call": "sme_cost_call",
    "meeting": "sme_cost_meeting",
    "message": "sme_cost_message",
    "complaint": "sme_cost_complaint",
    "refund": "sme_cost_return",
    "delivery": "sme_cost_delivery",
}
WEIGHTED = ("existing", "potential", "influence", "learning")


def update(env, company, as_of, limited):
    """Write the worth of the customers where it differs.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only those in ``sme_wanted`` and who referred them
    :return: number of rows written
    :rtype: int
    """
    if limited:
        referrals.fill_wanted(env.cr)
    touchpoints.fill_touchpoints(env, company, as_of, limited)
    loyalty.fill_bargains(env, company, as_of, limited)
    cross_sell.fill_cross_sell(env, company, as_of, limited)
    names = [SQL.identifier(name) for name in COLUMNS]
    env.cr.execute(
        SQL(
            """
            UPDATE sme_customer_value kept
               SET %(assign)s, computed_on = %(now)s, write_date = %(now)s,
                   write_uid = %(uid)s
              FROM (%(figures)s) new
             WHERE kept.id = new.id AND (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            assign=SQL(", ").join(SQL("%s = new.%s", name, name) for name in names),
            figures=_figures(company, as_of, limited),
            old=SQL(", ").join(SQL("kept.%s", name) for name in names),
            new=SQL(", ").join(SQL("new.%s", name) for name in names),
            now=as_of.now,
            uid=env.uid,
        )
    )
    return env.cr.rowcount


def rates_of(company):
    """Settings of a company as exact numbers.

    :param company: record of ``res.company``
    :rtype: Rates
    """

    def exact(name, digits=4):
        return Decimal(str(round(company[name], digits)))

    digits = company.currency_id.decimal_places
    return Rates(
        **{kind: exact(name, digits) for kind, name in PRICED.items()},
        acquisition=exact("sme_acquisition_cost", digits),
        advocacy=exact("sme_advocacy_rate", digits),
        learning=exact("sme_learning_rate", digits),
        cross_damping=exact("sme_cross_damping"),
        referral_share=exact("sme_referral_share"),
        weights=tuple(exact(f"sme_weight_{part}", 2) for part in WEIGHTED),
        digits=digits,
    )


def _figures(company, as_of, limited):
    """Weigh the parts of each customer; OFFSET 0 closes each step for the planner."""
    rates = rates_of(company)
    weighed = SQL(" + ").join(
        SQL("%s * %s", weight, SQL.identifier(f"{part}_value"))
        for part, weight in zip(WEIGHTED, rates.weights, strict=True)
    )
    return SQL(
        """
        SELECT part.*, round(%(weighed)s, %(digits)s) AS total_value,
               clv - service_cost AS clv_net
          FROM (
               SELECT piece.*,
                      margin_12m - service_cost - round(
                          %(acquisition)s * months / %(year)s, %(digits)s
                      ) AS existing_value,
                      round(per_order * expected, %(digits)s)
                      + round(activity * %(damping)s * unbought, %(digits)s)
                          AS potential_value
                 FROM (%(pieces)s) piece
               OFFSET 0
          ) part
        OFFSET 0
        """,
        weighed=weighed,
        digits=rates.digits,
        acquisition=rates.acquisition,
        damping=rates.cross_damping,
        year=MONTHS,
        pieces=pieces_of(company, as_of, limited),
    )


def pieces_of(company, as_of, limited):
    """What the parts are made from, as SQL: one row a customer.

    :rtype: SQL
    """
    rates = rates_of(company)
    return SQL(
        """
        SELECT v.id, v.clv, v.margin_12m, %(kind)s AS loyalty_kind,
               talk.rating_avg, talk.delivered_value,
               coalesce(talk.complaint, 0) AS complaint_count,
               round(%(cost)s, %(digits)s) AS service_cost,
               %(months)s AS months,
               CASE WHEN v.order_count > 0 THEN greatest(
                   round(v.margin / v.order_count, %(digits)s), 0) ELSE 0 END
                   AS per_order,
               %(expected)s AS expected, %(activity)s AS activity,
               coalesce(class.worth, 0) - coalesce(bought.worth, 0) AS unbought,
               round(%(share)s * coalesce(word.referred_margin, 0)
                     + %(advocacy)s * coalesce(talk.good_review, 0), %(digits)s)
                   AS influence_value,
               round(%(learning)s * coalesce(talk.learning_points, 0), %(digits)s)
                   AS learning_value
          FROM (%(rows)s) v
          JOIN res_partner p ON p.id = v.partner_id
          LEFT JOIN sme_touchpoint talk ON talk.partner_id = v.partner_id
          LEFT JOIN sme_bargain bargain ON bargain.partner_id = v.partner_id
          LEFT JOIN (%(bought)s) bought ON bought.partner_id = v.partner_id
          LEFT JOIN (%(classes)s) class ON class.spend_class = %(class)s
          LEFT JOIN (%(referred)s) word ON word.partner_id = v.partner_id
        OFFSET 0
        """,
        kind=loyalty.loyalty_kind(),
        cost=SQL(" + ").join(
            SQL("%s * coalesce(talk.%s, 0)", getattr(rates, kind), SQL.identifier(kind))
            for kind in PRICED
        ),
        months=_acquisition_months(as_of),
        expected=_expected_orders(),
        activity=_activity(),
        share=rates.referral_share,
        advocacy=rates.advocacy,
        learning=rates.learning,
        digits=rates.digits,
        bought=cross_sell.bought_worth(company),
        classes=cross_sell.class_worth(company),
        referred=referrals.referred_margin(company, limited),
        rows=_rows(company, limited),
        **{"class": cross_sell.class_of(company)},
    )


def _rows(company, limited):
    """Rows of figures with zeros where nothing was written yet."""
    return SQL(
        """
        SELECT id, partner_id, m_score, fade_state, rhythm_source, first_order_date,
               mean_gap_days, coalesce(margin, 0) AS margin,
               coalesce(margin_12m, 0) AS margin_12m,
               coalesce(order_count, 0) AS order_count,
               coalesce(order_count_12m, 0) AS order_count_12m,
               coalesce(confidence, 'none') <> 'none' AS is_forecast,
               expected_orders_12m,
               CASE WHEN coalesce(confidence, 'none') <> 'none' THEN clv END AS clv
          FROM sme_customer_value
         WHERE company_id = %s AND %s
        OFFSET 0
        """,
        company.id,
        SQL("partner_id = ANY(ARRAY(SELECT id FROM sme_worth_wanted))")
        if limited
        else SQL("TRUE"),
    )


def _acquisition_months(as_of):
    """Twelfths of the cost to win a customer that fall into the last 12 months."""
    return SQL(
        """
        CASE WHEN v.first_order_date <= %(today)s THEN greatest(
            least(%(full)s, %(last)s) - greatest(%(full)s - %(last)s, 0) + 1, 0
        ) ELSE 0 END
        """,
        full=SQL(
            "(12 * (%(year)s - extract(year FROM v.first_order_date)::int) + %(month)s "
            "- extract(month FROM v.first_order_date)::int "
            "- (extract(day FROM v.first_order_date) > %(day)s)::int)",
            year=as_of.today.year,
            month=as_of.today.month,
            day=as_of.today.day,
        ),
        today=as_of.today,
        last=MONTHS - 1,
    )


def _expected_orders():
    """Orders of the next 12 months: by forecast, else by rhythm, else by the past."""
    return SQL(
        """
        CASE WHEN v.is_forecast THEN coalesce(v.expected_orders_12m, 0)
             WHEN v.rhythm_source = 'own' THEN
                 round(%(activity)s * %(year)s / greatest(v.mean_gap_days, 1), 2)
             ELSE round(%(activity)s * %(back)s * v.order_count_12m, 2) END
        """,
        activity=_activity(),
        year=YEAR_DAYS,
        back=COME_BACK,
    )


def _activity():
    return SQL(
        "(CASE v.fade_state %s ELSE 0 END)",
        SQL(" ").join(
            SQL("WHEN %s THEN %s", state, part) for state, part in ACTIVITY.items()
        ),
    )
