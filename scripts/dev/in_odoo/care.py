"""Give a demo care plans that have been running; runs inside Odoo's shell.

One plan wins back who became silent, with letters, calls and a hold-out; one is a draft
to try the dry run on. Consents are granted, some refused, as in a shop that asks at the
till. A second run adds nothing; prints one line.
"""

import json
import os
from datetime import timedelta

from odoo import Command, fields

from odoo.addons.crm_sme.metrics import care_run
from odoo.addons.crm_sme.metrics.as_of import AsOf

json.loads(os.environ["CRM_SME_CARE"])
LETTER = (
    "<p>Dear <t t-out='object.name'/>,</p><p>your favourites are back, and we kept "
    "some for you. <a href='https://shop.example.com/new'>See what is new</a>.</p>"
    "<p><t t-out='company.name'/></p>"
)
LETTER_ZH = (
    "<p>尊敬的 <t t-out='object.name'/>：</p><p>您喜爱的茶到货了，我们为您留了一些。"
    "<a href='https://shop.example.com/new'>看看新品</a>。</p>"
    "<p><t t-out='company.name'/></p>"
)
env = env  # noqa: F821, PLW0127


def grant_consents():
    """Let most customers agree, so that the plans have somebody to reach."""
    rows = env["sme.customer.value"].search([], order="id")
    for at, partner in enumerate(rows.partner_id):
        partner.consent_mail = "refused" if at % 9 == 0 else "granted"
        partner.consent_phone = "refused" if at % 7 == 0 else "granted"


def make_plan(name, zh_name, **values):
    plan = env["sme.care.plan"].create({"name": name, **values})
    plan.with_context(lang="zh_CN").name = zh_name
    return plan


def letter(name, subject, **values):
    text = {"subject": f"{{{{ object.name }}}}, {subject}", "body_html": LETTER}
    return {
        "name": name,
        "channel": "mail",
        "content_ids": [Command.create(text)],
        **values,
    }


def translate(plan):
    """Give the letters their Chinese words."""
    for step in plan.step_ids.with_context(lang="zh_CN"):
        step.name = {"Letter": "来信", "Call": "致电", "Thank you": "感谢"}[step.name]
        for content in step.content_ids.filtered("body_html"):
            thanks = step.name == "感谢"
            content.subject = (
                f"{{{{ object.name }}}}，{'感谢惠顾' if thanks else '好久不见'}"
            )
            content.body_html = LETTER_ZH


def keep_the_job_away():
    """Hold the lock of the care plans' job until this shell ends.

    Odoo serves the demo already, and its job is woken by the start of a plan: it would
    let everybody enter today instead of two weeks ago, or meet us in the same rows.
    """
    env.cr.execute(
        "SELECT pg_advisory_lock(hashtext('sme_care'), %s)", [env.company.id]
    )


def run_for_some_days(plan):
    """Let the plan have begun two weeks ago, and its letters have been read.

    By day, whenever the demo is made: at night the plan would wait.
    """
    plan.action_start()
    as_of = AsOf.of_company(env.company)
    noon = as_of.now.replace(hour=11, minute=0)
    began = noon - timedelta(days=15)
    for days in (15, 8, 1):
        back = timedelta(days=days)
        moment = AsOf(as_of.timezone, noon - back, as_of.today - back)
        care_run.plan_company(env, env.company, moment)
        while care_run.act(env, env.company, moment):
            env.cr.commit()
    for at, touch in enumerate(plan.touch_ids.filtered("trace_id")):
        touch.date = began
        if at % 3 == 0:
            touch.trace_id.write(
                {"trace_status": "open", "open_datetime": began + timedelta(days=1)}
            )
    env["mail.mail"].search([("mailing_id.sme_care_step_id", "!=", False)]).write(
        {"state": "cancel"}
    )
    care_run.plan_company(env, env.company, as_of)


if not env["sme.care.touch"].search_count([], limit=1):
    keep_the_job_away()
    grant_consents()
    env.company.email = env.company.email or "care@example.com"
    winback = make_plan(
        "Win back who became silent",
        "唤回沉默客户",
        trigger="enter_fade_state",
        trigger_fade_state="lapsed",
        step_ids=[
            Command.create(letter("Letter", "we miss you")),
            Command.create(
                {
                    "name": "Call",
                    "channel": "call",
                    "wait_days": 7,
                    "condition": "no_order",
                    "sequence": 20,
                    "content_ids": [
                        Command.create({"script": "Ask {{ object.name }} how it goes."})
                    ],
                }
            ),
        ],
    )
    translate(winback)
    run_for_some_days(winback)
    draft = make_plan(
        "Thank you after the order",
        "订单后致谢",
        trigger="after_order",
        trigger_days=7,
        step_ids=[Command.create(letter("Thank you", "thank you"))],
    )
    translate(draft)
started = env["sme.care.plan"].search([("state", "!=", "draft")])
env["sme.care.report"]._measure(started)
print("CARE " + json.dumps({"at": str(fields.Datetime.now())}))
env.cr.commit()  # pylint: disable=invalid-commit
