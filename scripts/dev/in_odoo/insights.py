"""Give a demo what people enter by hand about customers; runs inside Odoo's shell.

Scores of delivered value, needs, suggestions, referrals, what winning customers cost,
how long goods last. Afterwards all figures, the check of the forecast, the stock of
customers and the pairs of goods are brought up to date, as Odoo's scheduler does at
night. A second run adds nothing; prints one line.
"""

import json
import os
from datetime import date, timedelta

json.loads(os.environ["CRM_SME_INSIGHTS"])
NEEDS = [
    ("小包装的龙井，适合送礼", "4", "call"),
    ("A sample box before a large order", "3", "visit"),
    ("茶具希望可以刻字", "2", "survey"),
    ("Delivery on Saturdays", "5", "complaint"),
]
SUGGESTIONS = ["包装盒改用可回收纸", "Show the brewing time on the label"]
today = date.today()  # noqa: DTZ011


def month_back(count):
    first = today.replace(day=1)
    for _step in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def best_customers():
    rows = env["sme.customer.value"].search(  # noqa: F821
        [("order_count", ">", 1)], order="revenue_12m desc, id", limit=120
    )
    return rows.partner_id


def enter_costs():
    env["sme.acquisition.cost"].create(  # noqa: F821
        [
            {
                "month": month_back(back),
                "amount": 6000 + 900 * (back % 4),
                "note": ("小红书推广", "Fair", "搜索广告")[back % 3],
            }
            for back in range(12)
        ]
    )


def enter_words(customers):
    """Needs, scores and suggestions of the best customers."""
    goods = env["product.product"].search([], limit=40)  # noqa: F821
    env["sme.need"].create(  # noqa: F821
        [
            {
                "name": NEEDS[at % 4][0],
                "intensity": NEEDS[at % 4][1],
                "source": NEEDS[at % 4][2],
                "partner_id": customer.id,
                "categ_id": goods[at % len(goods)].categ_id.id,
                "date": today - timedelta(days=at * 2),
            }
            for at, customer in enumerate(customers[:24])
        ]
    )
    env["sme.delivered.score"].create(  # noqa: F821
        [
            {
                "partner_id": customer.id,
                "date": today - timedelta(days=at * 3),
                "product_score": 6 + at % 5,
                "service_score": 5 + at % 6,
                "image_score": 7,
                "money_score": 3 + at % 5,
                "time_score": 2 + at % 4,
                "effort_score": 3,
            }
            for at, customer in enumerate(customers[:40])
        ]
    )
    env["sme.interaction"].create(  # noqa: F821
        [
            {
                "partner_id": customer.id,
                "kind": "suggestion",
                "direction": "in",
                "summary": SUGGESTIONS[at % 2],
                "adopted": at % 2 == 0,
                "learning_points": 10 if at % 2 == 0 else 0,
            }
            for at, customer in enumerate(customers[40:48])
        ]
    )


def enter_relations(customers):
    """Who brought whom, and how long goods last."""
    for at, guest in enumerate(customers[60:72]):
        guest.sme_referrer_id = customers[at]
    goods = env["product.template"].search([], limit=12)  # noqa: F821
    for at, template in enumerate(goods):
        template.sme_care_cycle_days = (30, 60, 90)[at % 3]


if not env["sme.need"].search_count([]):  # noqa: F821
    found = best_customers()
    enter_costs()
    enter_words(found)
    enter_relations(found)
for name in ("refresh_all", "affinity", "check_forecast"):
    env.ref(f"crm_sme.ir_cron_{name}").method_direct_trigger()  # noqa: F821
env.cr.commit()  # noqa: F821  pylint: disable=invalid-commit
print("INSIGHTS {}")
