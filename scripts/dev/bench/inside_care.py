"""What care plans cost for many customers; runs inside Odoo's shell, where ``env`` is.

Reads ``{"mails"}`` as JSON from CRM_SME_BENCH and prints ``BENCH {...}``: seconds of
planning and of preparing e-mails, ours and Odoo's own, of the database server's
process (None on another machine), of Python, and on the clock.
"""

import json
import os
import time
from datetime import timedelta
from pathlib import Path

from odoo import Command
from odoo.sql_db import db_connect
from odoo.tools import SQL

from odoo.addons.crm_sme.metrics import as_of, care_run

env = env  # noqa: F821, PLW0127
WATCHED = (
    *("res_partner", "sme_customer_value", "sme_care_enrollment", "sme_care_touch"),
    *("sme_interaction",),
)
BODY = """
<p>Dear <t t-out="object.name"/>,</p><p>it has been a while.</p>
<p><a href="https://shop.example.com/new">See what is new</a>,
<a href="https://shop.example.com/sale">what is on sale</a>, or
<a href="https://shop.example.com/account">your account</a>.</p>
<p>Yours, <t t-out="company.name"/></p>
"""
SILENT = {"trigger": "enter_fade_state", "include_present": True}
PLANS = (
    *({**SILENT, "trigger_fade_state": state} for state in ("watch", "fading")),
    *({**SILENT, "trigger_fade_state": state} for state in ("lapsed", "lost")),
    *({"trigger": "after_order", "trigger_days": days} for days in (7, 14, 30, 60)),
    *({"trigger": "first_order", "trigger_days": days} for days in (1, 10)),
    {"trigger": "birthday"},
    {"trigger": "birthday", "trigger_days": -7},
    {"trigger": "contract_day"},
    {"trigger": "after_delivery", "trigger_days": 5},
    {"trigger": "late_parcel"},
    {"trigger": "after_complaint", "trigger_days": 3},
    {"trigger": "abandoned_cart", "trigger_days": 1},
    {"trigger": "visitor", "trigger_days": 1},
    {"trigger": "every_n_days", "trigger_days": 90, "fade_states": "buying"},
    {
        "trigger": "every_n_days",
        "trigger_days": 60,
        "domain": "[('order_count', '>', 5)]",
    },
)


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
        None if old is None or new is None else round(new - old, 3)
        for old, new in zip(before, clocks(), strict=True)
    ]


def settle():
    """Do what autovacuum does in the minutes after a change."""
    with db_connect(env.cr.dbname).cursor() as other:
        other._cnx.rollback()
        other._cnx.autocommit = True
        for table in WATCHED:
            other.execute(SQL("VACUUM (ANALYZE) %s", SQL.identifier(table)))


def prepare():
    """Give all customers figures, days and consents; make and start the plans."""
    env["sme.customer.value"]._refresh()
    env.cr.execute(
        """
        UPDATE res_partner
           SET consent_mail = 'granted', consent_phone = 'granted',
               lang = 'en_US',
               birthday = date '1970-01-01' + (id % 10000) * 7919 % 10000,
               contract_day = CASE WHEN id % 10 = 0
                   THEN date '2015-01-01' + (id % 3000) * 31 % 3000 END
         WHERE partner_share
        """
    )
    env.company.write(
        {"email": "shop@example.com", "sme_quiet_from": 0, "sme_quiet_to": 0}
    )
    env.cr.commit()
    settle()
    plans = env["sme.care.plan"].create(
        [plan_values(number, values) for number, values in enumerate(PLANS)]
    )
    plans.write({"state": "running", "started_on": as_of.fields.Datetime.now()})
    env.cr.commit()
    return plans


def plan_values(number, values):
    """A plan of two steps: an e-mail, and a call for those who did not order."""
    return {
        "name": f"Bench {number}",
        "sequence": number,
        "user_id": env.user.id,
        "step_ids": [
            Command.create(
                {
                    "name": "Letter",
                    "channel": "mail",
                    "content_ids": [
                        Command.create(
                            {"subject": "Hello {{ object.name }}", "body_html": BODY}
                        )
                    ],
                }
            ),
            Command.create(
                {
                    "name": "Call",
                    "channel": "call",
                    "wait_days": 7,
                    "condition": "no_order",
                }
            ),
        ],
        **values,
    }


def plan(moment, name):
    """Plan the company at a moment, as one transaction; give what it cost."""
    env.cr.execute("SET max_parallel_workers_per_gather = 0")
    counts = count()
    before = clocks()
    care_run.plan_company(env, env.company, moment)
    env.cr.commit()
    spent = since(before)
    new = [now - then for now, then in zip(count(), counts, strict=True)]
    return {"name": name, "entered": new[0], "touches": new[1], "spent": spent}


def count():
    """Number of enrollments and of touches."""
    env.cr.execute(
        "SELECT (SELECT count(*) FROM sme_care_enrollment), "
        "(SELECT count(*) FROM sme_care_touch)"
    )
    return env.cr.fetchone()


def later(moment, days):
    """The same hour so many days after a moment."""
    step = timedelta(days=days)
    return as_of.AsOf(moment.timezone, moment.now + step, moment.today + step)


def our_mails(moment, wanted):
    """Prepare so many e-mail touches, batch by batch, each committed."""
    env.cr.execute(
        """
        UPDATE sme_care_touch SET state = 'skipped'
         WHERE state = 'planned' AND id NOT IN (
               SELECT id FROM sme_care_touch
                WHERE state = 'planned' AND channel = 'mail' ORDER BY id LIMIT %s)
        """,
        [wanted],
    )
    env.cr.commit()
    before, done = clocks(), 0
    while acted := care_run.act(env, env.company, moment):
        done += acted
        env.cr.commit()
        env.invalidate_all()
    return {"mails": done, "spent": since(before)}


def odoos_mails(wanted):
    """Let Email Marketing prepare the same letter for as many customers."""
    env.cr.execute(
        "SELECT partner_id FROM sme_care_touch WHERE state = 'done' "
        "ORDER BY id LIMIT %s",
        [wanted],
    )
    ids = [row[0] for row in env.cr.fetchall()]
    mailing = env["mailing.mailing"].create(
        {
            "name": "Bench",
            "subject": "Hello {{ object.name }}",
            "body_html": BODY.replace('<t t-out="company.name"/>', env.company.name),
            "mailing_model_id": env["ir.model"]._get_id("res.partner"),
            "reply_to_mode": "update",
        }
    )
    env.cr.commit()
    before = clocks()
    mailing._action_send_mail(ids)
    env.cr.commit()
    return {"mails": len(ids), "spent": since(before)}


def main():
    """Run everything and print it."""
    wanted = json.loads(os.environ["CRM_SME_BENCH"])
    # No letter leaves this machine, and none waits for its title.
    link_tracker = type(env["link.tracker"])
    link_tracker._get_title_from_url = lambda _self, url: url
    env["ir.config_parameter"].set_param("mail.batch_size", "500")
    prepare()
    moment = as_of.AsOf.of_company(env.company)
    runs = [plan(moment, "first day")]
    settle()
    runs.append(plan(moment, "an hour later"))
    letters = our_mails(moment, wanted["mails"])
    theirs = odoos_mails(wanted["mails"])
    settle()
    runs.append(plan(later(moment, 1), "the next day"))
    found = {"plans": len(PLANS), "runs": runs, "ours": letters, "odoo": theirs}
    print("BENCH " + json.dumps(found))


main()
