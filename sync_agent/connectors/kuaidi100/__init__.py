"""Kuaidi100 快递100: the carriers of China, asked number by number."""

from sync_agent.port import Connector

from .hook import make_hook
from .settings import EXAMPLE, QUESTIONS, Kuaidi100Settings
from .source import open_source

CONNECTOR = Connector(
    name="kuaidi100",
    title="快递100",
    settings=Kuaidi100Settings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
    hook=make_hook,
)
