"""A Kuaidi100 account as a source."""

from __future__ import annotations

from typing import Any

from sync_agent.port import Tools
from sync_agent.reading.tracking import TrackingSource

from .client import Kuaidi100Client


def open_source(settings: Any, tools: Tools) -> TrackingSource:
    """Return the source for settings of a TOML table; does not talk to Kuaidi100."""
    client = Kuaidi100Client(settings, tools)
    return TrackingSource(client, settings, tools.parcels, tools.clock)
