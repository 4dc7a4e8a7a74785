"""EasyPost: some 100 carriers, asked by number."""

from sync_agent.port import Connector

from .hook import make_hook
from .settings import EXAMPLE, QUESTIONS, EasyPostSettings
from .source import open_source

CONNECTOR = Connector(
    name="easypost",
    title="EasyPost",
    settings=EasyPostSettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
    hook=make_hook,
)
