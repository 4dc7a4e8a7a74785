"""Karrio: a server of one's own that asks many carriers."""

from sync_agent.port import Connector

from .hook import make_hook
from .settings import EXAMPLE, QUESTIONS, KarrioSettings
from .source import open_source

CONNECTOR = Connector(
    name="karrio",
    title="Karrio",
    settings=KarrioSettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
    hook=make_hook,
)
