"""The measurement of all ways into a real Odoo, small."""

from __future__ import annotations

import pytest
from rich.console import Console

from scripts.dev.bench import ingest
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
