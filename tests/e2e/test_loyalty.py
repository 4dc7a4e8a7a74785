"""Care plans beside the modules of Odoo that they use where they are there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import odoorpc
import pytest

from scripts.dev.testbed import TIME_ZONE, RunningOdoo
from tests.browser.conftest import connect

PEOPLE = 5
BESIDE = ("loyalty", "mass_mailing_sms")


@pytest.fixture(scope="module")
def client(odoo: RunningOdoo) -> odoorpc.ODOO:
    """An administrator who cares, in an Odoo where nobody sleeps."""
    client = connect(odoo)
    company = client.env["res.users"].browse(client.env.uid).company_id.id
    client.env["res.company"].write(
        [company],
        {"sme_quiet_from": 0, "sme_quiet_to": 0, "email": "shop@example.com"},
    )
    return client


def coupon_plan(client: odoorpc.ODOO, **over: Any) -> int:
    """Make a plan that sends a coupon on the birthday, and then a text message."""
    text = {
        "subject": "For you, {{ object.name }}",
        "body_html": "<p>Your code: <b>{{ coupon.code }}</b></p>",
    }
    step = {
        "name": "Coupon",
        "channel": "coupon",
        "sequence": 1,
        "content_ids": [(0, 0, text)],
        **over,
    }
    message = {"sms_text": "All the best, {{ object.name }}"}
    sms = {
        "name": "Message",
        "channel": "sms",
        "sequence": 2,
        "content_ids": [(0, 0, message)],
    }
    plan = {
        "name": "Birthday with a gift",
        "trigger": "birthday",
        "holdout_percent": 0,
        "step_ids": [(0, 0, step), (0, 0, sms)],
    }
    made: int = client.env["sme.care.plan"].create(plan)
    return made


def celebrate(client: odoorpc.ODOO, odoo: RunningOdoo) -> list[int]:
    """Let customers have their birthday today."""
    today = datetime.now(UTC).astimezone(ZoneInfo(TIME_ZONE)).date()
    people: list[int] = client.env["res.partner"].create(
        [
            {
                "name": f"Glad {at}",
                "email": f"glad{at}@example.com",
                "phone": f"+86138000000{at:02}",
                "birthday": f"1990-{today:%m-%d}",
                "consent_mail": "granted",
                "consent_sms": "granted",
            }
            for at in range(PEOPLE)
        ]
    )
    company = client.env["res.users"].browse(client.env.uid).company_id.id
    rows = ", ".join(f"({person}, {company})" for person in people)
    odoo.sql(f"INSERT INTO sme_customer_value (partner_id, company_id) VALUES {rows}")
    return people


def run(client: odoorpc.ODOO) -> None:
    """Run the job of care as its timer does."""
    client.env.ref("crm_sme.ir_cron_care").method_direct_trigger()


def test_a_coupon_needs_loyalty_and_then_each_customer_gets_a_code_of_his_own(
    client: odoorpc.ODOO, odoo: RunningOdoo
) -> None:
    """Issue: coupon when `loyalty` is there; nothing is sent twice."""
    plans = client.env["sme.care.plan"]
    lacking = coupon_plan(client)
    with pytest.raises(odoorpc.error.RPCError, match="oyalty"):
        plans.action_start([lacking])
    plans.unlink([lacking])

    modules = client.env["ir.module.module"]
    modules.button_immediate_install(modules.search([("name", "in", BESIDE)]))
    program = client.env["loyalty.program"].create(
        {"name": "Gift", "program_type": "coupons", "applies_on": "current"}
    )
    plan = coupon_plan(client, coupon_program=f"loyalty.program,{program}")
    people = celebrate(client, odoo)
    plans.action_start([plan])
    run(client)
    run(client)

    cards = client.env["loyalty.card"].search_read(
        [("program_id", "=", program)], ["partner_id", "code", "points"]
    )
    code_of = {card["partner_id"][0]: card["code"] for card in cards}
    assert sorted(code_of) == sorted(people)
    assert len(set(code_of.values())) == PEOPLE
    assert {card["points"] for card in cards} == {1}
    mails = client.env["mail.mail"].search_read(
        [("mailing_id.sme_care_step_id.plan_id", "=", plan)], ["res_id", "body_html"]
    )
    assert sorted(mail["res_id"] for mail in mails) == sorted(people)
    for mail in mails:
        assert f"<b>{code_of[mail['res_id']]}</b>" in mail["body_html"]
    texts = client.env["sms.sms"].search_read([("partner_id", "in", people)], ["body"])
    assert sorted(text["body"] for text in texts) == [
        f"All the best, Glad {at}" for at in range(PEOPLE)
    ]
