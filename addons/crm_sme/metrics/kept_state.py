"""What the last full refresh of a company went by; the next one builds upon it."""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta

from odoo.tools import SQL

from . import limits, marks
from .worth import PRICED

# So often everything is computed anew, whoever noted what.
CHECK_EVERY = timedelta(days=7)


@dataclass(frozen=True)
class State:
    """Settings, day and limits of the last full refresh.

    ``is_paced``: no customer changed his segment since the rhythms were written.
    ``is_summed``: the narrow tables of the roll-up hold no differences that are still
    to be summed up.
    """

    basis: str
    today: date
    checked_on: date
    limits: limits.StoredLimits
    is_paced: bool
    is_summed: bool = False

    def may_differ(self, as_of):
        """Whether figures can differ even if no order does.

        :param AsOf as_of: today
        :rtype: bool
        """
        return as_of.today > self.today or not self.is_paced


def create_table(cr):
    """Make the table anew: the next refresh of each company computes everything."""
    drop_table(cr)
    cr.execute(
        SQL(
            """
            CREATE TABLE sme_kept_state (
                company_id int PRIMARY KEY,
                basis text NOT NULL,
                today date NOT NULL,
                checked_on date NOT NULL,
                limits jsonb NOT NULL,
                is_paced boolean NOT NULL,
                is_summed boolean NOT NULL DEFAULT FALSE
            )
            """
        )
    )


def drop_table(cr):
    """Remove the table."""
    cr.execute(SQL("DROP TABLE IF EXISTS sme_kept_state"))


def basis_of(cr, company, as_of):
    """Settings that the figures and stages depend on, as text.

    :param company: record of ``res.company``
    :param AsOf as_of: its time zone
    :rtype: str
    """
    cr.execute(SQL("SELECT kind, id FROM sme_lifecycle_stage ORDER BY sequence, id"))
    return repr(
        (
            cr.fetchall(),
            as_of.timezone,
            company.sme_rfm_window_days,
            company.sme_default_gap_days,
            company._sme_fade_ratios(),
            company.currency_id.id,
            company.currency_id.decimal_places,
            [str(company[name]) for name in PRICED.values()],
        )
    )


def read(cr, company):
    """Read the state of a company.

    :return: None before its first full refresh
    :rtype: State | None
    """
    cr.execute(
        SQL(
            "SELECT basis, today, checked_on, limits, is_paced, is_summed "
            "FROM sme_kept_state WHERE company_id = %s",
            company.id,
        )
    )
    found = cr.fetchone()
    if not found:
        return None
    basis, today, checked_on, kept, is_paced, is_summed = found
    kept = limits.from_json(kept)
    return State(basis, today, checked_on, kept, is_paced, is_summed)


def trusted(cr, company, as_of):
    """Give the state if what is kept may be built upon.

    Not with other settings, when time went back, once a week, or where a table is not
    watched.

    :return: None if all has to be computed
    :rtype: State | None
    """
    state = read(cr, company)
    if (
        state is None
        or state.basis != basis_of(cr, company, as_of)
        or state.today > as_of.today
        or as_of.today - state.checked_on >= CHECK_EVERY
        or not marks.are_kept(cr)
    ):
        return None
    return state


def store(cr, company, state):
    """Keep the state of a company.

    :param State state: what to keep
    """
    values = {
        "company_id": company.id,
        "basis": state.basis,
        "today": state.today,
        "checked_on": state.checked_on,
        "limits": json.dumps(limits.to_json(state.limits)),
        "is_paced": state.is_paced,
        "is_summed": state.is_summed,
    }
    names = [SQL.identifier(name) for name in values]
    cr.execute(
        SQL(
            "INSERT INTO sme_kept_state AS kept (%s) VALUES %s "
            "ON CONFLICT (company_id) DO UPDATE SET %s "
            "WHERE (%s) IS DISTINCT FROM (%s)",
            SQL(", ").join(names),
            tuple(values.values()),
            SQL(", ").join(SQL("%s = excluded.%s", name, name) for name in names),
            SQL(", ").join(SQL("kept.%s", name) for name in names),
            SQL(", ").join(SQL("excluded.%s", name) for name in names),
        )
    )


def follow(cr, company, as_of, state, found):
    """Keep what a full refresh went by.

    :param State state: of the refresh before; None if everything was computed
    :param StoredLimits found: limits of today
    """
    if state:
        now = replace(state, today=as_of.today, limits=found, is_paced=True)
    else:
        now = State(
            basis=basis_of(cr, company, as_of),
            today=as_of.today,
            checked_on=as_of.today,
            limits=found,
            is_paced=False,
        )
    store(cr, company, now)


def note_sales(cr, company, is_summed):
    """Note whether the narrow tables of the roll-up are summed up.

    :param company: record of ``res.company``
    """
    cr.execute(
        SQL(
            "UPDATE sme_kept_state SET is_summed = %(now)s "
            "WHERE company_id = %(company)s AND is_summed <> %(now)s",
            company=company.id,
            now=is_summed,
        )
    )
