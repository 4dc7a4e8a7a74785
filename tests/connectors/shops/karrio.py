"""A fake Karrio server for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sync_agent.connectors.karrio import CONNECTOR as KARRIO
from tests.connectors.carriers import CarrierAdapter
from tests.fakes.carriers.karrio import CARRIER, TOKEN, FakeKarrio
from tests.fakes.carriers.store import CarrierStore, filled


class KarrioAdapter(CarrierAdapter):
    """The fake Karrio server."""

    connector = KARRIO
    code = CARRIER
    most = 500
    listing = "/v1/trackers/"
    secrets = (TOKEN,)

    def __init__(self, fake: FakeKarrio) -> None:
        super().__init__(fake, fake.store)
        self.karrio = fake
        self.settings = {
            "url": fake.url,
            "token": TOKEN,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"token": "WRONG"}

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.karrio.refused = True


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[KarrioAdapter]:
    """Give a carrier for one test."""
    with FakeKarrio(filled(CarrierStore(moving="in_transit"))) as fake:
        yield KarrioAdapter(fake)
