"""Give a demo campaigns, answers to surveys and times in stages; in Odoo's shell.

Four campaigns with plan, costs, incidents, leads and coupons that orders of the shop
used, one with its checklist; answers of the best customers to both surveys. A second
run adds nothing; prints one line.
"""

import json
import os
from datetime import date, datetime, time, timedelta

json.loads(os.environ["CRM_SME_CAMPAIGNS"])
CAMPAIGNS = [
    ("春茶上市", "launch", 30000, 60000, 45, -14),
    ("双十一老客回馈", "again", 20000, 50000, 20, 3),
    ("Win back the silent", "win_back", 6000, 20000, 35, 10),
    ("小红书新客", "acquire", 12000, 40000, 60, -2),
]
COSTS = [
    ("小红书推广", "advertising", 0.45),
    ("样品", "gift", 0.2),
    ("Design", "print", 0.1),
]
today = date.today()  # noqa: DTZ011


def make_campaigns():
    segments = env["sme.segment"].search([], limit=len(CAMPAIGNS))  # noqa: F821
    stages = env["utm.stage"].search([])  # noqa: F821
    return env["utm.campaign"].create(  # noqa: F821
        [
            {
                "title": title,
                "goal": goal,
                "segment_id": segments[at % len(segments)].id,
                "stage_id": stages[at % len(stages)].id,
                "budget": budget,
                "planned_revenue": revenue,
                "planned_margin": revenue * 0.45,
                "planned_leads": 20,
                "planned_orders": revenue // 900,
                "planned_customers": 12,
                "date_start": today - timedelta(days=since),
                "date_end": today + timedelta(days=until),
                "attribution_days": 7,
                "coupon_codes": f"CAMPAIGN{at}",
            }
            for at, (title, goal, budget, revenue, since, until) in enumerate(CAMPAIGNS)
        ]
    )


def enter_work(campaigns):
    """Costs, incidents and leads of each, the checklist of the first."""
    for at, campaign in enumerate(campaigns):
        env["sme.campaign.cost"].create(  # noqa: F821
            [
                {
                    "campaign_id": campaign.id,
                    "name": name,
                    "kind": kind,
                    "amount": round(campaign.budget * part * (1 - at * 0.15), 2),
                    "date": campaign.date_start,
                }
                for name, kind, part in COSTS
            ]
        )
        env["crm.lead"].create(  # noqa: F821
            [
                {"name": f"{campaign.title} {number + 1}", "campaign_id": campaign.id}
                for number in range(6 + at * 3)
            ]
        )
    first, second = campaigns[:2]
    moment = datetime.combine(today - timedelta(days=5), time(9))
    env["sme.campaign.incident"].create(  # noqa: F821
        [
            {
                "campaign_id": second.id,
                "name": "优惠券在手机端无法使用",
                "severity": "serious",
                "date": moment,
                "answer": "Shop told; works since noon.",
                "lesson": "Test coupons on a phone before the start.",
                "state": "closed",
                "closed_on": moment + timedelta(hours=3),
            },
            {"campaign_id": first.id, "name": "龙井缺货", "severity": "trouble"},
        ]
    )
    context = second.action_sme_start_checklist()["context"]
    wizard = env["mail.activity.schedule"].with_context(**context)  # noqa: F821
    wizard.create(
        {
            "plan_id": context["default_plan_id"],
            "plan_date": context["default_plan_date"],
        }
    ).action_schedule_plan()
    second.checklist_ids[:4].action_done()


def share_orders(campaigns):
    """Let some orders of the shop have used the coupons."""
    orders = env["sme.order"].search(  # noqa: F821
        [
            ("counted", "=", True),
            ("kind", "=", "order"),
            ("coupon_codes", "=", False),
            ("date_order", ">=", today - timedelta(days=60)),
        ],
        limit=160,
    )
    for at, order in enumerate(orders):
        if at % 3:
            order.coupon_codes = campaigns[at % len(campaigns)].coupon_codes


def answer_surveys(customers):
    """Answers of real people to the survey of satisfaction."""
    survey = env.ref("crm_sme.survey_satisfaction")  # noqa: F821
    words = ["包装很好", "Fast parcel, good tea", "客服回复慢", "价格有点高", ""]
    wishes = ["500g 大包装龙井", "", "Tea for the office", "", "送礼用的礼盒"]
    for at, customer in enumerate(customers):
        answer = survey._create_answer(
            partner=customer,
            check_attempts=False,
            sme_company_id=env.company.id,  # noqa: F821
        )
        said = {
            "recommend": str((10, 9, 8, 9, 6, 10, 7, 3)[at % 8]),
            "satisfaction": str((5, 5, 4, 4, 3, 5, 4, 2)[at % 8]),
            "comment": words[at % 5],
            "need": wishes[at % 5],
            "strength": str(1 + at % 5),
        }
        for question in survey.question_ids:
            answer._save_lines(question, said.get(question.sme_meaning, ""))
        answer._mark_done()
        day = today - timedelta(days=at * 4)
        customer.sme_satisfaction_ids.date = day


if not env["sme.campaign.cost"].search_count([]):  # noqa: F821
    made = make_campaigns()
    enter_work(made)
    share_orders(made)
    rows = env["sme.customer.value"].search(  # noqa: F821
        [("order_count", ">", 1)], order="revenue_12m desc, id", limit=30
    )
    answer_surveys(rows.partner_id)
    env["sme.customer.value"]._refresh()  # noqa: F821
env["utm.campaign"]._refresh_results()  # noqa: F821
env.cr.commit()  # noqa: F821  pylint: disable=invalid-commit
print("CAMPAIGNS {}")
