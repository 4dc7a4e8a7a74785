"""17TRACK, API v2.4: some 3,000 carriers, asked by number."""

from sync_agent.port import Connector

from .hook import make_hook
from .settings import EXAMPLE, QUESTIONS, Track17Settings
from .source import open_source

CONNECTOR = Connector(
    name="17track",
    title="17TRACK",
    settings=Track17Settings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
    hook=make_hook,
)
