"""The command `scripts/test`: prepare what tests need, then run pytest once."""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from . import (
    cache,
    chromium,
    odoo_server,
    odoo_source,
    postgres,
    progress,
    testbed,
    vendure,
    venvs,
)
from .errors import SetupError, main_with_remedy

FAULT_KILLS = 200


@dataclass(frozen=True)
class Part:
    """What one part of the suite selects, and what it needs."""

    help: str
    select: tuple[str, ...]
    needs_odoo: bool = True
    needs_testbed: bool = False
    needs_shop: bool = False
    needs_browser: bool = False


AGENT_COVERAGE = (
    "--cov=sync_agent",
    "--cov-branch",
    "--cov-report=term-missing:skip-covered",
)
PARTS = {
    "all": Part(
        "everything but the live servers and the long fault runs",
        ("tests", "addons", "-m", "not live", "--addon-coverage", *AGENT_COVERAGE),
        needs_testbed=True,
        needs_shop=True,
        needs_browser=True,
    ),
    "lint": Part("all checkers", ("tests/lint",), needs_odoo=False),
    "agent": Part(
        "the agent without real servers",
        (
            *("tests", "--ignore=tests/lint"),
            *("-m", "not odoo and not shop and not browser and not live"),
        ),
        needs_odoo=False,
    ),
    "addon": Part(
        "the addon's tests inside Odoo",
        ("addons", "--addon-coverage"),
        needs_browser=True,
    ),
    "e2e": Part(
        "the agent against real Odoo and a real Vendure",
        (
            *("tests", "-m"),
            "(odoo or shop) and not (browser or live or fault)",
        ),
        needs_testbed=True,
        needs_shop=True,
    ),
    "browser": Part(
        "tours in Chromium",
        ("tests", "-m", "browser and not live"),
        needs_testbed=True,
        needs_shop=True,
        needs_browser=True,
    ),
    "fault": Part(
        f"kills and cuts, {FAULT_KILLS} times",
        ("tests", "-m", "fault and not live", f"--kills={FAULT_KILLS}"),
        needs_testbed=True,
        needs_shop=True,
    ),
    "live": Part("other real servers", ("tests", "-m", "live"), needs_testbed=True),
}


def parser() -> argparse.ArgumentParser:
    """Build the command line of `scripts/test`."""
    result = argparse.ArgumentParser(
        prog="scripts/test",
        description="Test everything, or one part.",
        epilog="Arguments after -- go to pytest: scripts/test agent -- -k money -x",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    listed = "; ".join(f"{name}: {part.help}" for name, part in PARTS.items())
    result.add_argument("part", nargs="?", default="all", choices=PARTS, help=listed)
    return result


def prepare(part: Part) -> None:
    """Bring what the part needs, slow things side by side, before pytest counts."""
    venvs.check_python()
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting = []
        if part.needs_browser:
            waiting.append(pool.submit(chromium.ensure))
        if part.needs_odoo:
            waiting.append(pool.submit(odoo_source.odoo_source))
        venvs.agent_python()
        if part.needs_odoo:
            venvs.odoo_python()
        for each in waiting:
            each.result()
    if part.needs_shop:
        vendure.snapshot()


def main() -> int:
    """Run one part; the output ends with pytest's own summary line."""
    arguments, more = sys.argv[1:], []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, more = arguments[:at], arguments[at + 1 :]
    part = PARTS[parser().parse_args(arguments).part]
    prepare(part)
    command = [str(venvs.agent_python()), "-m", "pytest", *part.select, *more]
    progress.say(f"* pytest {' '.join([*part.select, *more])}")
    environment = os.environ | {
        "COVERAGE_FILE": str(cache.clone_folder() / "agent.coverage"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if not part.needs_odoo:
        return _pytest(command, environment)
    # Held here too, so that the server does not stop and start between tests.
    with postgres.lease() as connection:
        odoo_server.template(connection)
        if part.needs_testbed:
            _make_testbed(connection)
        return _pytest(command, environment)


def _make_testbed(connection: postgres.Connection) -> None:
    """Make what tests copy before their clocks run."""
    try:
        testbed.prepared(connection)
    except SetupError as error:
        # An addon that cannot be installed is for the tests to report.
        progress.say(f"The addon cannot be installed: {error}")


def _pytest(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(
        command, cwd=cache.REPOSITORY, env=environment, check=False
    ).returncode


if __name__ == "__main__":
    main_with_remedy(main)
