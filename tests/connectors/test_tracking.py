"""Rounds of asking: whom, how often, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from sync_agent.port import Item, Json, Page
from sync_agent.reading.fields import Fields
from sync_agent.reading.scans import (
    Scan,
    Told,
    external_id,
    in_order,
    last_digits,
    local_time,
    parcel_item,
    state_of,
    tracking_key,
)
from sync_agent.reading.tracking import (
    TrackingClient,
    TrackingSettings,
    TrackingSource,
)
from sync_agent.records import BadRecord, Envelope
from sync_agent.records.open_parcel import OpenParcel
from tests.fakes.carriers.store import CarrierStore, filled
from tests.fakes.clock import FakeClock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Carrier(TrackingClient):
    """Knows every number; remembers whom it was asked about."""

    title = "Carrier"

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.state = "in_transit"

    def ask(self, parcels: Sequence[OpenParcel]) -> Iterator[Item]:
        numbers = [tracking_key(each.tracking_number) for each in parcels]
        self.asked.append(numbers)
        yield from (self._item(number) for number in numbers)

    def look(self, asked: Sequence[tuple[str, OpenParcel]]) -> Iterable[Item]:
        return self.ask([parcel for _code, parcel in asked])

    def account(self) -> str:
        return "It answers."

    def close(self) -> None:
        self.asked.clear()

    def _item(self, number: str) -> Item:
        told = Told(
            number, "Carrier", "unknown", "new word", (Scan(NOON, "unknown", "?"),)
        )
        return parcel_item("c", number, {}, lambda _row: told)


class Strict(TrackingSettings):
    hard_pause = True


class World:
    """A carrier, a clock and the parcels of the shops."""

    def __init__(self, settings: TrackingSettings | None = None) -> None:
        self.clock = FakeClock()
        self.store = filled(CarrierStore("moving", now=self.clock.now), 10)
        self.carrier = Carrier()
        self.source = TrackingSource(
            self.carrier,
            settings or TrackingSettings(page_size=4, minutes_between=60),
            self.store.open_parcels,
            self.clock,
        )

    def read(self, cursor: Json | None = None, *, full: bool = False) -> list[Page]:
        (stream,) = self.source.streams()
        return list(stream.read(cursor, full=full, started=self.clock.now()))

    def asked(self) -> int:
        count = sum(map(len, self.carrier.asked))
        self.carrier.asked.clear()
        return count


def test_a_round_asks_about_all_in_batches() -> None:
    world = World()
    world.read()
    assert [len(batch) for batch in world.carrier.asked] == [4, 4, 2]


def test_between_rounds_only_new_parcels_are_asked_about() -> None:
    world = World()
    cursor = world.read()[-1].cursor
    world.asked()
    world.store.ship("NEW1")
    world.clock.pass_time(60 * 59)
    pages = world.read(cursor)
    assert world.carrier.asked == [["NEW1"]]
    cursor = world.read(pages[-1].cursor)[-1].cursor
    assert world.asked() == 1
    world.clock.pass_time(61)
    world.read(cursor)
    assert world.asked() == 11


def test_a_round_that_was_cut_off_asks_nobody_twice() -> None:
    world = World()
    first = world.read()[0].cursor
    world.asked()
    world.read(first)
    assert world.asked() == 6


def test_a_person_may_ask_at_once_unless_the_carrier_forbids_it() -> None:
    for settings, expected in (
        (TrackingSettings(minutes_between=60), 10),
        (Strict(minutes_between=60), 0),
    ):
        world = World(settings)
        cursor = world.read()[-1].cursor
        world.asked()
        world.read(cursor, full=True)
        assert world.asked() == expected


def test_a_clock_that_was_set_back_does_not_stop_the_rounds() -> None:
    world = World()
    cursor = world.read()[-1].cursor
    world.asked()
    world.clock.pass_time(-86_400)
    world.read(cursor)
    assert world.asked() == 10


def test_the_watermark_is_when_the_last_round_began() -> None:
    world = World()
    (stream,) = world.source.streams()
    began = world.clock.now()
    cursor = world.read()[-1].cursor
    assert stream.watermark(cursor) == began
    world.clock.pass_time(600)
    assert stream.watermark(world.read(cursor)[-1].cursor) == began
    assert stream.watermark(None) is None


@pytest.mark.parametrize(
    ("only", "count"),
    [((), 10), (("sf exp",), 10), (("DHL",), 0), (("rr",), 10), (("DHL", "RR"), 10)],
)
def test_only_named_carriers_are_asked_about(only: tuple[str, ...], count: int) -> None:
    world = World(TrackingSettings(only=only))
    world.read()
    assert world.asked() == count


def test_parcels_of_other_carriers_do_not_hold_the_reading_up() -> None:
    world = World(TrackingSettings(only=("DHL",)))
    assert world.read()[-1].cursor["kept"]["top"] == 10


def test_nothing_is_reconciled_because_carriers_forget() -> None:
    assert World().source.kinds == ()


def test_single_parcels_are_asked_about_with_what_the_shop_knows() -> None:
    world = World()
    number = next(iter(world.store.tracked))
    found = list(world.source.fetch("shipment", [f"c:{number}", "c:ZZ1"]))
    assert {item.external_id for item in found} == {f"c:{number}", "c:ZZ1"}


def test_unknown_words_of_parcels_and_scans_are_counted() -> None:
    with capture_logs() as logs:
        World().read()
    (told,) = [entry for entry in logs if entry["event"] == "unknown_status"]
    assert told["words"] == {"new word": 10, "?": 10}


def test_the_check_tells_how_many_will_be_asked_about() -> None:
    results = {each.name: each for each in World().source.check()}
    assert "10 parcels" in results["shipments"].message
    assert results["carrier"].message == "It answers."


def at(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


def test_scans_follow_the_time_of_what_happened_and_each_counts_once() -> None:
    """Demand 17: three of four pushed scans are repeats."""
    scans = [
        Scan(at(2), "delivered", "D"),
        Scan(at(0), "picked_up", "P"),
        Scan(at(2), "delivered", "D"),
        Scan(None, "in_transit", "?"),
        Scan(at(1), "in_transit", "T", text="a"),
        Scan(at(1), "in_transit", "T", text="b"),
    ]
    assert [scan.raw for scan in in_order(scans)] == ["P", "T", "T", "D"]
    told = Told("1", "c", "delivered", "D", tuple(scans)).fields()
    assert (told["shipped_at"], told["delivered_at"]) == (at(0), at(2))


def test_numbers_phones_words_and_times_are_read_as_people_write_them() -> None:
    assert tracking_key(" sf 12-3.4 ") == "SF1234"
    assert external_id("usps", "9400 1000") == "usps:94001000"
    assert last_digits("+86 138-0013 8000") == "8000"
    assert last_digits("12") == ""
    assert last_digits(None) == ""
    assert state_of({"a": "delivered"}, None, "x", "a") == "delivered"
    assert state_of({}, "x") == "unknown"
    assert local_time("2026-11-21T12:00:00", UTC) == NOON
    assert local_time("2026-11-21T20:00:00+08:00", UTC) == NOON
    assert local_time("soon", UTC) is None
    assert local_time(None, UTC) is None


def test_a_parcel_that_cannot_be_read_is_kept_with_the_reason() -> None:
    def build(fields: Fields) -> Any:
        raise fields.bad("scans", "no list")

    item = parcel_item("c", "1", {"scans": 1}, build)
    assert isinstance(item, BadRecord)
    assert (item.external_id, item.path) == ("c:1", "scans")
    good = parcel_item("c", "1", {}, lambda _row: Told("1", None, "pending", None))
    assert isinstance(good, Envelope)
    assert good.version == ""
