"""``scripts/bench screens``: what people open, as the web client asks for it.

The calls go through HTTP to a served Odoo with the addon, and to one without it that
has the same customers; the views say which fields are asked for.
"""

import re
import time
from collections.abc import Callable
from functools import partial
from statistics import median_low, quantiles
from typing import Any

import requests
from rich.console import Console
from rich.table import Table

from .. import odoo_server, postgres
from ..errors import SetupError
from ..odoo_server import OdooServer
from ..testbed import ADMIN_PASSWORD
from . import screen_calls, seed
from .ingest import show_goals

Found = dict[str, Any]
Step = Callable[[], Any]

TIMEOUT_S = 300
# What was promised: milliseconds, and times what Odoo's own screen takes.
SEARCH_MS, ANALYSIS_MS, TIMES_OWN = 300, 1000, 1.5
LINES = 2
# A call in Odoo's log: status, size, queries, their seconds, the other seconds.
LOGGED = re.compile(rb'"POST /web/dataset/call_kw/\S+ [^"]+" \d+ \S+ (\d+) [\d.]+ ')


class WebClient:
    """A logged-in session that calls methods as the web client does."""

    def __init__(self, server: OdooServer) -> None:
        """Log in as the administrator."""
        self._url = server.url
        self._log = server.log
        self._session = requests.Session()
        self._ask(
            "/web/session/authenticate",
            {"db": server.database, "login": "admin", "password": ADMIN_PASSWORD},
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

    def timed(self, step: Step) -> tuple[float, int]:
        """Do a step; give its milliseconds and the queries that Odoo's log tells."""
        before = self._log.stat().st_size
        started = time.perf_counter()
        step()
        taken = 1000 * (time.perf_counter() - started)
        with self._log.open("rb") as log:
            log.seek(before)
            told = LOGGED.findall(log.read())
        return taken, int(told[-1]) if told else 0

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
        with (
            seed.copy_of(connection, plain) as bare,
            seed.copy_of(connection, template) as full,
        ):
            console.print("refreshing the figures")
            seed.refresh(connection, full)
            console.print("opening the screens, in turn without and with the addon")
            with (
                odoo_server.serving(connection, bare) as one,
                odoo_server.serving(connection, full) as other,
            ):
                found = side_by_side(WebClient(one), WebClient(other), customers, calls)
    return {"customers": customers, "orders": orders, "calls": calls} | found


def side_by_side(
    odoo: WebClient, crm_sme: WebClient, customers: int, calls: int
) -> Found:
    """Open each screen once and then so many times, without and with the addon.

    One call after the other, from screen to screen and from Odoo to Odoo, so that what
    else runs on the machine touches both alike.
    """
    clients = {"odoo": odoo, "crm_sme": crm_sme}
    steps = {
        "odoo": dict(screen_calls.plain_steps(odoo, customers)),
        "crm_sme": dict(screen_calls.steps(crm_sme, customers)),
    }
    taken: dict[str, dict[str, list[tuple[float, int]]]] = {
        name: {title: [] for title in of_one} for name, of_one in steps.items()
    }
    for turn in range(calls + 1):
        for title in dict.fromkeys([*steps["odoo"], *steps["crm_sme"]]):
            for name, client in clients.items():
                if step := steps[name].get(title):
                    taken[name][title].append(client.timed(partial(step, turn)))
    return {
        name: {title: _summary(costs[1:]) for title, costs in of_one.items()}
        for name, of_one in taken.items()
    }


def _summary(costs: list[tuple[float, int]]) -> dict[str, float]:
    """Give p50 and p95 in milliseconds, and the median of the queries."""
    times = [milliseconds for milliseconds, _queries in costs]
    parts = quantiles(times, n=20, method="inclusive") if times[1:] else times * 19
    return {
        "p50": round(parts[9], 1),
        "p95": round(parts[18], 1),
        "queries": median_low(queries for _milliseconds, queries in costs),
    }


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
        table.add_column("queries", justify="right")
    ours, own = found["crm_sme"], found["odoo"]
    for screen in dict.fromkeys([*own, *ours]):
        cells = []
        for costs in (own.get(screen), ours.get(screen)):
            for part in ("p50", "p95", "queries"):
                cells.append(f"{costs[part]:,.0f}" if costs else "")
        table.add_row(screen, *cells)
    console.print(table)
    show_goals(goals(found), console)
