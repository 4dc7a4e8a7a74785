"""A fake EasyPost for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sync_agent.connectors.easypost import CONNECTOR as EASYPOST
from tests.connectors.carriers import CarrierAdapter
from tests.fakes.carriers.easypost import CARRIER, KEY, FakeEasyPost
from tests.fakes.carriers.store import CarrierStore, filled


class EasyPostAdapter(CarrierAdapter):
    """The fake EasyPost."""

    connector = EASYPOST
    code = CARRIER
    most = 100
    listing = "trackers/batch"
    secrets = (KEY,)

    def __init__(self, fake: FakeEasyPost) -> None:
        super().__init__(fake, fake.store)
        self.easypost = fake
        self.settings = {
            "url": f"{fake.url}/v2",
            "key": KEY,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"key": "WRONG"}

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.easypost.refused = True


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[EasyPostAdapter]:
    """Give a carrier for one test."""
    with FakeEasyPost(filled(CarrierStore(moving="in_transit"))) as fake:
        yield EasyPostAdapter(fake)
