"""Measure: ``scripts/bench ingest`` and ``scripts/bench agent``."""

import argparse
import json
import sys

from rich.console import Console

from ..errors import SetupError
from . import agent_cost, ingest


def main() -> int:
    """Parse the command line, measure, print; give the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    for name, text in (
        ("ingest", "the agent beside odoorpc and the ORM, records a second"),
        ("agent", "CPU and memory of the agent for 1,500 orders from a fake shop"),
    ):
        part = parts.add_parser(name, help=text)
        part.add_argument("--json", action="store_true", help="print one JSON object")
        part.add_argument("--check", action="store_true", help="1 if a goal is missed")
        part.add_argument("--rounds", type=int, default=3, help="medians are taken")
        if name == "ingest":
            part.add_argument("--scale", type=float, default=1.0, help="0.1: quick")
    chosen = parser.parse_args()
    console = Console(stderr=chosen.json)
    try:
        if chosen.part == "ingest":
            found = ingest.measure(
                rounds=chosen.rounds, scale=chosen.scale, console=console
            )
            show, goals = ingest.show, ingest.goals(found)
        else:
            found = agent_cost.measure(rounds=chosen.rounds, console=console)
            show, goals = agent_cost.show, agent_cost.goals(found)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps(found))
    else:
        show(found, console)
    return int(chosen.check and not all(reached for *_, reached in goals))


if __name__ == "__main__":
    sys.exit(main())
