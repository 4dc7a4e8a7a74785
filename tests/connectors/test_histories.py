"""Whatever happened to a shop or on the way, after a reconcile Odoo equals the shop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.dev.bench.endurance.shop import Shop
from sync_agent.errors import AgentError
from sync_agent.sync.batch import Limits
from sync_agent.sync.delta import sync_source
from sync_agent.sync.reconcile import Reconciler
from sync_agent.sync.runner import Runner
from tests.connectors import shops
from tests.connectors.adapters import Adapter
from tests.fakes import odoo_door as doors
from tests.fakes.odoo_door import FakeDoor

pytestmark = pytest.mark.timeout(600)
PAGING = ("woocommerce", "magento", "prestashop", "shopify", "youzan")
"""By number, by search with a count, by offset, by cursor, by windows of time."""
LIMITS = Limits(records=7)

places = st.integers(0, 10_000)
edits = st.one_of(
    st.tuples(st.just("add")),
    st.tuples(st.just("change"), st.lists(places, min_size=1, max_size=15)),
    st.tuples(st.just("late"), places, st.integers(1, 90 * 86_400)),
    st.tuples(st.just("remove"), places),
)
TROUBLES = ("drop", "cut", "html", "truncate", "half_json", "busy", "broken")
LOST = ("answer_lost", "busy", "broken", "unreachable", "unprocessable")
steps = st.one_of(
    edits,
    edits,
    st.tuples(st.just("while read"), edits, st.integers(0, 8)),
    st.tuples(
        st.just("shop"),
        st.sampled_from(TROUBLES),
        st.integers(0, 9),
        st.sampled_from((1, 2, 20)),
    ),
    st.tuples(st.just("door"), st.sampled_from(LOST), st.integers(0, 5)),
    st.tuples(st.just("sync"), st.booleans()),
    st.tuples(st.just("sync"), st.booleans()),
    st.tuples(st.just("reconcile")),
)


class History:
    """A shop, the fake door, and what happens between them."""

    def __init__(self, adapter: Adapter) -> None:
        self.shop = Shop(adapter)
        self.adapter = adapter
        self.door = FakeDoor()
        self.kind: Any = self.shop.kind

    def step(self, step: tuple[Any, ...]) -> None:
        name, *given = step
        doing: dict[str, Callable[..., object]] = {
            "add": self.adapter.add,
            "change": self._change,
            "late": self._late,
            "remove": self._remove,
            "while read": self._while_read,
            "shop": self._trouble,
            "door": self._door_fault,
            "sync": self._sync,
            "reconcile": self._reconcile,
        }
        if name in {"sync", "reconcile"}:
            # what fails is tried again some time; what was stored stays
            with suppress(AgentError):
                doing[name](*given)
            return
        doing[name](*given)

    def _at(self, place: int) -> str:
        ids = self.shop.ids()
        return ids[place % len(ids)]

    def _change(self, chosen: list[int]) -> None:
        self.shop.change(sorted({self._at(place) for place in chosen}))

    def _late(self, place: int, seconds: int) -> None:
        self.shop.change_late(self._at(place), timedelta(seconds=seconds))

    def _remove(self, place: int) -> None:
        if len(self.shop.ids()) > 1:
            self.shop.remove(self._at(place))

    def _while_read(self, edit: tuple[Any, ...], skip: int) -> None:
        self.adapter.faults.before(
            self.adapter.listing, lambda: self.step(edit), skip=skip
        )

    def _trouble(self, kind: str, skip: int, times: int) -> None:
        if kind == "busy":
            self.adapter.faults.busy("1", times=times, skip=skip)
        elif kind == "broken":
            self.adapter.faults.add("status", status=500, times=times, skip=skip)
        else:
            self.adapter.faults.add(kind, times=times, skip=skip)

    def _door_fault(self, name: str, after: int) -> None:
        self.door.faults.extend([*[None] * after, getattr(doors, name)])

    def _sync(self, full: bool = False) -> None:
        source = self.adapter.open()
        runner = Runner(self.door, self.adapter.clock, limits=LIMITS)
        names = [self.adapter.stream]
        try:
            sync_source(self.door, runner, "shop", source, names=names, full=full)
        finally:
            source.close()

    def _reconcile(self) -> None:
        source = self.adapter.open()
        reconciler = Reconciler(
            self.door, self.adapter.clock, limits=LIMITS, accept_gone=True
        )
        try:
            reconciler.run("shop", source, self.kind)
        finally:
            source.close()

    def check(self) -> None:
        """Let all troubles end, reconcile once, compare."""
        self.shop.calm()
        self.door.faults.clear()
        self._reconcile()
        stored = {
            external_id: found
            for (kind, external_id), found in self.door.records.items()
            if kind == self.kind and not found.gone
        }
        assert stored.keys() == self.adapter.ids()
        truth = self.shop.truth()[self.kind]
        for external_id, found in stored.items():
            assert truth[external_id].hash in {None, found.hash}
            mark = self.shop.marks.get(external_id)
            assert mark is None or mark in str(found.data)


@pytest.mark.parametrize("name", PAGING)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=st.lists(steps, min_size=2, max_size=9))
def test_after_a_reconcile_odoo_equals_the_shop(
    name: str, history: list[tuple[Any, ...]]
) -> None:
    """Demand 46: edits, equal stamps, late commits, deletions and failures."""
    with shops.open_shop(name, None) as adapter:  # type: ignore[arg-type]
        it = History(adapter)
        for step in history:
            it.step(step)
        it.check()


def test_every_kind_of_paging_has_its_histories() -> None:
    assert set(PAGING) <= set(shops.NAMES)
