"""One connector under fire: faults, edits in between, and the comparison after."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from sync_agent.errors import ExitCode
from sync_agent.port import Key
from sync_agent.records import Envelope

from .agents import Ended, Job, Nursery, Place
from .odoos import Odoo, RealOdoo
from .shop import Shop

ROUND = 10
"""Faults until shop and Odoo are compared."""
HEALTHY = frozenset({0, 5, 6, 7})
"""Exit codes of an agent that told the truth about a fault: done, shop or Odoo not
reached, stream not whole, another agent at work."""
CALM_AHEAD_S = 100_000.0
"""All pauses of postponed webhooks are over by then."""
FAULTS = ("kill", "cut", "dropped", "disk full", "clock jump", "two agents", "restart")
WEIGHTS = (22, 20, 18, 12, 12, 10, 6)


@dataclass
class Findings:
    """What a lane found; every text is a fault of the agent."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    agents: int = 0
    killed: int = 0
    edits: int = 0
    records: int = 0
    hooks: int = 0
    restarts: int = 0


class Lane:
    """A shop, an Odoo and agents between them.

    Args:
        name: of the connector.
        shop: that is edited.
        odoo: that must end equal to it.
        folder: for the agents' state.
        seed: of all that is random here.
    """

    def __init__(
        self, name: str, shop: Shop, odoo: Odoo, folder: Path, seed: str
    ) -> None:
        self.name = name
        self.shop = shop
        self.odoo = odoo
        self.found = Findings()
        self._seed = seed
        self._kind = shop.kind
        self._promised: dict[str, str | None] = {}
        self._lives: dict[str, float] = {}
        place = Place(
            odoo.url,
            odoo.key,
            odoo.database,
            f"endure-{name}",
            shop.adapter.connector.name,
            shop.settings,
            str(folder),
        )
        self._code = place.code
        self._folder = folder
        self._nursery = Nursery(place)

    def close(self) -> None:
        """End the agents' nursery."""
        self._nursery.close()

    def run(self, faults: int, tick: Callable[[], None] = lambda: None) -> Findings:
        """Act out so many faults; compare after every few of them and at the end."""
        self._calm("sync")
        for number in range(1, faults + 1):
            rng = random.Random(f"{self._seed}/{self.name}/{number}")  # noqa: S311
            self._one(rng)
            tick()
            if number % ROUND == 0 or number == faults:
                self._settle()
        self.found.edits = self.shop.edits
        return self.found

    def _one(self, rng: random.Random) -> None:
        """Edit the shop, act out one fault while an agent works."""
        (fault,) = rng.choices(FAULTS, WEIGHTS)
        self.found.faults[fault] += 1
        named = [i for _ in range(rng.randint(0, 2)) for i in self.shop.edit(rng)]
        if rng.choice((True, False)):
            self.shop.edit_while_read(rng)
        job = self._job(rng, named)
        jobs, kill_after = [job], None
        restarting: threading.Thread | None = None
        if fault == "kill":
            kill_after = rng.uniform(0.0, self._lives.get(job.do, 0.3))
        elif fault == "cut":
            self._cut(rng)
        elif fault == "dropped":
            self._drop(rng)
        elif fault == "disk full":
            job.disk_bytes = rng.choice((0, 4096, 20_000, 40_000))
        elif fault == "clock jump":
            job.jump_at = rng.randint(1, 12)
            job.jump_s = rng.choice((-1, 1)) * rng.choice((90, 4000, 90_000, 3e6))
        elif fault == "two agents":
            jobs.append(replace(self._job(rng, []), named=[]))
        else:
            restarting = self.odoo.restart(rng)
        ended = self._agents(jobs, kill_after)
        if restarting is not None:
            restarting.join()
            self.found.restarts += 1
        self._judge(fault, jobs, ended, kill_after is not None)
        self.shop.calm()
        self.odoo.faults.clear()

    def _job(self, rng: random.Random, named: list[str]) -> Job:
        ways = ["sync"] * 6 + ["full"] * 2
        if self.shop.fetches:
            ways += ["hooks"] * 4
        if self.shop.reconciles:
            ways += ["reconcile"] * 3
        do = rng.choice(ways)
        names = [(self._kind, each) for each in named] if do == "hooks" else []
        return Job(do, named=names, ahead_s=self.shop.ahead_s)

    def _cut(self, rng: random.Random) -> None:
        times = rng.choice((1, 2, 3, 7, 12))
        skip = rng.randrange(12)
        if rng.choice((True, False)):
            kind = rng.choice(("drop", "cut", "truncate", "half_json"))
            self.shop.adapter.faults.add(kind, times=times, skip=skip)
        else:
            self.odoo.faults.add("cut", times=times, skip=skip)

    def _drop(self, rng: random.Random) -> None:
        times = rng.choice((1, 1, 2, 3, 7))
        path = rng.choice(("push", "push", "push", ""))
        kind = rng.choice(("drop", "truncate"))
        self.odoo.faults.add(kind, path=path, times=times, skip=rng.randrange(5))

    def _agents(self, jobs: list[Job], kill_after: float | None = None) -> list[Ended]:
        self.odoo.offer_parcels(self._parcels())
        marks = dict(self.shop.marks)
        ended = self._nursery.run(jobs, kill_after)
        self.shop.wait()
        self.found.agents += len(ended)
        for job, each in zip(jobs, ended, strict=True):
            if each.code == 0:
                self._lives[job.do] = min(each.seconds, 10.0)
            for external_id in each.told:
                self.found.hooks += 1
                self._promised[external_id] = marks.get(external_id)
        return ended

    def _parcels(self) -> list[object]:
        if not self.shop.is_carrier:
            return []
        store = self.shop.adapter.store  # type: ignore[attr-defined]
        return list(store.parcels.values())

    def _judge(
        self, fault: str, jobs: list[Job], ended: list[Ended], may_die: bool
    ) -> None:
        for job, each in zip(jobs, ended, strict=True):
            if each.code < 0:
                self.found.killed += 1
                if not may_die:
                    self._broken(f"{job.do} hung", fault, each)
            elif fault == "clock jump" and each.code == ExitCode.INCOMPLETE:
                continue  # a platform refuses times of the far future, and is right
            elif each.code == ExitCode.INTERNAL or (
                # what a drain could not do yet is still in its inbox
                job.do != "hooks" and each.code not in HEALTHY
            ):
                self._broken(f"{job.do} ended with {each.code}", fault, each)

    def _broken(self, what: str, fault: str, ended: Ended) -> None:
        said = "; ".join(ended.errors)[:400]
        self.found.broken.append(f"{self.name}: {what} on {fault}: {said}")

    def _calm(self, do: str, ahead_s: float = 0.0) -> None:
        """Run an agent without any fault; it must end well."""
        job = Job(do, ahead_s=self.shop.ahead_s + ahead_s)
        (ended,) = self._agents([job])
        if ended.code:
            self._broken(f"{do} ended with {ended.code}", "no fault", ended)

    def _settle(self) -> None:
        """Let all faults end, then compare."""
        if (self._folder / "inbox.sqlite").exists():
            self._calm("hooks", CALM_AHEAD_S)
        self._check_promises()
        self._calm("sync")
        if self.shop.is_carrier:
            # the first one may only end a round that was broken off
            self._calm("sync")
        if self.shop.reconciles:
            self._calm("reconcile")
        self._compare()

    def _check_promises(self) -> None:
        """See that what webhooks named is stored, before any reconcile."""
        ids = set(self.shop.ids())
        for external_id, mark in self._promised.items():
            if external_id not in ids or self.odoo.is_real:
                continue
            text = self.odoo.text(self._code, self._kind, external_id) or ""
            # edited again since, and no webhook told of it: then it may be older
            is_last = mark == self.shop.marks.get(external_id)
            is_sure = is_last and external_id not in self.shop.unsure
            if not text or (mark and is_sure and mark not in text):
                self.found.lost.append(f"{self.name}: webhook of {external_id}")
        self._promised.clear()

    def _carries(self, external_id: str, text: str) -> bool:
        mark = self.shop.marks.get(external_id)
        return mark is None or mark in text

    def _compare(self) -> None:
        truth = self.shop.truth()
        held = self.odoo.held(self._code, list(truth))
        for kind, keys in truth.items():
            stored = held.get(kind, {})
            self.found.lost += self._named(kind, set(keys) - set(stored))
            if self.shop.reconciles:
                self.found.doubled += self._named(kind, set(stored) - set(keys))
            self.found.stale += self._named(
                kind,
                {
                    i
                    for i, key in keys.items()
                    if i in stored and key.hash not in {None, stored[i]}
                },
            )
        self._witness(held, truth)
        self.found.records = sum(map(len, held.values()))
        self.found.doubled += [
            f"{self.name}: {each}" for each in self.odoo.doubled(self._code)
        ]
        if isinstance(self.odoo, RealOdoo):
            self._compare_revenue(self.odoo, list(truth.get("order", ())))

    def _witness(
        self, held: dict[str, dict[str, str]], truth: dict[str, dict[str, Key]]
    ) -> None:
        """Compare with what the shop itself remembers, without the connector."""
        ids = set(self.shop.ids())
        if self.shop.is_carrier:
            # a platform locks numbers that it was asked about too often
            ids &= set(truth[self._kind])
        mine = set(held.get(self._kind, {}))
        self.found.lost += self._named(self._kind, ids - mine)
        for external_id in sorted(self.shop.marks.keys() & ids & mine):
            text = self.odoo.text(self._code, self._kind, external_id)
            if text is not None and not self._carries(external_id, text):
                self.found.stale += self._named(self._kind, {external_id})

    def _compare_revenue(self, odoo: RealOdoo, ids: list[str]) -> None:
        source = self.shop.adapter.open()
        try:
            orders = [
                item
                for item in source.fetch("order", ids)
                if isinstance(item, Envelope)
            ]
        finally:
            source.close()
        wanted = sum(item.data.total for item in orders)  # type: ignore[union-attr]
        found = odoo.revenue(self._code)
        if found != wanted:
            self.found.stale.append(
                f"{self.name}: revenue {found}, {wanted} in the shop"
            )

    def _named(self, kind: str, ids: set[str]) -> list[str]:
        return [f"{self.name}: {kind} {external_id}" for external_id in sorted(ids)]
