"""What makes customers enter a care plan: one query for each trigger.

Each gives ``partner_id`` and ``occurrence``, the occasion as text, and may read the
customers in ``sme_care_customer``. An occasion is named by its day or record, so that
it is the same in every run and counts once.
"""

from datetime import date, timedelta

from odoo.tools import SQL

from ..tools.rhythm import day_start, local_day

# After an outage occasions of so many days are made up for.
CATCH_UP_DAYS = 7


class Window:
    """Days on which events must lie to be due today, not before the plan began."""

    def __init__(self, plan, as_of, ahead_days=0):
        """Take the days from the plan.

        :param plan: one record of ``sme.care.plan``
        :param AsOf as_of: today
        :param int ahead_days: also what is due in so many days from today
        """
        started = plan.started_on or as_of.now
        self.as_of = as_of
        self.started = local_day(started, as_of.timezone)
        wait = timedelta(days=plan.trigger_days)
        oldest = max(self.started, as_of.today - timedelta(days=CATCH_UP_DAYS))
        self.first = oldest - wait
        self.last = as_of.today + timedelta(days=ahead_days) - wait
        self.ahead_days = ahead_days

    def days(self):
        """All days of the window.

        :rtype: list[date]
        """
        return [
            self.first + timedelta(days=at)
            for at in range((self.last - self.first).days + 1)
        ]

    def has_day(self, column):
        """Condition that a day lies in the window, as SQL."""
        return SQL("%s BETWEEN %s AND %s", column, self.first, self.last)

    def has_moment(self, column):
        """Condition that a moment (naive UTC) lies in the window, as SQL."""
        return SQL("%s >= %s AND %s < %s", column, self.begins, column, self.ends)

    @property
    def begins(self):
        """First moment of the window, naive UTC."""
        return day_start(self.first, self.as_of.timezone)

    @property
    def ends(self):
        """First moment after the window, naive UTC."""
        return day_start(self.last + timedelta(days=1), self.as_of.timezone)


def occasions(env, plan, as_of, ahead_days=0):
    """Customers with an occasion for a plan today, and its name.

    :param plan: one record of ``sme.care.plan``
    :param AsOf as_of: today
    :param int ahead_days: also those of so many days from today
    :return: query with ``partner_id`` and ``occurrence``; None if there is none today
    :rtype: SQL | None
    """
    return _QUERIES[plan.trigger](env, plan, Window(plan, as_of, ahead_days))


def _figures_day(column, name):
    def query(_env, _plan, window):
        return SQL(
            """
            SELECT s.partner_id, %s || s.%s AS occurrence FROM sme_care_customer s
             WHERE %s
            """,
            f"{name}-",
            SQL.identifier(column),
            window.has_day(SQL.identifier("s", column)),
        )

    return query


def _after_delivery(_env, plan, window):
    return SQL(
        """
        SELECT c.commercial_partner_id AS partner_id,
               'delivery-' || max(s.delivered_on)::date AS occurrence
          FROM sme_shipment s JOIN res_partner c ON c.id = s.partner_id
         WHERE s.company_id = %s AND s.state = 'delivered' AND s.gone_on IS NULL
               AND s.parcel_id IS NULL AND %s
         GROUP BY c.commercial_partner_id
        """,
        plan.company_id.id,
        window.has_moment(SQL("s.delivered_on")),
    )


def _late_parcel(_env, plan, window):
    # Late by so many days and still under way; one apology for an order.
    return SQL(
        """
        SELECT c.commercial_partner_id AS partner_id,
               'late-' || min(coalesce('o' || s.order_id, 's' || s.id)) AS occurrence
          FROM sme_shipment s JOIN res_partner c ON c.id = s.partner_id
         WHERE s.company_id = %s AND s.is_open AND s.gone_on IS NULL
               AND s.parcel_id IS NULL AND s.promised_on < %s AND %s
         GROUP BY c.commercial_partner_id
        """,
        plan.company_id.id,
        window.as_of.now,
        window.has_moment(SQL("s.promised_on")),
    )


def _after_complaint(_env, plan, window):
    return SQL(
        """
        SELECT c.commercial_partner_id AS partner_id,
               'complaint-' || max(w.id) AS occurrence
          FROM sme_feedback w JOIN res_partner c ON c.id = w.partner_id
         WHERE w.company_id = %s AND w.kind = 'complaint' AND w.is_open IS NOT TRUE
               AND %s
         GROUP BY c.commercial_partner_id
        """,
        plan.company_id.id,
        window.has_moment(SQL("w.closed_on")),
    )


def _enter_segment(_env, plan, window):
    segments = plan.trigger_segment_ids or plan.segment_ids
    return SQL(
        """
        SELECT stay.partner_id,
               min('segment-' || stay.segment_id || '-' || stay.date_from) AS occurrence
          FROM sme_segment_member stay
         WHERE stay.company_id = %s AND stay.segment_id = ANY(%s)
               AND stay.date_to IS NULL AND %s
         GROUP BY stay.partner_id
        """,
        plan.company_id.id,
        segments.ids,
        _entered(plan, window, SQL("stay.date_from")),
    )


def _enter_fade_state(_env, plan, window):
    return SQL(
        """
        SELECT s.partner_id,
               'state-' || coalesce(s.fade_since::text, '') AS occurrence
          FROM sme_care_customer s
         WHERE s.fade_state = %s AND %s
        """,
        plan.trigger_fade_state,
        _entered(plan, window, SQL("s.fade_since")),
    )


def _enter_stage(_env, plan, window):
    day = window.as_of.day_of(SQL("s.stage_on"))
    return SQL(
        """
        SELECT s.partner_id,
               'stage-' || s.lifecycle_stage_id || '-' || coalesce(%s::text, '')
                   AS occurrence
          FROM sme_care_customer s
         WHERE s.lifecycle_stage_id = %s AND %s
        """,
        day,
        plan.trigger_stage_id.id,
        _entered(plan, window, day),
    )


def _entered(plan, window, day):
    """Condition that a customer has been in a state long enough."""
    if plan.include_present:
        return SQL("coalesce(%s, '-infinity'::date) <= %s", day, window.last)
    return SQL("%s BETWEEN %s AND %s", day, window.started, window.last)


def _yearly(column):
    def query(_env, _plan, window):
        rows = SQL(", ").join(
            SQL("(%s, %s)", month_day, str(day.year))
            for day in window.days()
            for month_day in _month_days(day)
        )
        return SQL(
            """
            SELECT s.partner_id, %s || due.year AS occurrence
              FROM sme_care_customer s
              JOIN (VALUES %s) due (month_day, year)
                ON due.month_day = to_char(s.%s, 'MM-DD')
             WHERE s.%s IS NOT NULL
            """,
            f"{column}-",
            rows,
            SQL.identifier(column),
            SQL.identifier(column),
        )

    return query


def _month_days(day):
    """Days of birth that are kept on a day: who was born on a leap day is not left out.

    :rtype: list[str]
    """
    found = [f"{day:%m-%d}"]
    if found == ["02-28"] and (day + timedelta(days=1)).month > day.month:
        found.append("02-29")
    return found


def _calendar(_env, plan, window):
    days = _calendar_days(plan, window)
    if not days:
        return None
    return SQL(
        "SELECT partner_id, %s AS occurrence FROM sme_care_customer",
        f"calendar-{days[-1]}",
    )


def _calendar_days(plan, window):
    """Days of the plan's festival that lie in the window.

    :rtype: list[date]
    """
    years = range(window.first.year, window.last.year + 1)
    days = (plan.calendar_id._date_in(year) for year in years)
    return sorted(
        day
        for day in days
        if isinstance(day, date) and window.first <= day <= window.last
    )


def _every_n_days(_env, plan, window):
    # Spread evenly: not all customers of a plan of visits on one day.
    days = plan.trigger_days
    ahead = window.ahead_days
    passed = (window.as_of.today - window.started).days + ahead
    return SQL(
        """
        SELECT s.partner_id,
               'round-' || ((%(passed)s - s.partner_id %% %(days)s) / %(days)s)
                   AS occurrence
          FROM sme_care_customer s
         WHERE s.partner_id %% %(days)s <= %(passed)s
               AND (%(passed)s - s.partner_id %% %(days)s) %% %(days)s <= %(late)s
        """,
        passed=passed,
        days=days,
        late=min(CATCH_UP_DAYS + ahead, days - 1),
    )


def _visitor(_env, plan, window):
    return SQL(
        """
        SELECT c.commercial_partner_id AS partner_id,
               'lead-' || max(l.id) AS occurrence
          FROM crm_lead l JOIN res_partner c ON c.id = l.partner_id
         WHERE l.visit_kind IS NOT NULL AND l.active
               AND l.won_status IS DISTINCT FROM 'won'
               AND (l.company_id IS NULL OR l.company_id = %s) AND %s
         GROUP BY c.commercial_partner_id
        """,
        plan.company_id.id,
        window.has_moment(SQL("l.create_date")),
    )


def _abandoned_cart(_env, plan, window):
    return SQL(
        """
        SELECT c.commercial_partner_id AS partner_id,
               'cart-' || max(i.id) AS occurrence
          FROM sme_interaction i JOIN res_partner c ON c.id = i.partner_id
         WHERE i.company_id = %s AND i.kind = 'cart' AND i.gone_on IS NULL AND %s
               AND NOT EXISTS (
                   SELECT FROM sme_order o
                    WHERE o.company_id = i.company_id AND o.counted
                          AND o.commercial_partner_id = c.commercial_partner_id
                          AND o.date_order >= i.date
               )
               AND NOT EXISTS (
                   SELECT FROM sale_order o JOIN res_partner b ON b.id = o.partner_id
                    WHERE o.company_id = i.company_id AND o.state = 'sale'
                          AND b.commercial_partner_id = c.commercial_partner_id
                          AND o.date_order >= i.date
               )
         GROUP BY c.commercial_partner_id
        """,
        plan.company_id.id,
        window.has_moment(SQL("i.date")),
    )


def _data_gap(_env, plan, window):
    since = SQL("TRUE")
    if not plan.include_present:
        since = SQL("s.created_on >= %s", plan.started_on or window.as_of.now)
    return SQL(
        """
        SELECT s.partner_id, %s AS occurrence FROM sme_care_customer s
         WHERE s.data_score < %s AND s.created_on < %s AND %s
        """,
        f"gap-{window.as_of.today.year}",
        plan.trigger_score,
        window.ends,
        since,
    )


def _new_customer(_env, _plan, window):
    return SQL(
        """
        SELECT s.partner_id, 'new' AS occurrence FROM sme_care_customer s
         WHERE %s
        """,
        window.has_moment(SQL("s.created_on")),
    )


_QUERIES = {
    "first_order": _figures_day("first_order_date", "first"),
    "after_order": _figures_day("last_order_date", "order"),
    "after_delivery": _after_delivery,
    "late_parcel": _late_parcel,
    "after_complaint": _after_complaint,
    "enter_segment": _enter_segment,
    "enter_fade_state": _enter_fade_state,
    "enter_stage": _enter_stage,
    "birthday": _yearly("birthday"),
    "contract_day": _yearly("contract_day"),
    "calendar": _calendar,
    "every_n_days": _every_n_days,
    "visitor": _visitor,
    "abandoned_cart": _abandoned_cart,
    "data_gap": _data_gap,
    "new_customer": _new_customer,
}
