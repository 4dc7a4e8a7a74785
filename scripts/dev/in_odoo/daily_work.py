"""Give a demo what people and a troubled shop leave behind; runs inside Odoo's shell.

Reads JSON from CRM_SME_DAILY_WORK: ``{"people": [login], "robot": login}``. Customers
are shared out, calls and messages noted; a second source brings orders that do not add
up and people who may be known already. A second run changes nothing; prints one line.
"""

import json
import os
from datetime import timedelta

from odoo import fields

CALLED = 90
MARKET = "craft-market"
WORDS = [
    ("call", "out", "回访：包装满意，询问新茶上市时间"),
    ("message", "in", "Can you ship a sample box before Friday?"),
    ("meeting", "out", "Visited the shop; wants a price list for hotels"),
    ("message", "in", "请问团购十套茶具有优惠吗？"),
    ("call", "in", "Asked where the parcel is"),
    ("visit", "in", "来店看茶具，未购买，预算约 800 元"),
]

wanted = json.loads(os.environ["CRM_SME_DAILY_WORK"])
people = env["res.users"].search([("login", "in", wanted["people"])])  # noqa: F821
robot = env["res.users"].search([("login", "=", wanted["robot"])])  # noqa: F821
now = fields.Datetime.now()


def share_out():
    """Give companies and the best consumers to somebody."""
    values = env["sme.customer.value"].search(  # noqa: F821
        [("order_count", ">", 0)], order="revenue_12m desc, id", limit=900
    )
    for position, user in enumerate(people):
        mine = values.partner_id[position :: len(people)]
        mine.with_context(tracking_disable=True).write({"user_id": user.id})
    return values.partner_id


def note_work(customers):
    """Note calls, visits and messages, some of which nobody has answered."""
    rows = []
    for position, customer in enumerate(customers[:CALLED]):
        kind, direction, summary = WORDS[position % len(WORDS)]
        moment = now - timedelta(days=position % 29, hours=position % 8 + 1)
        answered = direction == "in" and position % 4
        rows.append(
            {
                "partner_id": customer.id,
                "kind": kind,
                "direction": direction,
                "summary": summary,
                "date": moment,
                "user_id": customer.user_id.id,
                "answered_on": moment + timedelta(minutes=50) if answered else False,
            }
        )
    env["sme.interaction"].create(rows)  # noqa: F821


def push(stream, records, report):
    """Hand records in through the door, as an agent does."""
    door = env["sme.ingest"].with_user(robot)  # noqa: F821
    run = f"demo-{stream}"
    return door.push(1, MARKET, stream, run, 1, None, {"page": 1}, records, report)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def market_order(number, currency, total):
    """An order of 384.20; another total does not add up."""
    line = {
        "external_id": "1",
        "name": "龙井茶 250 克",
        "quantity": "2",
        "net": "340.00",
        "tax": "44.20",
        "total": "384.20",
    }
    moment = stamp(now - timedelta(hours=number % 10 + 2))
    return {
        "kind": "order",
        "external_id": str(number),
        "version": moment,
        "data": {
            "number": f"CM-{number}",
            "state": "confirmed",
            "ordered_at": moment,
            "currency": currency,
            "customer": {"name": "李娜", "email": "li.na@market.example.com"},
            "lines": [line],
            "total": total,
        },
    }


def known_again(customers):
    """People under other names with phones that are known: doubtful matches."""
    named = customers.filtered("phone")[:6]
    return [
        {
            "kind": "customer",
            "external_id": f"again-{position}",
            "version": stamp(now),
            "data": {
                "name": name,
                "phone": person.phone,
                "addresses": [{"country": person.country_id.code or "CN"}],
            },
        }
        for position, (person, name) in enumerate(
            zip(
                named,
                ("高山", "Ivy Ward", "罗红", "Otto Kern", "范宇", "Nina Bell"),
                strict=False,
            )
        )
    ]


if not env["sme.source"].search_count([("code", "=", MARKET)]):  # noqa: F821
    customers = share_out()
    note_work(customers)
    push("customers", known_again(customers), {"state": "complete"})
    push(
        "orders",
        [
            market_order(7001, "CNY", "384.20"),
            market_order(7002, "CNY", "380.20"),
            market_order(7003, "CNY", "400.00"),
            market_order(7004, "XTS", "384.20"),
        ],
        {"state": "complete", "platform": "WooCommerce"},
    )
env.cr.commit()  # noqa: F821  pylint: disable=invalid-commit
print("DAILY_WORK {}")
