"""An Odoo whose every screen has something to show, and people who look at it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import odoorpc
import pytest
import requests

from scripts.dev import odoo_shell
from scripts.dev.demo import write_history
from scripts.dev.testbed import RunningOdoo
from scripts.dev.up_agent import DemoAgent

CUSTOMERS = 500
TIMEOUT_S = 120
SECOND_SOURCE = "craft-market"
STAMP = "%Y-%m-%d %H:%M:%S"


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: `CRM_SME_SCREENSHOTS`, else a folder of pytest's."""
    named = os.environ.get("CRM_SME_SCREENSHOTS")
    folder = Path(named).resolve() if named else tmp_path_factory.mktemp("screens")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def filled_odoo(
    odoo: RunningOdoo, tmp_path_factory: pytest.TempPathFactory
) -> RunningOdoo:
    """An Odoo with an imported history, calls, rejects and a source in trouble."""
    folder = tmp_path_factory.mktemp("history")
    history = write_history(folder / "files", customers=CUSTOMERS)
    agent = DemoAgent(folder / "agent")
    agent.configure(
        odoo_url=odoo.url,
        database=odoo.database,
        key=odoo.sync_key,
        shop_url="http://127.0.0.1:9",
    )
    agent.keep_secret("shop.key", "unused")
    agent.import_history(history)
    _make_trouble(odoo)
    _compare(odoo)
    _give_work(odoo)
    steps = ("figures", "feedback", "insights", "campaigns", "today", "care")
    for step in steps:
        odoo_shell.run(odoo.server.connection, odoo.database, step, None)
    return odoo


def push(odoo: RunningOdoo, stream: str, records: list[Any], report: Any) -> Any:
    """Hand records in through the door, as an agent of the second source does."""
    answer = requests.post(
        f"{odoo.url}/json/2/sme.ingest/push",
        headers={"Authorization": f"bearer {odoo.sync_key}"},
        json={
            "contract": 1,
            "source": SECOND_SOURCE,
            "stream": stream,
            "run": f"run-{stream}",
            "seq": 1,
            "cursor_before": None,
            "cursor_after": {"page": 1},
            "records": records,
            "report": report,
        },
        timeout=TIMEOUT_S,
    )
    answer.raise_for_status()
    return answer.json()


def _make_trouble(odoo: RunningOdoo) -> None:
    """Let a second source fail, with orders that do not add up."""
    day = datetime.now(UTC) - timedelta(days=1)
    moment = day.strftime("%Y-%m-%dT%H:%M:%SZ")
    orders = [
        {
            "kind": "order",
            "external_id": f"{number}",
            "version": moment,
            "data": {
                "number": f"CM-{number}",
                "state": "confirmed",
                "ordered_at": moment,
                "currency": currency,
                "customer": {"name": "李娜", "email": "li.na@example.com"},
                "lines": [
                    {
                        "external_id": "1",
                        "name": "龙井茶 250 克",
                        "quantity": "2",
                        "net": "340.00",
                        "tax": "44.20",
                        "total": "384.20",
                    }
                ],
                "total": total,
            },
        }
        for number, currency, total in (
            (7001, "CNY", "380.20"),
            (7002, "CNY", "400.00"),
            (7003, "XTS", "384.20"),
        )
    ]
    push(odoo, "orders", orders, {"state": "complete", "watermark": moment})
    push(
        odoo,
        "products",
        [],
        {
            "state": "failed",
            "platform": "woocommerce",
            "message": "HTTP 401: the shop refuses the key. Make a new one there.",
        },
    )


def _compare(odoo: RunningOdoo) -> None:
    """Have a reconcile find that an order differs and one is missing."""
    found = [
        {"external_id": "7003", "what": "missing"},
        {"external_id": "7004", "what": "differing"},
    ]
    counts = {"known_count": 3, "listed_count": 4, "missing_count": 1}
    for state, rows in (("comparing", found), ("mended", [])):
        report = {"run": "night", "state": state, "differing_count": 1, **counts}
        answer = requests.post(
            f"{odoo.url}/json/2/sme.ingest/compared",
            headers={"Authorization": f"bearer {odoo.sync_key}"},
            json={
                "contract": 1,
                "source": SECOND_SOURCE,
                "kind": "order",
                "report": report,
                "differences": rows,
            },
            timeout=TIMEOUT_S,
        )
        answer.raise_for_status()


def connect(odoo: RunningOdoo, login: str = "", password: str = "") -> odoorpc.ODOO:
    """Log in over RPC, as the administrator if nobody else is named."""
    address = urlsplit(odoo.url)
    client = odoorpc.ODOO(
        address.hostname, protocol="jsonrpc", port=address.port, timeout=TIMEOUT_S
    )
    client.login(
        odoo.database, login or odoo.admin_login, password or odoo.admin_password
    )
    return client


def _meet_again(odoo: RunningOdoo, client: odoorpc.ODOO) -> None:
    """Bring people under other names with phones that are known: doubtful matches."""
    partners = client.env["res.partner"]
    known = partners.search_read(
        [("sme_order_ids", "!=", False), ("phone", "!=", False)],
        ["phone", "country_code"],
        limit=6,
    )
    records = [
        {
            "kind": "customer",
            "external_id": f"again-{at}",
            "version": "2026-01-01T00:00:00Z",
            "data": {
                "name": f"Somebody Else {at}",
                "phone": person["phone"],
                "addresses": [{"country": person["country_code"] or "CN"}],
            },
        }
        for at, person in enumerate(known)
    ]
    push(odoo, "customers", records, {"state": "complete"})


def _give_work(odoo: RunningOdoo) -> None:
    """Share the customers out and note some calls."""
    client = connect(odoo)
    people = client.env["res.users"].search([("login", "in", ["boss", "sales"])])
    partners = client.env["res.partner"]
    customers = partners.search([("sme_order_ids", "!=", False)], order="id")
    for at, user in enumerate(people):
        partners.write(customers[at::3], {"user_id": user})
    _meet_again(odoo, client)
    now = datetime.now(UTC).replace(tzinfo=None)
    words = ["询问团购价格", "Asked for a sample", "回访：包装满意", "Needs a list"]
    client.env["sme.interaction"].create(
        [
            {
                "partner_id": customer,
                "kind": ("call", "mail", "meeting", "visit")[at % 4],
                "direction": "in" if at % 3 else "out",
                "summary": words[at % 4],
                "date": (now - timedelta(days=at % 25, hours=at % 9)).strftime(STAMP),
                "user_id": people[at % len(people)],
            }
            for at, customer in enumerate(customers[:60])
        ]
    )


def set_language(odoo: RunningOdoo, login: str, language: str) -> None:
    """Change the language of a person, who then tries again what was refused.

    Reasons are kept in the language of whoever tried last.
    """
    users = connect(odoo).env["res.users"]
    users.write(users.search([("login", "=", login)]), {"lang": language})
    rejects = connect(odoo, login, login).env["sme.reject"]
    rejects.action_retry(rejects.search([("state", "=", "open")]))
