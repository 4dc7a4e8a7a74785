"""``scripts/bench screens``: what people open, as the web client asks for it.

The calls go through HTTP to a served Odoo with the addon, and to one without it that
has the same customers; the views say which fields are asked for.
"""

import time
from collections.abc import Callable
from statistics import quantiles
from typing import Any

import requests
from rich.console import Console
from rich.table import Table

from .. import odoo_server, postgres
from ..errors import SetupError
from ..testbed import ADMIN_PASSWORD
from . import screen_calls, seed
from .ingest import show_goals

Found = dict[str, Any]
Call = tuple[str, str, list[Any], dict[str, Any]]

TIMEOUT_S = 300
# What was promised: milliseconds, and times what Odoo's own screen takes.
SEARCH_MS, ANALYSIS_MS, TIMES_OWN = 300, 1000, 1.5
LINES = 2


class WebClient:
    """A logged-in session that calls methods as the web client does."""

    def __init__(self, url: str, database: str) -> None:
        """Log in as the administrator."""
        self._url = url
        self._session = requests.Session()
        self._ask(
            "/web/session/authenticate",
            {"db": database, "login": "admin", "password": ADMIN_PASSWORD},
        )

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model; give its result.

        Raises:
            SetupError: Odoo answered with an error.
        """
        return self._ask(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _ask(self, path: str, params: dict[str, Any]) -> Any:
        answer = self._session.post(
            self._url + path, json={"params": params}, timeout=TIMEOUT_S
        ).json()
        if "error" in answer:
            raise SetupError(f"{path}: {answer['error']['data']['message']}")
        return answer["result"]


def measure(*, customers: int, orders: int, calls: int, console: Console) -> Found:
    """Run everything; give the object that ``--json`` prints."""
    with postgres.lease() as connection:
        template = seed.seeded(
            connection, customers=customers, orders=orders, lines=LINES, console=console
        )
        plain = seed.bare(connection, template, console)
        found: Found = {"customers": customers, "orders": orders, "calls": calls}
        for name, source, steps in (
            ("odoo", plain, screen_calls.plain_steps),
            ("crm_sme", template, screen_calls.steps),
        ):
            with seed.copy_of(connection, source) as database:
                if name == "crm_sme":
                    console.print("refreshing the figures")
                    seed.refresh(connection, database)
                console.print(f"opening the screens of {name}")
                with odoo_server.serving(connection, database) as server:
                    client = WebClient(server.url, database)
                    found[name] = {
                        title: times(step, calls)
                        for title, step in steps(client, customers)
                    }
    return found


def times(step: Callable[[int], Any], calls: int) -> dict[str, float]:
    """Do a step once and then so many times; p50 and p95 in milliseconds."""
    step(0)
    taken = []
    for turn in range(1, calls + 1):
        started = time.perf_counter()
        step(turn)
        taken.append(1000 * (time.perf_counter() - started))
    parts = quantiles(taken, n=20, method="inclusive") if calls > 1 else taken * 19
    return {"p50": round(parts[9], 1), "p95": round(parts[18], 1)}


def goals(found: Found) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figure and goal, reached)."""
    ours, own = found["crm_sme"], found["odoo"]
    compared = [
        _times("customers / contacts", ours["customers"], own["contacts"]),
        _times("form / form", ours["contact form"], own["contact form"]),
    ]
    for title, cost in ours.items():
        if title.startswith("search"):
            compared.append(_most(title, cost["p95"], SEARCH_MS))
        elif title.startswith("analysis"):
            compared.append(_most(title, cost["p95"], ANALYSIS_MS))
    return compared


def _most(what: str, figure: float, goal: float) -> tuple[str, str, bool]:
    return what, f"{figure:.0f} ms (<= {goal} ms)", figure <= goal


def _times(
    what: str, ours: dict[str, float], own: dict[str, float]
) -> tuple[str, str, bool]:
    share = ours["p95"] / own["p95"]
    return what, f"{share:.2f} (<= {TIMES_OWN})", share <= TIMES_OWN


def show(found: Found, console: Console) -> None:
    """Print tables for people."""
    title = (
        f"{found['customers']:,} customers, {found['orders']:,} orders: milliseconds "
        f"of {found['calls']} calls"
    )
    table = Table(title=title)
    table.add_column("screen")
    for name in ("Odoo alone", "with crm_sme"):
        table.add_column(f"{name}, p50", justify="right")
        table.add_column("p95", justify="right")
    ours, own = found["crm_sme"], found["odoo"]
    for screen in dict.fromkeys([*own, *ours]):
        cells = []
        for costs in (own.get(screen), ours.get(screen)):
            for part in ("p50", "p95"):
                cells.append(f"{costs[part]:,.0f}" if costs else "")
        table.add_row(screen, *cells)
    console.print(table)
    show_goals(goals(found), console)
