"""Workers that are killed at random: nothing lost, nothing doubled, never two at once.

``--kills 200`` (``scripts/test fault``) makes these tests ten times longer.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.dev.postgres import Connection
from scripts.dev.testbed import RunningOdoo
from tests.fakes.woocommerce.control import run_command
from tests.fault.conftest import Agents, assert_equal
from tests.worker_bed import PAGE_SIZE, Bed, bed
from tests.worker_processes import Workers, address, fresh_database, table, until

pytestmark = pytest.mark.fault

MACHINES = 3
ORDERS = 500
SHORTEST_S = 0.3
LONGEST_S = 3.0
LONGEST_WORK_S = 1.5


@pytest.fixture
def queue(postgres_server: Connection) -> Iterator[str]:
    with fresh_database(postgres_server) as name:
        yield address(postgres_server, name)


@pytest.fixture
def workers_of(tmp_path: Path) -> Iterator[Callable[[Path], Workers]]:
    """Give worker processes of a configuration; what is left is killed."""
    made: list[Workers] = []

    def start(config: Path) -> Workers:
        made.append(Workers(config, tmp_path))
        return made[-1]

    yield start
    for workers in made:
        workers.end()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Bed]:
    with bed(tmp_path, ORDERS) as laid:
        yield laid


def at_work(made: Bed, sizes: list[int], rng: random.Random) -> int:
    """Return the size of the pages of one who is at work, some time into it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        time.sleep(rng.uniform(0, LONGEST_WORK_S))
        found = [size for size in sizes if made.shop.at_work(size)]
        if found:
            return rng.choice(found)
    raise AssertionError("nobody is at work")


@pytest.mark.timeout(3600)
def test_killed_workers_never_two_at_once(
    made: Bed, queue: str, workers_of: Callable[[Path], Workers], kills: int
) -> None:
    """Demand 46: shop and door see one worker a stream; the door holds all, once."""
    made.shop.slow_s = 0.1
    # who is at work is known by the size of his pages
    configs = {
        size: made.config(queue, f"machine{size}", size)
        for size in range(PAGE_SIZE, PAGE_SIZE + MACHINES)
    }
    workers = workers_of(configs[PAGE_SIZE])
    running = {size: workers.start(config=path) for size, path in configs.items()}
    rng = random.Random(2026)
    for number in range(kills):
        size = at_work(made, list(running), rng)
        assert running[size].poll() is None
        workers.kill(running[size])
        if number % 2:
            run_command(made.shop, "add_orders", {"count": 3, "seed": number})
            made.door.cursors.clear()  # as a person resets the streams in Odoo
        running[size] = workers.start(config=configs[size])
    made.shop.slow_s = 0.01
    wanted = made.alone()
    until(lambda: made.held() >= wanted, workers.said, timeout_s=240)
    assert workers.stop() == [143] * MACHINES
    assert workers.said().count('"task_taken_back"') >= kills // 2
    assert made.held() == wanted
    assert made.interrupted() == []
    assert made.shop.overlaps() == {}
    assert '"internal_error"' not in workers.said()


@pytest.mark.timeout(3600)
@pytest.mark.odoo
def test_killed_workers(
    agents: Agents,
    odoo: RunningOdoo,
    queue: str,
    workers_of: Callable[[Path], Workers],
    kills: int,
) -> None:
    """Demand 46: a real Odoo ends equal to the shop, to the cent."""
    config, shop = agents.config(), agents.shop
    with config.open("a") as file:
        file.write(table(queue))
    workers = workers_of(config)

    rng = random.Random(2026)
    for _each in range(MACHINES):
        workers.start()
    for number in range(kills):
        time.sleep(rng.uniform(SHORTEST_S, LONGEST_S))
        workers.kill(rng.choice(workers.processes))
        workers.start()
        if number % 5 == 4:
            shop.command("add_orders", count=3, seed=number)
    assert workers.stop() == [143] * MACHINES
    assert "task_taken_back" in workers.said()
    code, printed = agents.finish(agents.start())
    assert code == 0, printed
    assert {run["state"] for run in printed["runs"]} == {"complete"}
    assert_equal(shop, odoo, "killed_workers")
