"""The measurements against a real Odoo, small."""

from __future__ import annotations

import pytest
from rich.console import Console

from scripts.dev.bench import ingest, metrics, screens
from scripts.dev.testbed import RunningOdoo

pytestmark = pytest.mark.odoo


def test_the_agent_is_the_fastest_way_in_over_the_network(odoo: RunningOdoo) -> None:
    """Issue: faster than odoorpc by far, for customers and for orders."""
    rates = ingest.measure_in(odoo, rounds=1, scale=0.02, console=Console(quiet=True))
    customers, orders = rates["customers"], rates["orders"]
    assert set(customers) == {"odoorpc_each", "odoorpc_batch", "agent", "inside"}
    assert set(orders) == {"sale_order_confirmed", "orm_inside", "agent"}
    assert customers["agent"] > 5 * customers["odoorpc_each"]
    assert orders["agent"] > 20 * orders["sale_order_confirmed"]


def test_the_figures_are_measured_step_by_step_beside_others() -> None:
    """Issue: one run shows ours, ntile, pandas and the limits."""
    found = metrics.measure(
        customers=300, orders=1200, lifetimes=False, console=Console(quiet=True)
    )
    runs = {run["name"]: run for run in found["refreshes"]}
    later = {"sums of some", "who moves"}
    assert set(metrics.CORE) - later <= set(runs["first"]["steps"])
    assert "who moves" in runs["the next day"]["steps"]
    assert "sums of some" in runs["one in 100, those"]["steps"]
    assert runs["first"]["rows"] >= 300
    assert runs["unchanged"]["rows"] == 0
    assert runs["one in 100, those"]["rows"] > 0
    others = {"ntile in one statement", "pandas", "scan of the columns"}
    assert others <= set(found["others"])
    assert metrics.core_s(runs["unchanged"]) < metrics.core_s(runs["first"])
    assert metrics.goals(found)


def test_the_screens_are_measured_beside_an_odoo_without_the_addon() -> None:
    """Issue: lists, forms, searches and analyses as the web client asks for them."""
    found = screens.measure(
        customers=300, orders=1200, calls=2, console=Console(quiet=True)
    )
    assert {"contacts", "contact form", "search contacts, name"} <= set(found["odoo"])
    assert {"customers", "search customers, phone"} <= set(found["crm_sme"])
    assert not any(title.startswith("analysis") for title in found["odoo"])
    assert all(cost["p50"] <= cost["p95"] for cost in found["crm_sme"].values())
    assert screens.goals(found)
