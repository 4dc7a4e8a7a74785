"""Give a demo visitors who did not buy, promises and a call list for today.

Runs inside Odoo's shell, after the figures. A second run adds nothing; prints one line.
"""

import json
import os
from datetime import timedelta

from odoo import fields

json.loads(os.environ["CRM_SME_TODAY"])
VISITORS = [
    ("林小姐", "+86 139 1234 5601", "store", "price", 400, "小号茶壶到货时致电"),
    ("Mr Keller", "+49 30 1234567", "phone", "comparing", 1200, "Send the price list"),
    (False, "+86 139 1234 5603", "store", "stock", 260, False),
    ("王老师", False, "chat", "looking", 0, False),
    ("Ms Rossi", "+39 06 1234567", "web", "delivery", 90, "Ask about the courier"),
    ("赵先生", "+86 139 1234 5606", "store", "size", 180, False),
    ("Hotel Lindenhof", "+49 89 1234567", "phone", "decide", 3000, "Call the manager"),
    (False, "+86 139 1234 5608", "store", "price", 320, False),
]
PROMISES = ["寄样品", "Send the offer for the autumn", "回电确认交货日期"]
today = fields.Date.today()
people = env["res.users"].search(  # noqa: F821
    [("share", "=", False), ("login", "not in", ("admin", "__system__"))], limit=3
)


def enter_visitors():
    """Visitors of the last three weeks; every fourth bought after all."""
    goods = env["product.product"].search([], limit=8)  # noqa: F821
    sources = env["utm.source"].create(  # noqa: F821
        [{"name": "小红书"}, {"name": "Shop window"}]
    )
    leads = env["crm.lead"]  # noqa: F821
    for at, (name, phone, kind, reason, budget, step) in enumerate(VISITORS * 3):
        leads |= leads.create(
            {
                "contact_name": name,
                "phone": phone,
                "visit_kind": kind,
                "not_bought_reason_id": env.ref(  # noqa: F821
                    f"crm_sme.sme_not_bought_reason_{reason}"
                ).id,
                "asked_product_ids": [(6, 0, goods[at % len(goods)].ids)],
                "budget": budget,
                "next_step": step,
                "next_step_date": today + timedelta(days=at % 5 - 2) if step else False,
                "source_id": sources[at % 2].id,
                "user_id": people[at % len(people)].id if people else False,
            }
        )
    leads[::4].action_set_won()


def enter_promises():
    """Activities that are due: somebody said that he would call."""
    call = env.ref("mail.mail_activity_data_call")  # noqa: F821
    customers = env["sme.customer.value"].search(  # noqa: F821
        [("order_count", ">", 2)], order="revenue_12m desc, id", limit=6
    )
    for at, customer in enumerate(customers.partner_id):
        owner = customer.user_id or people[:1]
        if owner:
            customer.activity_schedule(
                activity_type_id=call.id,
                summary=PROMISES[at % 3],
                date_deadline=today - timedelta(days=at % 3),
                user_id=owner.id,
            )


if not env["crm.lead"].search_count([("visit_kind", "!=", False)]):  # noqa: F821
    enter_visitors()
    enter_promises()
env.ref("crm_sme.ir_cron_visitors").method_direct_trigger()  # noqa: F821
env["sme.customer.value"]._refresh()  # noqa: F821
env.cr.commit()  # noqa: F821  pylint: disable=invalid-commit
print("TODAY {}")
