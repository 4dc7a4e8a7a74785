"""The measurements: their data is right, and their parts work without Odoo."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from scripts.dev.bench import agent_cost, care, ingest, sample, ways
from scripts.dev.errors import SetupError
from sync_agent.records import Customer, Order, Product

ROOT = Path(__file__).parents[2]
RATES = {
    "customers": {
        "odoorpc_each": 10.0,
        "odoorpc_batch": 100.0,
        "agent": 300.0,
        "inside": 310.0,
    },
    "orders": {"sale_order_confirmed": 10.0, "orm_inside": 500.0, "agent": 1600.0},
    "memory_growth": 0.02,
}


def test_the_sample_is_made_of_valid_records_whose_sums_add_up() -> None:
    for number in range(300):
        order = Order.model_validate(sample.order(number, 50))
        assert sum(line.total for line in order.lines) == order.total
        assert all(line.net + line.tax == line.total for line in order.lines)
        assert len(order.lines) == 2
        assert Customer.model_validate(sample.customer(number)).email
        assert Product.model_validate(sample.product(number)).price


def test_the_orm_gets_the_same_orders_and_customers() -> None:
    products = list(range(100, 100 + sample.PRODUCTS))
    ids = {"source": 1, "company": 1, "currency": 7}
    ids |= {"partners": [5, 6], "products": products}
    record = sample.order(12, 50)
    values = sample.order_values(12, ids)
    assert Decimal(str(values["amount_total"])) == Decimal(record["total"])
    assert len(values["line_ids"]) == len(record["lines"])
    assert len(sample.quotation(12, ids)["order_line"]) == 2
    partner = sample.partner(3, {"CN": 48, "DE": 57})
    assert partner["email"] == sample.customer(3)["email"]
    assert partner["country_id"] == 57


def test_the_agent_runs_against_a_door_that_only_counts() -> None:
    with ways.stub_door() as url:
        result = ways.agent(url, "key", "", kind="order", count=1200, customers=9)
        assert result["counts"] == {"created": 1200}
        assert result["peak_mib"] > 10
        assert result["cpu_s"] > 0
        with pytest.raises(SetupError, match="The agent failed"):
            ways.agent(url, "key", "", kind="nothing", count=1)


def test_memory_grows_little_with_more_records() -> None:
    """Issue: less than 10 % from 10,000 to 200,000 records."""
    assert ingest.memory_growth(0.1) < ingest.MEMORY_GROWTH


def test_goals_are_told_apart() -> None:
    assert all(reached for *_, reached in ingest.goals(RATES))
    slow = json.loads(json.dumps(RATES))
    slow["orders"]["agent"] = 900.0
    missed = [what for what, _, reached in ingest.goals(slow) if not reached]
    assert missed == ["orders a second", "orders: agent / confirmed sale.order"]
    cost = {"cpu_s": 1.2, "peak_mib": 99.0, "rejects": 0}
    assert [reached for *_, reached in agent_cost.goals(cost)] == [True, False, True]


def test_people_get_tables(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(width=100)
    ingest.show(RATES, console)
    cost = {"cpu_s": 1.2, "peak_mib": 80.0, "rejects": 0, "seconds": 9.0}
    agent_cost.show(cost | {"orders": 1500, "customers": 299}, console)
    printed = capsys.readouterr().out
    assert "this agent over JSON-2" in printed
    assert "1,600.0" in printed
    assert "1,500" in printed


CARE = {
    "customers": 1_000_000,
    "orders": 5_000_000,
    "plans": 20,
    "runs": [
        {"name": "first day", "entered": 9, "touches": 8, "spent": [20.0, 1.0, 30.0]},
        {"name": "the next day", "entered": 9, "touches": 8, "spent": [70, 1.0, 99.0]},
    ],
    "ours": {"mails": 10_000, "spent": [2.0, 8.0, 12.0]},
    "odoo": {"mails": 10_000, "spent": [5.0, 35.0, 50.0]},
}


def test_care_plans_are_compared_with_their_goals() -> None:
    reached = {what: passed for what, _figure, passed in care.goals(CARE)}
    assert reached == {
        "planning, first day": True,
        "planning, the next day": False,
        "10,000 e-mails": True,
        "Odoo / ours, e-mails": True,
    }


def test_care_is_shown_also_without_the_servers_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    elsewhere = CARE | {"ours": {"mails": 10_000, "spent": [None, 8.0, 12.0]}}
    care.show(elsewhere, Console(width=100))
    printed = capsys.readouterr().out
    assert "e-mails, Odoo's own" in printed
    assert "1,000,000 customers, 20 plans" in printed


def test_the_shop_of_the_measurement_holds_1500_orders() -> None:
    assert len(agent_cost.orders_of_the_shop()) == 1500


def test_the_command_explains_itself() -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "bench", "--help"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "ingest" in done.stdout
