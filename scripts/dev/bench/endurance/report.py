"""``scripts/bench endurance``: the fault campaign, and rivals reading the same fake."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from . import campaign, rivalry

Result = dict[str, Any]


def measure(
    *, faults: int, seed: int, real: bool, rivals: bool, console: Console
) -> Result:
    """Run the parts asked for; no faults leave the campaign out."""
    found: Result = {}
    if faults:
        found["faults"] = campaign.measure(
            faults=faults, seed=seed, real=real, console=console
        )
    if rivals:
        found["rivals"] = rivalry.measure(console)
    return found


def goals(found: Result) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figure, reached)."""
    rows = []
    if "faults" in found:
        rows += campaign.goals(found["faults"])
    if "rivals" in found:
        rows += rivalry.goals(found["rivals"])
    return rows


def show(found: Result, console: Console) -> None:
    """Print tables for people."""
    if "faults" in found:
        campaign.show(found["faults"], console)
    if "rivals" in found:
        rivalry.show(found["rivals"], console)
    for what, figures, reached in goals(found):
        console.print(f"{'reached' if reached else 'MISSED'}  {what}: {figures}")
