"""Youzan 有赞, open API: orders, refunds, parcels, products, customers, messages."""

from sync_agent.port import Connector

from .hook import make_hook
from .settings import EXAMPLE, QUESTIONS, YouzanSettings
from .source import open_source

CONNECTOR = Connector(
    name="youzan",
    title="Youzan 有赞",
    settings=YouzanSettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
    hook=make_hook,
)
