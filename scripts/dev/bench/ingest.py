"""``scripts/bench ingest``: the agent beside other ways into Odoo, on the same data."""

from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from .. import postgres, testbed
from ..testbed import RunningOdoo
from . import ways
from .sample import PRODUCTS

Rates = dict[str, Any]

# What was promised.
TIMES_EACH = 25
SHARE_OF_INSIDE = 0.8
ORDERS_PER_S = 1500
TIMES_SALE = 100
MEMORY_GROWTH = 0.1

MEMORY_RECORDS = (10_000, 200_000)
# Each way gets numbers of its own, so that nobody finds the customers of another.
SPACE = 10_000_000


def measure(*, rounds: int, scale: float, console: Console) -> Rates:
    """Run everything; give the object that ``--json`` prints."""
    with (
        postgres.lease() as connection,
        testbed.running_odoo(connection, "bench") as odoo,
    ):
        rates = measure_in(odoo, rounds=rounds, scale=scale, console=console)
    console.print("memory of the agent")
    return rates | {"memory_growth": round(memory_growth(scale), 4)}


def measure_in(
    odoo: RunningOdoo, *, rounds: int, scale: float, console: Console
) -> Rates:
    """Measure all ways into an Odoo; give their rates in records a second."""
    console.print("Odoo is ready; warming up")
    ways.agent_rate(odoo, "product", 0, PRODUCTS)
    ways.agent_rate(odoo, "customer", 0, 500)
    ways.agent_rate(odoo, "order", 0, 500)
    return {
        "customers": _customers(odoo, rounds, scale, console),
        "orders": _orders(odoo, rounds, scale, console),
    }


def _customers(
    odoo: RunningOdoo, rounds: int, scale: float, console: Console
) -> dict[str, float]:
    rpc = ways.OdooRpc(odoo)
    many, few = max(int(2000 * scale), 200), max(int(40 * scale), 10)
    found: dict[str, list[float]] = {}
    for turn in range(rounds):
        console.print(f"customers, round {turn + 1} of {rounds}")
        first = SPACE * (turn + 1)
        for name, rate in (
            ("odoorpc_each", rpc.each(first, few)),
            ("agent", ways.agent_rate(odoo, "customer", first + 1_000_000, many)),
            ("inside", ways.inside_rate(odoo, "customers", first + 2_000_000, many)),
            ("odoorpc_batch", rpc.batch(first + 3_000_000, max(many // 2, 200))),
        ):
            found.setdefault(name, []).append(rate)
    order = ("odoorpc_each", "odoorpc_batch", "agent", "inside")
    return {name: round(median(found[name]), 1) for name in order}


def _orders(
    odoo: RunningOdoo, rounds: int, scale: float, console: Console
) -> dict[str, float]:
    many, few = max(int(5000 * scale), 500), max(int(30 * scale), 10)
    found: dict[str, list[float]] = {}
    for turn in range(rounds):
        console.print(f"orders, round {turn + 1} of {rounds}")
        first = SPACE * (turn + 1)
        for name, rate in (
            ("agent", ways.agent_rate(odoo, "order", first, many)),
            ("orm_inside", ways.inside_rate(odoo, "orders", first, many // 2)),
            (
                "sale_order_confirmed",
                ways.inside_rate(odoo, "sale_orders", first, few, 5),
            ),
        ):
            found.setdefault(name, []).append(rate)
    order = ("sale_order_confirmed", "orm_inside", "agent")
    return {name: round(median(found[name]), 1) for name in order}


def memory_growth(scale: float) -> float:
    """Give how much more memory the agent takes for 20 times the records, as a share.

    The door is a stub in another process, for the agent's memory does not depend on
    what stands behind it.
    """
    small, large = (max(int(count * scale), 2_000) for count in MEMORY_RECORDS)
    with ways.stub_door() as url:
        peaks = [
            ways.agent(url, "bench", "", kind="order", count=count, customers=500)[
                "peak_mib"
            ]
            for count in (small, large)
        ]
    return float(peaks[1]) / float(peaks[0]) - 1


def goals(rates: Rates) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figure and goal, reached)."""
    customers, orders = rates["customers"], rates["orders"]
    times_each = customers["agent"] / customers["odoorpc_each"]
    share = customers["agent"] / customers["inside"]
    times_sale = orders["agent"] / orders["sale_order_confirmed"]
    growth = rates["memory_growth"]
    return [
        _at_least("customers: agent / odoorpc each", times_each, TIMES_EACH),
        _at_least("customers: agent / inside", share, SHARE_OF_INSIDE, "%"),
        _at_least("orders a second", orders["agent"], ORDERS_PER_S),
        _at_least("orders: agent / confirmed sale.order", times_sale, TIMES_SALE),
        (
            "memory, 10,000 to 200,000",
            f"{growth:+.1%} (< {MEMORY_GROWTH:.0%})",
            growth < MEMORY_GROWTH,
        ),
    ]


def _at_least(
    what: str, figure: float, goal: float, unit: str = ""
) -> tuple[str, str, bool]:
    form = ".0%" if unit else ",.1f"
    return what, f"{figure:{form}} (>= {goal:{form}})", figure >= goal


def show(rates: Rates, console: Console) -> None:
    """Print tables for people."""
    titles = {
        "odoorpc_each": "odoorpc, search + write each",
        "odoorpc_batch": "odoorpc, create in batches of 500",
        "agent": "this agent over JSON-2",
        "inside": "inside Odoo, bulk create, no tracking",
        "sale_order_confirmed": "inside Odoo, sale.order created and confirmed",
        "orm_inside": "inside Odoo, bulk create of sme.order",
    }
    table = Table(title="Records a second (two order lines each)")
    table.add_column("way")
    table.add_column("customers", justify="right")
    table.add_column("orders", justify="right")
    for key, title in titles.items():
        cells = [rates[kind].get(key) for kind in ("customers", "orders")]
        table.add_row(title, *("" if r is None else f"{r:,.1f}" for r in cells))
    console.print(table)
    show_goals(goals(rates), console)


def show_goals(found: list[tuple[str, str, bool]], console: Console) -> None:
    """Print what was promised and whether it was kept."""
    table = Table(title="Goals (on an idle machine with two cores)")
    for column in ("what", "measured (goal)", ""):
        table.add_column(column)
    for what, figure, reached in found:
        table.add_row(what, figure, "[green]yes[/]" if reached else "[red]no[/]")
    console.print(table)
