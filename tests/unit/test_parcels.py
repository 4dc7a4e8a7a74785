"""Parcels come from the door page by page, and connectors are given them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sync_agent import parcels as module
from sync_agent.door import Door, ParcelPage
from sync_agent.errors import Fatal
from sync_agent.parcels import DoorParcels
from sync_agent.port import no_parcels
from sync_agent.records.open_parcel import OpenParcel
from tests.fakes.odoo_door import FakeDoor


def parcel(number: int) -> OpenParcel:
    return OpenParcel(id=str(number), tracking_number=f"SF{number}")


class Way:
    """The way to Odoo; counts how often it was opened and closed."""

    def __init__(self, door: FakeDoor) -> None:
        self.fake = door
        self.opened = self.closed = 0

    @contextmanager
    def __call__(self) -> Iterator[Door]:
        self.opened += 1
        yield self.fake
        self.closed += 1


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Way:
    monkeypatch.setattr(module, "PAGE", 3)
    return Way(FakeDoor(open_parcels=[parcel(n) for n in range(1, 11)]))


def ids(found: Iterator[OpenParcel]) -> list[int]:
    return [int(each.id) for each in found]


def test_all_pages_come_over_one_connection(way: Way) -> None:
    assert ids(DoorParcels("carrier", way)()) == list(range(1, 11))
    assert (way.opened, way.closed) == (1, 1)


def test_a_reading_goes_on_after_the_last_parcel_that_it_saw(way: Way) -> None:
    assert ids(DoorParcels("carrier", way)(after="7")) == [8, 9, 10]


def test_single_numbers_are_asked_for(way: Way) -> None:
    assert ids(DoorParcels("carrier", way)(numbers=["SF4", "SF9", "SF99"])) == [4, 9]


def test_nothing_is_opened_before_it_is_needed(way: Way) -> None:
    DoorParcels("carrier", way)()
    assert way.opened == 0
    assert list(no_parcels()) == []


def test_a_list_that_does_not_end_is_an_error(way: Way) -> None:
    class Endless(FakeDoor):
        def parcels(self, *_asked: object, **_more: object) -> ParcelPage:
            return ParcelPage([parcel(1)], "5")

    with pytest.raises(Fatal) as caught:
        list(DoorParcels("carrier", Way(Endless()))())
    assert caught.value.remedy
