"""SF Express 顺丰, its own open platform (Fengqiao)."""

from sync_agent.port import Connector

from .hook import make_hook
from .settings import EXAMPLE, QUESTIONS, SfSettings
from .source import open_source

CONNECTOR = Connector(
    name="sf",
    title="SF Express 顺丰",
    settings=SfSettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
    hook=make_hook,
)
