"""The Karrio connector against a real server: what it guesses is so."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from scripts.dev import karrio
from scripts.dev.karrio import NUMBERS, KarrioServer
from sync_agent.connectors.karrio import CONNECTOR
from sync_agent.errors import NeedsCredentials
from sync_agent.port import Item, Source, Tools
from sync_agent.records import Envelope, Shipment
from sync_agent.records.open_parcel import OpenParcel
from sync_agent.redact import Redactor
from sync_agent.transport.http import Http
from tests.connectors.adapters import QuickClock, items_of

pytestmark = [pytest.mark.live, pytest.mark.timeout(3600)]
UNKNOWN = "NOSUCHNUMBER1"
Open = Callable[..., Source]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KarrioServer]:
    """A real server that follows two parcels."""
    with karrio.running_server(tmp_path_factory.mktemp("karrio")) as running:
        yield running


@pytest.fixture
def open_source(server: KarrioServer) -> Open:
    """Open the server as the agent does; the shops have sent three parcels."""
    clock = QuickClock()

    def transport(base_url: str, **options: Any) -> Http:
        return Http(base_url, clock=clock, redactor=Redactor(), **options)

    def parcels(
        *, after: str = "", numbers: Sequence[str] | None = None
    ) -> Iterator[OpenParcel]:
        counted = zip(itertools.count(1), [*NUMBERS, UNKNOWN], strict=False)
        for own, number in counted:
            if str(own) > after and (numbers is None or number in numbers):
                yield OpenParcel(id=str(own), tracking_number=number, carrier="FedEx")

    def opened(**changes: Any) -> Source:
        given = {"url": server.url, "token": server.token, **changes}
        settings = CONNECTOR.settings(**given)
        return CONNECTOR.open(settings, Tools(clock, transport, parcels))

    return opened


def read(source: Source) -> dict[str, Shipment]:
    (stream,) = source.streams()
    pages = stream.read(None, full=False, started=QuickClock().now())
    found: list[Item] = items_of(pages)
    told = {}
    for item in found:
        assert isinstance(item, Envelope)
        assert isinstance(item.data, Shipment)
        told[str(item.data.tracking_number)] = item.data
    return told


def test_a_tracker_is_found_by_its_number(open_source: Open) -> None:
    """``GET /v1/trackers/<number>``; one that is not followed is left out."""
    found = read(open_source())
    assert set(found) == set(NUMBERS)
    assert {parcel.state for parcel in found.values()} == {"pending"}


def test_what_happens_to_a_parcel_is_told(
    server: KarrioServer, open_source: Open
) -> None:
    server.tell(
        NUMBERS[0],
        "out_for_delivery",
        [
            {
                **{"date": "2026-11-20", "time": "08:01 AM", "code": "OD"},
                **{"timestamp": "2026-11-20T08:01:00.000Z", "location": "MEMPHIS"},
                **{"status": "out_for_delivery", "description": "On the vehicle"},
            }
        ],
    )
    parcel = read(open_source())[NUMBERS[0]]
    assert (parcel.state, parcel.carrier) == ("out_for_delivery", "fedex")
    (scan,) = parcel.events
    assert scan.at == datetime(2026, 11, 20, 8, 1, tzinfo=UTC)
    assert (scan.place, scan.text) == ("MEMPHIS", "On the vehicle")


def test_a_carrier_that_the_server_lacks_costs_nothing(open_source: Open) -> None:
    """The answer to a new tracker is then 400, no error of the run."""
    found = read(open_source(carriers={"FedEx": "fedex"}))
    assert set(found) == set(NUMBERS)


def test_the_check_tells_and_a_wrong_token_is_refused(open_source: Open) -> None:
    assert {each.state for each in open_source().check()} <= {"ok", "warning"}
    with pytest.raises(NeedsCredentials):
        list(open_source(token="key_wrong").check())
