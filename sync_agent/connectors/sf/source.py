"""An account at SF Express as a source."""

from __future__ import annotations

from typing import Any

from sync_agent.port import Tools
from sync_agent.reading.tracking import TrackingSource

from .client import SfClient


def open_source(settings: Any, tools: Tools) -> TrackingSource:
    """Return the source for settings of a TOML table; does not talk to SF."""
    client = SfClient(settings, tools)
    return TrackingSource(client, settings, tools.parcels, tools.clock)
