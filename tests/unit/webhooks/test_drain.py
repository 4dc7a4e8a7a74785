"""What webhooks named is fetched and stored, once, whatever fails in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync_agent.door import Door
from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable, Stopped
from sync_agent.port import Delivery, Item, Receipt, Source, Trigger
from sync_agent.records import Envelope
from sync_agent.records.envelope import Kind
from sync_agent.webhooks import drain as module
from sync_agent.webhooks.drain import Drain
from sync_agent.webhooks.inbox import Inbox
from tests.fakes.clock import FakeClock
from tests.fakes.odoo_door import FakeDoor
from tests.fakes.shop import ListSource, customer, source_of


class PayloadHook:
    """Reads a name out of the payload."""

    def read(self, delivery: Delivery) -> Receipt:
        return Receipt(event=delivery.body.decode())

    def items(self, trigger: Trigger) -> Iterator[Item]:
        assert trigger.payload is not None
        yield customer(int(trigger.external_id), name=str(trigger.payload["name"]))


class PickySource(ListSource):
    """Fails for some records, or at all."""

    poison: Sequence[str] = ()
    error: AgentError | None = None

    def fetch(self, kind: Kind, external_ids: Sequence[str]) -> Iterator[Item]:
        if self.error is not None:
            raise self.error
        if set(external_ids) & set(self.poison):
            raise Fatal("The shop cannot show it.", "Report it to the shop.")
        yield from super().fetch(kind, external_ids)


class World:
    """A shop, an inbox, a door and the drain between them."""

    def __init__(self, path: Path) -> None:
        self.clock = FakeClock()
        self.inbox = Inbox(path)
        self.door = FakeDoor()
        truth = source_of(*(customer(n) for n in range(1, 6))).truth
        self.source = PickySource(truth)
        self.opened = 0
        self.latencies: list[float] = []
        self.drain = Drain(
            "shop",
            PayloadHook(),
            self.inbox,
            self.clock,
            source=self.open_source,
            door=self.open_door,
            done=lambda _source, seconds: self.latencies.append(seconds),
        )

    @contextmanager
    def open_source(self) -> Iterator[Source]:
        self.opened += 1
        yield self.source

    @contextmanager
    def open_door(self) -> Iterator[Door]:
        yield self.door

    def tell(self, *numbers: int, payload: dict[str, str] | None = None) -> None:
        for number in numbers:
            at = self.clock.now().timestamp()
            receipt = Receipt([Trigger("customer", str(number), payload)])
            self.inbox.remember("shop", f"{number}-{at}-{payload}", receipt, at)

    @property
    def stored(self) -> set[str]:
        return {key[1] for key in self.door.records}

    @property
    def waiting(self) -> int:
        return self.inbox.waiting("shop")[0]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    it = World(tmp_path / "inbox.sqlite")
    yield it
    it.drain.close()
    it.inbox.close()


def test_what_was_named_is_fetched_and_stored_in_one_batch(world: World) -> None:
    world.tell(1, 2, 3)
    assert world.drain.run_once() == 3
    assert world.stored == {"1", "2", "3"}
    assert len(world.door.calls) == 1
    assert {batch.stream for batch in world.door.calls} == {"webhook"}
    assert world.waiting == 0


def test_connections_are_kept_for_what_comes_next(world: World) -> None:
    for number in (1, 2):
        world.tell(number)
        world.drain.run_once()
    assert world.opened == 1
    world.clock.pass_time(module.SESSION_S)
    world.tell(3)
    world.drain.run_once()
    assert world.opened == 2


def test_nothing_due_touches_neither_shop_nor_odoo(world: World) -> None:
    assert world.drain.run_once() == 0
    assert world.opened == 0


def test_a_record_that_the_shop_does_not_know_is_left_to_the_reconcile(
    world: World,
) -> None:
    world.tell(404)
    assert world.drain.run_once() == 1
    assert world.waiting == 0
    assert world.door.calls == []


def test_a_payload_is_read_instead_of_fetched(world: World) -> None:
    world.tell(9, payload={"name": "Lin"})
    world.drain.run_once()
    assert world.source.fetched == []
    assert world.stored == {"9"}


def test_an_outage_postpones_longer_each_time_and_loses_nothing(world: World) -> None:
    world.source.error = Retryable("The shop is down.", "Wait.")
    world.tell(1)
    assert world.drain.run_once() == 1
    assert world.drain.run_once() == 0
    world.clock.pass_time(5)
    assert world.drain.run_once() == 1
    world.clock.pass_time(5)
    assert world.drain.run_once() == 0
    world.source.error = None
    world.clock.pass_time(5)
    world.drain.run_once()
    assert world.stored == {"1"}


def test_the_wait_that_the_shop_asks_for_is_kept(world: World) -> None:
    world.source.error = Retryable("Too many requests.", "Wait.", after=120.0)
    world.tell(1, 2)
    world.drain.run_once()
    world.source.error = None
    world.clock.pass_time(119)
    assert world.drain.run_once() == 0
    world.clock.pass_time(1)
    assert world.drain.run_once() == 2


def test_refused_credentials_are_not_tried_every_minute(world: World) -> None:
    world.source.error = NeedsCredentials("Refused.", "Make a new key.")
    world.tell(1)
    world.drain.run_once()
    world.clock.pass_time(module.CREDENTIALS_PAUSE_S - 1)
    assert world.drain.run_once() == 0
    assert world.waiting == 1


def test_a_poison_record_does_not_stop_the_others(world: World) -> None:
    world.source.poison = ["2"]
    world.tell(1, 2, 3)
    world.drain.run_once()
    assert world.stored == {"1", "3"}
    assert world.waiting == 1


def test_what_fails_for_three_days_is_left_to_the_reconcile(world: World) -> None:
    world.source.error = Fatal("No.", "Never.")
    world.tell(1)
    world.clock.pass_time(module.GIVE_UP_S + 1)
    world.drain.run_once()
    assert world.waiting == 0


def test_odoo_down_keeps_the_entries(world: World) -> None:
    world.door.hello = _down  # type: ignore[method-assign,assignment]
    world.tell(1)
    world.drain.run_once()
    assert world.waiting == 1


def _down(_source: str = "") -> None:
    raise Retryable("Odoo is down.", "Wait.")


def test_another_agent_on_the_same_stream_costs_one_more_try(world: World) -> None:
    world.tell(1)
    world.drain.run_once()
    world.door.cursors["webhook"] = {"received": "somebody else's"}
    world.tell(2)
    world.drain.run_once()
    assert world.stored == {"1", "2"}


def test_the_time_from_event_to_odoo_is_told(world: World) -> None:
    world.tell(1)
    world.clock.pass_time(2.5)
    world.drain.run_once()
    assert world.latencies == [2.5]


def test_forever_ends_when_asked_to_stop(world: World) -> None:
    def stop(_seconds: float) -> None:
        raise Stopped("Stop.", "")

    world.clock.sleep = stop  # type: ignore[method-assign]
    world.tell(1)
    with pytest.raises(Stopped):
        world.drain.forever()
    assert world.stored == {"1"}


def test_a_lost_answer_of_odoo_stores_nothing_twice(world: World) -> None:
    world.tell(1)
    world.drain.run_once()
    first = dict(world.door.records)
    world.tell(1)
    world.drain.run_once()
    assert world.door.records == first
    assert isinstance(customer(1), Envelope)


def test_a_disk_that_is_full_ends_no_drain_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Demand 46: the entry stays, the drain goes on when there is room again."""

    def refuse(*_given: object) -> None:
        raise Retryable("The inbox cannot be written.", "Free disk space.", after=30)

    world.tell(1, 2)
    with monkeypatch.context() as patch:
        patch.setattr(world.inbox, "done", refuse)
        patch.setattr(world.inbox, "postpone", refuse)
        assert world.drain.run_once() == 0
    assert world.waiting == 2
    assert world.drain.run_once() == 2
    assert world.stored == {"1", "2"}
    assert world.waiting == 0


def test_what_comes_during_a_round_is_left_for_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a flood a record that is named again and again is not fetched all the time."""
    fetch = world.source.fetch

    def fetch_and_hear(kind: Kind, external_ids: Sequence[str]) -> Iterator[Item]:
        world.tell(5, payload={"name": f"again {len(world.source.fetched)}"})
        return fetch(kind, external_ids)

    monkeypatch.setattr(world.source, "fetch", fetch_and_hear)
    world.tell(1, 2)
    assert world.drain.run_once() == 2
    assert world.waiting == 1
    assert world.drain.run_once() == 1
    assert world.stored == {"1", "2", "5"}


def test_a_round_of_a_flood_is_followed_by_a_longer_pause(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            raise Stopped("Stopped.", "Start it again.")

    monkeypatch.setattr(module, "FLOOD", 3)
    monkeypatch.setattr(module, "IDLE_S", 0.01)
    monkeypatch.setattr(world.clock, "sleep", sleep)
    world.tell(1, 2, 3)
    with pytest.raises(Stopped):
        world.drain.forever()
    assert waits == [module.FLOOD_GATHER_S, module.GATHER_S]
