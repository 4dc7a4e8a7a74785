"""Give a demo complaints, requests and praise of a year; runs inside Odoo's shell.

A team with a mail address and members, cases of twelve months with causes, goods and
carriers, answered and settled at different speeds, some late, some back again, some
rated. A second run adds nothing; prints one line.
"""

import json
import os
import random
from datetime import timedelta

from odoo import Command, fields

people = (json.loads(os.environ["CRM_SME_FEEDBACK"]) or {}).get("people", [])
CASES = 140
RECENT = 26
# Parts of the cases.
ANSWERED, SETTLED, BACK, RATED = 0.6, 0.3, 0.07, 0.55
WORDS = {
    "defect": ["壶盖有裂纹", "The lid of the teapot is broken", "茶杯釉面有气泡"],
    "damage": ["快递箱压坏，茶罐变形", "Box arrived crushed", "碎了两个杯子"],
    "late": ["说好周五到，周二才收到", "Parcel came four days late"],
    "wrong": ["发错颜色，要青色发成白色", "One of two tins is missing"],
    "description": ["颜色与图片不一样", "Smaller than in the picture"],
    "price": ["发票抬头写错", "Charged twice for shipping"],
    "service": ["客服半天没有回复"],
}
# The few that make most of the trouble, as it is in life.
CAUSES = ["damage"] * 38 + ["defect"] * 24 + ["late"] * 15 + ["wrong"] * 10
CAUSES += ["description"] * 6 + ["price"] * 4 + ["service"] * 3
OTHERS = [
    ("request", "请问可以刻字吗？"),
    ("request", "Please change the delivery address"),
    ("suggestion", "建议包装里附一张冲泡说明"),
    ("suggestion", "A smaller box for travel would be nice"),
    ("praise", "客服很耐心，茶也很香，谢谢！"),
    ("praise", "Wonderful tea, packed with love"),
]
dice = random.Random(4)  # noqa: S311 - the same demo each time
now = fields.Datetime.now()


def make_team():
    team = env.ref("crm_sme.sme_feedback_team_service")  # noqa: F821
    users = env["res.users"].search([("login", "in", people)])  # noqa: F821
    team.member_ids = [Command.set(users.ids)]
    if not team.alias_name:
        team.alias_name = "service"
    return users or env.user  # noqa: F821


def case_values(at, customer, goods, users, carriers):
    """One case: mostly complaints, of a few causes, late ones among them."""
    days = dice.choice((1, 2, 4, 9, 20)) if at < RECENT else dice.randint(21, 360)
    values = {
        "partner_id": customer.id,
        "date": now - timedelta(days=days, hours=dice.randint(0, 20)),
        "user_id": dice.choice(users).id,
        "severity": dice.choice("0111122" + "3" * (at % 9 == 0)),
        "origin": dice.choice(("manual", "mail", "mail", "review")),
    }
    if at % 5 == 0:
        kind, summary = OTHERS[at // 5 % len(OTHERS)]
        return values | {"kind": kind, "summary": summary}
    cause = dice.choice(CAUSES)
    values |= {
        "kind": "complaint",
        "summary": dice.choice(WORDS[cause]),
        "cause_id": env.ref(f"crm_sme.sme_feedback_cause_{cause}").id,  # noqa: F821
        # Few goods make most of the trouble.
        "product_id": goods[min(int(dice.expovariate(0.35)), len(goods) - 1)].id,
    }
    if cause in ("damage", "late"):
        values["carrier"] = carriers[min(int(dice.expovariate(1)), len(carriers) - 1)]
    return values


def live(case, stages):
    """Answer and settle a case, as people do: mostly soon, sometimes late."""
    answered = case.date + timedelta(hours=dice.expovariate(1 / 9))
    ended = answered + timedelta(hours=dice.expovariate(1 / 40))
    fresh = case.date > now - timedelta(days=10)
    if answered < now and (not fresh or dice.random() < ANSWERED):
        case.first_response_on = answered
        case.stage_id = stages["progress"]
    if ended < now and (not fresh or dice.random() < SETTLED):
        case.with_context(sme_settled_itself=True).stage_id = stages["solved"]
        case.write(
            {
                "closed_on": ended,
                "reopened_count": int(dice.random() < BACK),
                "solution": "补发，客户满意",
                "compensation_amount": dice.choice((0, 0, 0, 20, 50)),
            }
        )
        if case.kind == "suggestion":
            case.write({"adopted": True, "learning_points": 3})
        return dice.random() < RATED
    return False


def rate(cases):
    """What customers said of how they were served."""
    env["rating.rating"].create(  # noqa: F821
        [
            {
                "res_model_id": env["ir.model"]._get_id("sme.feedback"),  # noqa: F821
                "res_id": case.id,
                "partner_id": case.partner_id.id,
                "rated_partner_id": case.user_id.partner_id.id,
                "rating": dice.choice((5, 5, 5, 3, 3, 1)),
                "consumed": True,
            }
            for case in cases
        ]
    )


def make_vendors(goods):
    """Two suppliers share the goods, where none is known yet."""
    if any(goods.seller_ids):
        return
    vendors = env["res.partner"].create(  # noqa: F821
        [
            {"name": name, "is_company": True}
            for name in ("景德镇青瓷坊", "Wuyi Tea Gardens")
        ]
    )
    for at, product in enumerate(goods):
        product.seller_ids = [Command.create({"partner_id": vendors[at % 2].id})]


def make_cases(users):
    values = env["sme.customer.value"].search(  # noqa: F821
        [("order_count", ">", 0)], order="revenue_12m desc, id", limit=200
    )
    customers = values.partner_id
    goods = env["product.product"].search([("sale_ok", "=", True)], limit=9)  # noqa: F821
    make_vendors(goods)
    groups = env["sme.shipment"]._read_group([], ["carrier"], ["__count"])  # noqa: F821
    carriers = [name for name, _count in groups if name] or ["顺丰速运"]
    quiet = env["sme.feedback"].with_context(  # noqa: F821
        tracking_disable=True, mail_auto_subscribe_no_notify=True
    )
    cases = quiet.create(
        [
            case_values(at, dice.choice(customers), goods, users, carriers)
            for at in range(CASES)
        ]
    )
    names = ("progress", "waiting", "solved")
    stages = {n: env.ref(f"crm_sme.sme_feedback_stage_{n}") for n in names}  # noqa: F821
    rate([case for case in cases if live(case, stages)])
    for case in cases.filtered("is_open")[:4]:
        case.stage_id = stages["waiting"]
    return len(cases)


made = 0
if not env["sme.feedback"].search_count([("origin", "!=", "delivery")]):  # noqa: F821
    made = make_cases(make_team())
env.ref("crm_sme.ir_cron_feedback_intake").method_direct_trigger()  # noqa: F821
env.cr.commit()  # noqa: F821  pylint: disable=invalid-commit
print("FEEDBACK", json.dumps({"made": made}))
