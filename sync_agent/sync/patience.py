"""How long a source or stream is left alone after something went wrong with it."""

from __future__ import annotations

from sync_agent.errors import AgentError, NeedsCredentials

PAUSE_WITHOUT_CREDENTIALS_S = 1800.0
"""A refused key is not tried every few minutes: shops lock such callers out."""
LONGEST_WITHOUT_CREDENTIALS_S = 86_400.0
"""After that a refused key is tried once more, even if nobody has seen to it."""
DOWN_AFTER = 3
"""Readings of a source that fail one after the other until it counts as down."""
LONGEST_DOWN_S = 3600.0


def pause_when_down(failures: int, minutes: int) -> float:
    """Return how long a source that is down is left alone: longer each time.

    Args:
        failures: readings that failed one after the other.
        minutes: between two readings of a source that is well.

    Returns:
        Seconds; 0 while it does not yet count as down.
    """
    over = failures - DOWN_AFTER
    if over < 0:
        return 0.0
    return min(minutes * 60 * 2.0 ** min(over + 1, 10), LONGEST_DOWN_S)


def pause_asked(error: AgentError) -> float:
    """Return how many seconds an error asks to wait."""
    after = getattr(error, "after", None) or 0.0
    if isinstance(error, NeedsCredentials):
        return max(after, PAUSE_WITHOUT_CREDENTIALS_S)
    return float(after)
