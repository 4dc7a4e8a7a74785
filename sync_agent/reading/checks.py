"""Findings of ``sync-agent check`` that read the same for every shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sync_agent.errors import ExitCode, NeedsCredentials
from sync_agent.i18n import _
from sync_agent.port import CheckResult

MOST_CLOCK_DRIFT_S = 120


def clock_result(served_at: datetime | None, now: datetime) -> CheckResult:
    """Compare the shop's clock with the agent's.

    Args:
        served_at: the shop's clock in its last answer, aware; ``None`` if not told.
        now: the agent's clock, aware.
    """
    if served_at is None:
        return CheckResult(
            "clock",
            "warning",
            _("The platform does not tell its time."),
            _("Keep the clock of this machine right (NTP)."),
        )
    drift_s = abs((served_at - now).total_seconds())
    drift = f"{drift_s:.0f}"
    if drift_s > MOST_CLOCK_DRIFT_S:
        return CheckResult(
            "clock",
            "warning",
            _("The clocks of agent and platform differ by {drift} s.", drift=drift),
            _("Set both by NTP. Nothing is lost: the earlier clock is used."),
        )
    return CheckResult(
        "clock", "ok", _("The clocks agree within {drift} s.", drift=drift)
    )


def rights_result(name: str, count: Callable[[], int | None]) -> CheckResult:
    """Tell whether a list may be read.

    Args:
        name: of the list, e.g. ``orders``.
        count: asks for it; returns its length, ``None`` if the platform does not tell.
    """
    try:
        total = count()
    except NeedsCredentials as error:
        return CheckResult(
            name, "failed", error.message, error.remedy, ExitCode.CREDENTIALS
        )
    message = (
        _("May be read (some records).")
        if total is None
        else _("May be read ({total} records).", total=total)
    )
    return CheckResult(name, "ok", message)
