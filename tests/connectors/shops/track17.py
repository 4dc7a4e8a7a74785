"""A fake 17TRACK for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sync_agent.connectors.track17 import CONNECTOR as TRACK17
from tests.connectors.carriers import CarrierAdapter
from tests.fakes.carriers.store import CarrierStore, filled
from tests.fakes.carriers.track17 import CARRIER, KEY, FakeTrack17


class Track17Adapter(CarrierAdapter):
    """The fake 17TRACK."""

    connector = TRACK17
    code = str(CARRIER)
    listing = "gettrackinfo"
    secrets = (KEY,)

    def __init__(self, fake: FakeTrack17) -> None:
        super().__init__(fake, fake.store)
        self.track17 = fake
        self.settings = {
            "url": fake.url,
            "key": KEY,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"key": "WRONG"}

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.track17.refused = True


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[Track17Adapter]:
    """Give a carrier for one test."""
    store = filled(CarrierStore(moving="InTransit_Departure"))
    with FakeTrack17(store) as fake:
        yield Track17Adapter(fake)
