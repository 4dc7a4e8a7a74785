"""Measure how fast, lean and sound it is: one part of ``scripts/bench`` each."""

import argparse
import json
import sys
from typing import Any

from rich.console import Console

from ..errors import SetupError
from . import agent_cost, care, flood, ingest, metrics, screens, soak
from .endurance import report as endurance
from .endurance.campaign import FAULTS_IN_ALL

PARTS = {
    "ingest": "the agent beside odoorpc and the ORM, records a second",
    "agent": "CPU and memory of the agent for 1,500 orders from a fake shop",
    "endurance": "random faults over all connectors; what they lost or doubled",
    "flood": "a thousand webhooks a second; orders during a wave of others",
    "soak": "one agent, 200,000 records: memory and open files",
    "metrics": "the customers' figures beside ntile, pandas and lifetimes",
    "care": "planning of the care plans, and e-mails beside Odoo's own",
    "screens": "what people open, milliseconds, beside plain Odoo",
}
# Customers and orders.
SIZES = {
    "metrics": (1_000_000, 5_000_000),
    "care": (1_000_000, 5_000_000),
    "screens": (300_000, 1_000_000),
}

ROUNDS = {"type": int, "default": 3, "help": "medians are taken"}
SWITCH = {"action": "store_true"}
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "agent": {"--rounds": ROUNDS},
    "ingest": {
        "--rounds": ROUNDS,
        "--scale": {"type": float, "default": 1.0, "help": "0.1: quick"},
    },
    "endurance": {
        "--faults": {"type": int, "default": FAULTS_IN_ALL, "help": "0: only rivals"},
        "--seed": {"type": int, "default": 1},
        "--no-odoo": {**SWITCH, "help": "push into the fake door only"},
        "--no-rivals": {**SWITCH, "help": "leave the rivals out"},
    },
    "flood": {
        "--rate": {"type": int, "default": flood.RATE, "help": "events a second"},
        "--seconds": {"type": float, "default": flood.SECONDS},
    },
    "metrics": {"--no-lifetimes": {**SWITCH, "help": "leave the slowest out"}},
    "care": {"--mails": {"type": int, "default": care.MAILS}},
    "screens": {"--calls": {"type": int, "default": 30, "help": "of each kind"}},
    "soak": {"--records": {"type": int, "default": soak.RECORDS}},
}
# The module of each part and the options that it is given.
MODULES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "agent": (agent_cost, ("rounds",)),
    "care": (care, ("customers", "orders", "mails")),
    "endurance": (endurance, ("faults", "seed")),
    "flood": (flood, ("rate", "seconds")),
    "ingest": (ingest, ("rounds", "scale")),
    "metrics": (metrics, ("customers", "orders")),
    "soak": (soak, ("records",)),
    "screens": (screens, ("customers", "orders", "calls")),
}


def main() -> int:
    """Parse the command line, measure, print; give the exit code."""
    chosen = _parser().parse_args()
    console = Console(stderr=chosen.json)
    try:
        part, found = _measure(chosen, console)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps(found))
    else:
        part.show(found, console)
    reached = all(reached for *_, reached in part.goals(found))
    return int(chosen.check and not reached)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    for name, text in PARTS.items():
        part = parts.add_parser(name, help=text)
        part.add_argument("--json", action="store_true", help="print one JSON object")
        part.add_argument("--check", action="store_true", help="1 if a goal is missed")
        if name in SIZES:
            customers, orders = SIZES[name]
            part.add_argument("--customers", type=int, default=customers)
            part.add_argument("--orders", type=int, default=orders)
        for option, given in OPTIONS.get(name, {}).items():
            part.add_argument(option, **given)
    return parser


def _measure(chosen: argparse.Namespace, console: Console) -> tuple[Any, Any]:
    """Give the module that shows it, and what was found."""
    module, given = MODULES[chosen.part]
    options = {name: getattr(chosen, name) for name in given}
    if chosen.part == "metrics":
        options["lifetimes"] = not chosen.no_lifetimes
    if chosen.part == "endurance":
        options |= {"real": not chosen.no_odoo, "rivals": not chosen.no_rivals}
    return module, module.measure(**options, console=console)


if __name__ == "__main__":
    sys.exit(main())
