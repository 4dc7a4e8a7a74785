"""A fake SF Express for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sync_agent.connectors.sf import CONNECTOR as SF
from tests.connectors.carriers import CarrierAdapter
from tests.fakes.carriers.sf import CHECKWORD, PARTNER, FakeSf
from tests.fakes.carriers.store import CarrierStore, filled


class SfAdapter(CarrierAdapter):
    """The fake SF Express."""

    connector = SF
    code = "sf"
    most = 10
    listing = "EXP_RECE_SEARCH_ROUTES"
    secrets = (PARTNER, CHECKWORD)

    def __init__(self, fake: FakeSf) -> None:
        super().__init__(fake, fake.store)
        self.sf = fake
        self.settings = {
            "url": f"{fake.url}/std/service",
            "partner": PARTNER,
            "checkword": CHECKWORD,
            "page_size": 8,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"checkword": "wrongCheckword"}

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.sf.refused = True


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[SfAdapter]:
    """Give a carrier for one test."""
    with FakeSf(filled(CarrierStore(moving="31", prefix="SF"))) as fake:
        yield SfAdapter(fake)
