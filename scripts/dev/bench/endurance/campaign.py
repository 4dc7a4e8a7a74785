"""``scripts/bench endurance``: random faults over all connectors, then a comparison.

Every connector has a lane of its own with its platform's fake (or the real shop, where
the conformance tests use one). Most lanes push into the fake door, which keeps the
door's rules; each shop has a second lane into a real Odoo, which is really restarted.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.table import Table

from sync_agent import logs
from sync_agent.redact import Redactor
from tests.connectors import shops
from tests.connectors.adapters import Adapter
from tests.fakes.door_server import DoorServer, OdooProxy

from ... import postgres, testbed, vendure
from .files import open_folder
from .lane import FAULTS, Findings, Lane
from .odoos import FakeOdoo, RealOdoo
from .shop import Shop

FAULTS_IN_ALL = 1000
FILES = "file"
NAMES = [*shops.NAMES, FILES]
REAL_SHARE = 0.2
"""So many of the faults happen to agents that push into a real Odoo."""
FAKES_WEIGHT = 10
"""So many times the faults of a real shop, which takes its time, happen to a fake."""
SHOWN = 20
WRONG = ("lost", "doubled", "stale", "broken")

Result = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A lane to come.

    Attributes:
        name: of the connector's shop in the conformance tests.
        real: whether it pushes into a real Odoo.
    """

    name: str
    real: bool
    faults: int

    @property
    def is_slow(self) -> bool:
        """Say whether a real shop is used, which takes its time."""
        return self.name != FILES and _is_server(self.name)

    @property
    def title(self) -> str:
        """Name for people."""
        return f"{self.name}, real Odoo" if self.real else self.name


class _Request:
    """Stands for pytest's request: gives the one real shop that lanes may need."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack

    def getfixturevalue(self, name: str) -> vendure.VendureShop:
        """Start the real shop."""
        if name != "shop":
            raise LookupError(name)
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        return self._stack.enter_context(vendure.running_shop(folder))


@contextlib.contextmanager
def opened(name: str) -> Iterator[Adapter]:
    """Open a shop of the conformance tests for the time of the block."""
    with contextlib.ExitStack() as stack:
        if name == FILES:
            yield stack.enter_context(open_folder())
            return
        request = cast("Any", _Request(stack))
        yield stack.enter_context(shops.open_shop(name, request))


def plans(faults: int, names: Sequence[str], *, real: bool) -> list[Plan]:
    """Spread faults over the connectors; shops get lanes into a real Odoo as well."""
    fakes = [each for each in names if each != FILES and not _is_server(each)]
    with_real = [each for each in fakes if not _is_carrier(each)]
    for_real = round(faults * REAL_SHARE) if real else 0
    return [
        *_spread(for_real, with_real, real=True),
        *_spread(faults - for_real, names, real=False),
    ]


def _spread(faults: int, names: Sequence[str], *, real: bool) -> list[Plan]:
    weights = [
        1 if name != FILES and _is_server(name) else FAKES_WEIGHT for name in names
    ]
    edges = [0, *accumulate(weights)]
    shares = [faults * edge // edges[-1] for edge in edges]
    return [
        Plan(name, real, until - since)
        for name, (since, until) in zip(names, pairwise(shares), strict=True)
        if until > since
    ]


def _is_server(name: str) -> bool:
    """Say whether a real shop is used, which takes its time."""
    module = import_module(f"tests.connectors.shops.{name}")
    return bool(getattr(module, "FEW_TROUBLES", False))


def _is_carrier(name: str) -> bool:
    module = import_module(f"tests.connectors.shops.{name}")
    return any("Carrier" in base.__name__ for base in _bases(module))


def _bases(module: Any) -> Iterator[type]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Adapter):
            yield from value.__mro__


def measure(
    *, faults: int, seed: int, console: Console, real: bool = True
) -> dict[str, Result]:
    """Run the campaign; give what each lane found."""
    logs.configure(Redactor(), level="error", form="json")
    todo = plans(faults, NAMES, real=real)
    ticks = _Ticks(faults, console)
    with contextlib.ExitStack() as stack:
        odoo = None
        if real:
            connection = stack.enter_context(postgres.lease())
            odoo = stack.enter_context(testbed.running_odoo(connection, "endure"))
        # One real Odoo is restarted under one lane at a time.
        queues = [
            [plan for plan in todo if plan.real],
            [plan for plan in todo if not plan.real and plan.is_slow],
            [plan for plan in todo if not plan.real and not plan.is_slow],
        ]
        found: dict[str, Result] = {}

        def work(queue: list[Plan]) -> None:
            for plan in queue:
                found[plan.title] = _lane(plan, seed, odoo, ticks)

        with ThreadPoolExecutor(len(queues)) as pool:
            for each in [pool.submit(work, queue) for queue in queues]:
                each.result()
    return found


def _lane(
    plan: Plan, seed: int, odoo: testbed.RunningOdoo | None, ticks: _Ticks
) -> Result:
    started = time.perf_counter()
    with contextlib.ExitStack() as stack:
        adapter = stack.enter_context(opened(plan.name))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        way: FakeOdoo | RealOdoo
        if plan.real:
            if odoo is None:
                raise LookupError("no Odoo")
            way = RealOdoo(odoo, stack.enter_context(OdooProxy(odoo.url)))
        else:
            way = FakeOdoo(stack.enter_context(DoorServer()))
        lane = Lane(plan.name, Shop(adapter), way, folder, f"{seed}/{plan.real}")
        stack.callback(lane.close)
        found = lane.run(plan.faults, ticks.tick)
    return _shown(found) | {"seconds": round(time.perf_counter() - started, 1)}


def _shown(found: Findings) -> Result:
    return {
        "faults": sum(found.faults.values()),
        "by_kind": dict(found.faults),
        "agents": found.agents,
        "killed": found.killed,
        "edits": found.edits,
        "records": found.records,
        "webhooks": found.hooks,
        "restarts": found.restarts,
        "lost": found.lost,
        "doubled": found.doubled,
        "stale": found.stale,
        "broken": found.broken,
    }


class _Ticks:
    """Says now and then how far the campaign is."""

    def __init__(self, faults: int, console: Console) -> None:
        self._lock = threading.Lock()
        self._done = 0
        self._faults = faults
        self._console = console

    def tick(self) -> None:
        """Count one fault."""
        with self._lock:
            self._done += 1
            if self._done % 100 == 0 or self._done == self._faults:
                self._console.print(f"{self._done} of {self._faults} faults")


def goals(found: dict[str, Result]) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figure, reached)."""
    rows = []
    for what, title in (
        ("lost", "lost records"),
        ("doubled", "doubled records"),
        ("stale", "stale records"),
        ("broken", "agents that ended as none should"),
    ):
        count = sum(len(lane[what]) for lane in found.values())
        rows.append((title, f"{count} (0)", count == 0))
    return rows


def show(found: dict[str, Result], console: Console) -> None:
    """Print tables for people."""
    table = Table(title="Faults, and shop and Odoo compared after every ten")
    table.add_column("connector", no_wrap=True)
    columns = ("faults", "killed", "edits", "webhooks", "records", "seconds")
    for column in (*columns, "lost", "doubled", "stale", "broken"):
        table.add_column(column[:7], justify="right")
    for title, lane in sorted(found.items()):
        wrong = (str(len(lane[w])) for w in WRONG)
        table.add_row(title, *(f"{lane[column]:.0f}" for column in columns), *wrong)
    console.print(table)
    kinds = Counter[str]()
    for lane in found.values():
        kinds.update(lane["by_kind"])
        for what in WRONG:
            for text in lane[what][:SHOWN]:
                console.print(f"{what}: {text}", markup=False)
    console.print(", ".join(f"{kind} {kinds[kind]}" for kind in FAULTS))
    restarts = sum(lane["restarts"] for lane in found.values())
    console.print(
        f"A real Odoo was restarted {restarts} times; restarts of the fake door are "
        "calls that are cut."
    )
