"""Whatever happens to the agent, Odoo ends equal to the shop.

``--kills 200`` (``scripts/test fault``) makes the first test ten times longer.
"""

from __future__ import annotations

import random
import signal
import subprocess
import time

import pytest

from scripts.dev.testbed import RunningOdoo
from tests.fakes.dropping_proxy import DroppingProxy
from tests.fault.conftest import Agents, ShopProcess, assert_equal

pytestmark = [pytest.mark.fault, pytest.mark.odoo]

SHORTEST_LIFE_S = 0.5
LONGEST_LIFE_S = 2.5


def test_killed_agents(
    agents: Agents, odoo: RunningOdoo, shop_process: ShopProcess, kills: int
) -> None:
    """Demand 46: SIGKILL at random moments loses nothing and doubles nothing."""
    rng = random.Random(2026)
    killed = finished = 0
    while killed < kills:
        # once all is read, it is read again: kills then fall into known records
        process = agents.start(*(["--full"] if finished else []))
        try:
            process.wait(timeout=rng.uniform(SHORTEST_LIFE_S, LONGEST_LIFE_S))
            finished += 1
            assert process.returncode == 0
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        assert process.stdout is not None
        process.stdout.close()
        if killed % 5 == 4:
            shop_process.command("add_orders", count=3, seed=killed)
    code, printed = agents.finish(agents.start())
    assert code == 0, printed
    assert {run["state"] for run in printed["runs"]} == {"complete"}
    assert_equal(shop_process, odoo, "killed_agents")


def test_two_agents_at_once(
    agents: Agents, odoo: RunningOdoo, shop_process: ShopProcess
) -> None:
    """Demand 46: two agents on one source never undo each other."""
    pair = [agents.start(), agents.start()]
    ended = [agents.finish(process) for process in pair]
    assert {code for code, _printed in ended} <= {0, 7}
    assert sum(run["conflicts"] for _code, p in ended for run in p["runs"]) > 0
    code, printed = agents.finish(agents.start())
    assert code == 0, printed
    assert_equal(shop_process, odoo, "two_agents_at_once")


def test_answers_dropped(
    agents: Agents, odoo: RunningOdoo, shop_process: ShopProcess
) -> None:
    """Demand 46: an answer that is lost after the commit doubles nothing."""
    rng = random.Random(7)

    def drop(_number: int, path: str) -> bool:
        return path.endswith("/push") and rng.random() < 0.25

    with DroppingProxy(odoo.url, drop) as proxy:
        code, printed = agents.finish(agents.start(odoo_url=proxy.url))
        assert code == 0, printed
        assert proxy.dropped > 5
    created = sum(run["counts"].get("created", 0) for run in printed["runs"])
    assert created > 3000
    assert_equal(shop_process, odoo, "answers_dropped")


def test_polite_stop(
    agents: Agents, odoo: RunningOdoo, shop_process: ShopProcess
) -> None:
    """SIGTERM ends the agent with its own exit code after the batch in hand."""
    process = agents.start()
    while not _has_orders(odoo, "polite_stop") and process.poll() is None:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    code, printed = agents.finish(process)
    assert code == 143
    assert "Start it again" in printed["runs"][-1]["error"]["remedy"]
    code, printed = agents.finish(agents.start())
    assert code == 0, printed
    assert_equal(shop_process, odoo, "polite_stop")


def _has_orders(odoo: RunningOdoo, code: str) -> bool:
    source = f"(select id from sme_source where code = '{code}')"
    return bool(odoo.sql(f"select 1 from sme_order where source_id = {source} limit 1"))
