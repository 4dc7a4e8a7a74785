"""A fake AfterShip for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sync_agent.connectors.aftership import CONNECTOR as AFTERSHIP
from tests.connectors.carriers import CarrierAdapter
from tests.fakes.carriers.aftership import KEY, SLUG, FakeAfterShip
from tests.fakes.carriers.store import CarrierStore, filled


class AfterShipAdapter(CarrierAdapter):
    """The fake AfterShip."""

    connector = AFTERSHIP
    code = SLUG
    most = 50
    listing = "GET /tracking"
    secrets = (KEY,)

    def __init__(self, fake: FakeAfterShip) -> None:
        super().__init__(fake, fake.store)
        self.aftership = fake
        self.settings = {
            "url": f"{fake.url}/tracking/2025-01",
            "key": KEY,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"key": "WRONG"}

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.aftership.refused = True


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[AfterShipAdapter]:
    """Give a carrier for one test."""
    store = filled(CarrierStore(moving="InTransit_007"))
    with FakeAfterShip(store) as fake:
        yield AfterShipAdapter(fake)
