"""A fake Kuaidi100 for the conformance tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sync_agent.connectors.kuaidi100 import CONNECTOR as KUAIDI100
from tests.connectors.carriers import CarrierAdapter
from tests.fakes.carriers.kuaidi100 import CARRIER, CUSTOMER, KEY, FakeKuaidi100
from tests.fakes.carriers.store import CarrierStore, filled


class Kuaidi100Adapter(CarrierAdapter):
    """The fake Kuaidi100."""

    connector = KUAIDI100
    code = CARRIER
    most = 500
    pause_min = 241.0
    listing = "/poll/query.do"
    secrets = (CUSTOMER, KEY)

    def __init__(self, fake: FakeKuaidi100) -> None:
        super().__init__(fake, fake.store)
        self.kuaidi100 = fake
        self.settings = {
            "url": fake.url,
            "customer": CUSTOMER,
            "key": KEY,
            "page_size": 10,
            "rate_per_s": 1e6,
        }
        self.bad_settings = {"key": "wrongKey1"}

    def expire(self) -> None:
        """See :class:`Adapter`."""
        self.kuaidi100.refused = True


@contextmanager
def open_shop(request: pytest.FixtureRequest) -> Iterator[Kuaidi100Adapter]:
    """Give a carrier for one test."""
    with FakeKuaidi100(filled(CarrierStore(moving="1001", prefix="SF"))) as fake:
        yield Kuaidi100Adapter(fake)
