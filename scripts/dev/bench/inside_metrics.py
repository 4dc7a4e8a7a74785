"""What the refresh of the customers' figures costs, step by step, inside Odoo's shell.

Reads ``{"seed"}`` as JSON from CRM_SME_BENCH and prints ``BENCH [...]``: for each run
its name, the rows written and the seconds of each step: of the database server's
process (None on another machine), of Python, and on the clock.
"""

import json
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from odoo.sql_db import db_connect
from odoo.tools import SQL

from odoo.addons.crm_sme.metrics import (
    as_of,
    customer_rows,
    kept_sums,
    lifecycle,
    limits,
    moved_rows,
    order_facts,
    refresh,
)

env = env  # noqa: F821, PLW0127
PARTS = {
    "sums of all": (kept_sums, "renew"),
    "sums of some": (order_facts, "fill_facts"),
    "strangers": (customer_rows, "drop_strangers"),
    "new customers": (customer_rows, "add_missing"),
    "owners": (customer_rows, "follow_owners"),
    "who has sums": (kept_sums, "follow_rows"),
    "limits": (limits, "find_limits"),
    "who moves": (moved_rows, "add_moved"),
    "sums handed on": (kept_sums, "fill_facts"),
    "rows": (customer_rows, "update_rows"),
    "lifecycle": (lifecycle, "move_partners"),
}
# Figures of a part as large as the whole are found in the transaction of its own.
WATCHED = ("sme_customer_value", "res_partner", "sme_order", "sme_kept_sums")


def server_cpu():
    """CPU seconds that our process of the database server has used so far."""
    path = Path(f"/proc/{env.cr._cnx.info.backend_pid}/schedstat")
    try:
        return int(path.read_text().split()[0]) / 1e9
    except OSError:
        return None


def clocks():
    """Read all clocks."""
    return server_cpu(), time.process_time(), time.perf_counter()


def since(before):
    """Give what each clock counted."""
    return [
        None if old is None or new is None else round(new - old, 4)
        for old, new in zip(before, clocks(), strict=True)
    ]


@contextmanager
def timed_parts(found):
    """Let each part of the refresh note its time in a dict."""
    parts = PARTS | {
        step.__name__.rpartition(".")[2]: (step, "update") for step in refresh.STEPS
    }
    kept = []
    for name, (module, function) in parts.items():
        kept.append((module, function, getattr(module, function)))
        setattr(module, function, _timed(getattr(module, function), name, found))
    try:
        yield
    finally:
        for module, function, original in kept:
            setattr(module, function, original)


def _timed(function, name, found):
    def timed(*arguments, **named):
        before = clocks()
        try:
            return function(*arguments, **named)
        finally:
            spent = since(before)
            earlier = found.get(name, [0] * len(spent))
            found[name] = [
                None if old is None or new is None else round(old + new, 4)
                for old, new in zip(earlier, spent, strict=True)
            ]

    return timed


def run(name, partner_ids=None):
    """Refresh, in a transaction of its own as the jobs do; give what it cost."""
    env.cr.execute("SET max_parallel_workers_per_gather = 0")
    steps = {}
    before = clocks()
    with timed_parts(steps):
        rows = env["sme.customer.value"]._refresh(partner_ids, env.company)
    env.cr.commit()
    return {"name": name, "rows": rows, "total": since(before), "steps": steps}


def settle():
    """Do what autovacuum does in the minutes after a change."""
    with db_connect(env.cr.dbname).cursor() as other:
        other._cnx.rollback()
        other._cnx.autocommit = True
        for table in WATCHED:
            other.execute(SQL("VACUUM (ANALYZE) %s", SQL.identifier(table)))


def order_again(first, step):
    """Give every so many customers an order of just now; their partners' ids."""
    env.cr.execute(
        """
        INSERT INTO sme_order (
            source_id, company_id, partner_id, commercial_partner_id, currency_id, name,
            kind, external_id, state, counted, currency_rate, amount_untaxed,
            amount_total, revenue, margin, date_order, create_date, write_date)
        SELECT o.source_id, o.company_id, o.partner_id, o.commercial_partner_id,
               o.currency_id, o.name, 'order', 'again-' || %(first)s || '-' || o.id,
               'completed', TRUE, 1, 42, 47, 42, 13, %(now)s, %(now)s, %(now)s
          FROM (SELECT DISTINCT ON (partner_id) * FROM sme_order
                 WHERE partner_id %% %(step)s = %(first)s AND counted
                       AND kind = 'order') o
        RETURNING commercial_partner_id
        """,
        {"first": first, "step": step, "now": as_of.fields.Datetime.now()},
    )
    ids = [row[0] for row in env.cr.fetchall()]
    env.cr.commit()
    return ids


@contextmanager
def tomorrow():
    """Let the refresh think that a day has passed."""
    original = as_of.AsOf.of_company.__func__

    def later(cls, company):
        today = original(cls, company)
        return cls(
            today.timezone,
            today.now + timedelta(days=1),
            today.today + timedelta(days=1),
        )

    as_of.AsOf.of_company = classmethod(later)
    try:
        yield
    finally:
        as_of.AsOf.of_company = classmethod(original)


def main():
    """Run everything and print it."""
    found = [run("first")]
    settle()
    found.append(run("second"))
    found.append(run("unchanged"))
    order_again(1, 100)
    settle()
    found.append(run("one in 100 ordered, all"))
    settle()
    found.append(run("one in 100, those", order_again(2, 100)))
    found.append(run("one in 1,000, those", order_again(3, 1000)))
    settle()
    with tomorrow():
        found.append(run("the next day"))
    print("BENCH " + json.dumps(found))


main()
