"""A short fault campaign for each connector; ``scripts/bench endurance`` is longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.dev.bench.endurance import campaign
from scripts.dev.bench.endurance.files import open_folder
from scripts.dev.bench.endurance.lane import Lane
from scripts.dev.bench.endurance.odoos import FakeOdoo
from scripts.dev.bench.endurance.shop import Shop
from tests.connectors import shops
from tests.connectors.adapters import Adapter
from tests.fakes.door_server import DoorServer

pytestmark = pytest.mark.timeout(300)
FAULTS = 4


# a real shop takes minutes, so it has its faults in the long campaign alone
FAKES = [each for each in shops.params() if not each.marks]


@pytest.fixture(params=FAKES)
def adapter(request: pytest.FixtureRequest):
    with shops.open_shop(request.param, request) as found:
        yield found


def test_whatever_happens_odoo_ends_equal_to_the_shop(
    adapter: Adapter, tmp_path: Path
) -> None:
    """Demand 46: kills, cuts, full disks, wrong clocks, two agents, restarts."""
    name = adapter.connector.name
    with DoorServer() as server:
        lane = Lane(name, Shop(adapter), FakeOdoo(server), tmp_path, "everyday")
        try:
            found = lane.run(FAULTS)
        finally:
            lane.close()
    assert found.lost == found.doubled == found.stale == []
    assert found.broken == []
    assert sum(found.faults.values()) == FAULTS
    assert found.agents >= FAULTS
    assert found.records > 0


def test_a_file_that_is_exported_again_ends_equal_too(tmp_path: Path) -> None:
    with open_folder() as adapter, DoorServer() as server:
        lane = Lane("file", Shop(adapter), FakeOdoo(server), tmp_path, "everyday")
        try:
            found = lane.run(FAULTS * 3)
        finally:
            lane.close()
    assert found.lost == found.stale == found.broken == []
    assert found.records >= 60


def test_the_faults_are_spread_over_all_connectors_and_are_as_many_as_asked() -> None:
    plans = campaign.plans(1000, campaign.NAMES, real=True)
    assert sum(plan.faults for plan in plans) == 1000
    assert {plan.name for plan in plans if not plan.real} == set(campaign.NAMES)
    assert {"shopify", "magento", "prestashop", "woocommerce"} <= {
        plan.name for plan in plans if plan.real
    }
    assert {"sf", "kuaidi100"}.isdisjoint(plan.name for plan in plans if plan.real)
    assert min(p.faults for p in plans if p.name != "vendure") > 30
