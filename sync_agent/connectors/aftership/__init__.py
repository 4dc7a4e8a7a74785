"""AfterShip, Tracking API 2025-01: some 1,300 carriers, asked by number."""

from sync_agent.port import Connector

from .hook import make_hook
from .settings import EXAMPLE, QUESTIONS, AfterShipSettings
from .source import open_source

CONNECTOR = Connector(
    name="aftership",
    title="AfterShip",
    settings=AfterShipSettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
    hook=make_hook,
)
