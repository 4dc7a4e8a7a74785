"""Bad input: a clear message with the remedy, a documented exit code, nothing lost."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scripts.dev.testbed import RunningOdoo
from sync_agent.odoo.door import OdooDoor
from tests.e2e.conftest import Agent
from tests.e2e.test_door import batch, order, person
from tests.fakes.woocommerce import FakeShop

pytestmark = pytest.mark.odoo


def free_url() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def count(odoo: RunningOdoo, table: str, code: str) -> int:
    return int(
        odoo.sql(
            f"select count(*) from {table} t join sme_source s on s.id = t.source_id "
            f"where s.code = '{code}'"
        )
    )


def assert_nothing_stored(odoo: RunningOdoo, code: str) -> None:
    assert odoo.sql(f"select 1 from sme_source where code = '{code}'") == ""


def test_all_is_well(agent: Agent, woo: FakeShop, odoo: RunningOdoo, code: str) -> None:
    """The setting of all tests below does work when nothing is wrong with it."""
    agent.write_shop(code, woo.url)
    assert agent.run("check")[0] == 0
    exit_code, printed, _seen = agent.run("sync", "--json")
    assert exit_code == 0, printed
    assert count(odoo, "sme_order", code) >= 29
    exit_code, printed, _seen = agent.run("status", "--json")
    assert {"orders", "customers", "products"} <= set(
        json.loads(printed)["sources"][0]["streams"]
    )
    exit_code, printed, _seen = agent.run("reconcile", "--json")
    assert exit_code == 0
    assert {k["missing"] + k["gone"] for k in json.loads(printed)["kinds"]} == {0}


def test_a_wrong_key_of_odoo(agent: Agent, woo: FakeShop, odoo, code: str) -> None:
    agent.write_shop(code, woo.url, api_key="0" * 40)
    for command in ("check", "sync"):
        exit_code, _out, seen = agent.run(command)
        assert exit_code == 4
        assert "Odoo refused the key" in seen
        assert "Make a new API key as the robot user" in seen
        assert "0" * 40 not in seen
    assert_nothing_stored(odoo, code)


def test_a_user_without_the_group(agent: Agent, woo: FakeShop, odoo, code: str) -> None:
    user = {"transport": "odoorpc", "login": "sales", "api_key": "sales"}
    agent.write_shop(code, woo.url, **user)
    for command in ("check", "sync"):
        exit_code, _out, seen = agent.run(command)
        assert exit_code == 4
        assert "Give the robot user the group Sync agent" in seen
    assert_nothing_stored(odoo, code)


def test_a_wrong_database(agent: Agent, woo: FakeShop, odoo, code: str) -> None:
    agent.write_shop(code, woo.url, database="no_such_database")
    exit_code, _out, seen = agent.run("check")
    assert exit_code == 3
    assert "which database is meant" in seen
    assert "odoo.database" in seen


def test_odoo_is_down(agent: Agent, woo: FakeShop, code: str) -> None:
    agent.write_shop(code, woo.url, url=free_url())
    for command in ("check", "sync"):
        exit_code, _out, seen = agent.run(command)
        assert exit_code == 5
        assert "cannot be reached" in seen
        assert "Start it, or correct odoo.url" in seen


def test_the_shop_is_down(agent: Agent, odoo, code: str) -> None:
    agent.write_shop(code, free_url())
    exit_code, _out, seen = agent.run("check")
    assert exit_code == 5
    assert "Connection refused" in seen
    assert "Check that the address is right" in seen


def test_the_shop_goes_down_in_the_middle(
    agent: Agent, woo: FakeShop, odoo: RunningOdoo, code: str
) -> None:
    agent.write_shop(code, woo.url)
    woo.missing.add("customers")
    exit_code, printed, _seen = agent.run("sync", "--json")
    assert exit_code == 4
    runs = {run["stream"]: run for run in json.loads(printed)["runs"]}
    assert runs["orders"]["state"] == "complete"
    assert runs["customers"]["state"] == "failed"
    woo.missing.clear()
    assert agent.run("sync")[0] == 0


def test_a_wrong_key_of_the_shop(agent: Agent, woo: FakeShop, odoo, code: str) -> None:
    agent.write_shop(code, woo.url, key="ck_wrong0123456789")
    exit_code, _out, seen = agent.run("sync")
    assert exit_code == 4
    assert "key" in seen
    assert "ck_wrong0123456789" not in seen


def test_malformed_toml(agent: Agent) -> None:
    agent.path.write_text('[odoo]\nurl = "http://x\n')
    exit_code, _out, seen = agent.run("sync")
    assert exit_code == 3
    assert "agent.toml is not valid TOML" in seen
    assert "line 2" in seen


def test_an_unknown_stream(agent: Agent, woo: FakeShop, odoo, code: str) -> None:
    agent.write_shop(code, woo.url)
    exit_code, _out, seen = agent.run("sync", "--stream", "ordres")
    assert exit_code == 3
    assert "has no stream 'ordres'" in seen
    assert "orders" in seen
    assert_nothing_stored(odoo, code)


def test_a_csv_with_a_broken_row(agent: Agent, odoo: RunningOdoo, code: str) -> None:
    file = agent.folder / "customers.csv"
    file.write_text(
        "customer_id,name,created_at\n1,Ann,2026-01-01T00:00:00Z\n2,Bob,yesterday\n"
        "3,Cid,2026-01-01T00:00:00Z\n"
    )
    exit_code, printed, seen = agent.run("import", str(file), "-s", code, "--json")
    assert exit_code == 6
    assert json.loads(printed)["runs"][0]["counts"] == {"created": 2, "rejected": 1}
    assert "created_at" in seen
    assert count(odoo, "sme_binding", code) == 2
    assert count(odoo, "sme_reject", code) == 1
    file.write_text(file.read_text().replace("yesterday", "2026-01-02T00:00:00Z"))
    assert agent.run("import", str(file), "-s", code)[0] == 0
    open_rejects = f"state = 'open' and s.code = '{code}'"
    assert (
        odoo.sql(
            "select count(*) from sme_reject r join sme_source s "
            f"on s.id = r.source_id where r.{open_rejects}"
        )
        == "0"
    )


def test_an_order_that_does_not_add_up(
    agent: Agent, woo: FakeShop, odoo: RunningOdoo, code: str
) -> None:
    """A total that is off by a cent is refused, kept and tried again by itself."""
    agent.write_shop(code, woo.url)
    row = next(o for o in woo.store.orders.values() if o["status"] == "completed")
    right = row["total"]
    woo.store.edit(woo.store.orders, row["id"], total=f"{float(right) + 0.01:.2f}")
    exit_code, printed, _seen = agent.run("sync", "--json")
    assert exit_code == 6
    (refusal,) = json.loads(printed)["runs"][0]["refusals"]
    assert refusal["external_id"] == str(row["id"])
    assert "0.01" in refusal["reason"]
    assert count(odoo, "sme_reject", code) == 1
    woo.store.edit(woo.store.orders, row["id"], total=right)
    assert agent.run("sync")[0] == 0
    stored = odoo.sql(
        "select o.amount_total from sme_order o "
        "join sme_source s on s.id = o.source_id "
        f"where s.code = '{code}' and o.external_id = '{row['id']}'"
    )
    assert float(stored) == float(right)


def test_text_that_no_database_can_hold(
    door: OdooDoor, odoo: RunningOdoo, code: str
) -> None:
    ann = person("1", name="A\x00nna \ud83d", note="x\x00y")
    answer = door.push(batch(code, ann))
    assert answer.counts == {"created": 1}
    name = odoo.sql(
        "select p.name from res_partner p join sme_binding b on b.partner_id = p.id "
        f"join sme_source s on s.id = b.source_id where s.code = '{code}'"
    )
    assert name == "Anna \ufffd"


def test_an_id_above_2_to_53(door: OdooDoor, odoo: RunningOdoo, code: str) -> None:
    big = 2**53 + 1
    assert door.push(batch(code, order(str(big)))).counts == {"created": 1}
    assert door.known(code, "order").items[0][0] == "9007199254740993"


def test_an_order_of_the_future(door: OdooDoor, odoo: RunningOdoo, code: str) -> None:
    future = order("1", ordered_at=datetime.now(UTC) + timedelta(days=400))
    answer = door.push(batch(code, future, order("2")))
    assert answer.counts == {"created": 1, "rejected": 1}
    assert answer.refusals[0].path == "ordered_at"
    assert answer.refusals[0].reason


def test_one_bad_record_among_good_ones_costs_none(
    door: OdooDoor, odoo: RunningOdoo, code: str
) -> None:
    items: list[Any] = [order(str(n)) for n in range(200)]
    items[100] = order("100", total="99.00")
    answer = door.push(batch(code, *items))
    assert answer.counts == {"created": 199, "rejected": 1}
    assert count(odoo, "sme_order", code) == 199
