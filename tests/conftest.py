"""Real servers for the tests: Odoo with the addon, a Vendure shop, a browser.

What a test starts ends with it; ports are free ones; databases have names of their own.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import structlog
from playwright.sync_api import sync_playwright

from scripts.dev import chromium, postgres, testbed, vendure
from scripts.dev.postgres import Connection
from scripts.dev.testbed import RunningOdoo
from scripts.dev.vendure import VendureShop

# help texts are made at import: the tests read English, whatever the machine speaks
os.environ["SYNC_AGENT_LANG"] = "en"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``scripts/test fault`` ask for more of the same."""
    parser.addoption(
        "--kills",
        type=int,
        default=20,
        help="how often the fault tests kill the agent (default 20)",
    )


MARKS = {
    "postgres_server": "odoo",
    "odoo_factory": "odoo",
    "odoo": "odoo",
    "shop": "shop",
    "browser": "browser",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the real servers of this file that it asks for."""
    for item in items:
        known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
        for name, mark in MARKS.items():
            used = known.get(name, ())
            if used and used[-1].func.__code__.co_filename == __file__:
                item.add_marker(mark)


@pytest.fixture(scope="session")
def kills(pytestconfig: pytest.Config) -> int:
    """How often a fault test shall kill the agent."""
    return int(pytestconfig.getoption("kills"))


@pytest.fixture(autouse=True)
def _logs_restored() -> Iterator[None]:
    """What a test sets up for the logs ends with it: the next one sees none of it."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Connection]:
    """The shared PostgreSQL of tests."""
    with postgres.lease() as connection:
        yield connection


@pytest.fixture(scope="session")
def odoo_factory(
    postgres_server: Connection,
) -> Iterator[Callable[..., RunningOdoo]]:
    """Start further Odoos, each with a database of its own; all end with the session.

    Keywords go to :func:`scripts.dev.testbed.running_odoo`.
    """
    with ExitStack() as stack:

        def start(label: str = "t", **options: Any) -> RunningOdoo:
            return stack.enter_context(
                testbed.running_odoo(postgres_server, label, **options)
            )

        yield start


@pytest.fixture(scope="module")
def odoo(postgres_server: Connection, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A running Odoo with the addon, fresh for each test module."""
    label = request.module.__name__.rpartition(".")[2].removeprefix("test_")[:20]
    with testbed.running_odoo(postgres_server, label) as running:
        yield running


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VendureShop]:
    """A running Vendure shop with the demo data, fresh for each test module."""
    with vendure.running_shop(tmp_path_factory.mktemp("vendure")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium under Playwright.

    Its absence fails the test with the command that installs it. It ends with the
    module, since it keeps an event loop in the main thread, beside which nothing else
    may begin one.
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(chromium.find()),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield running
        running.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh browser window of 1440 x 900."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()
