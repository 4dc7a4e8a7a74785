"""Vendure 3, admin API: customers, variants, orders, refunds and fulfilments."""

from sync_agent.port import Connector

from .settings import EXAMPLE, QUESTIONS, VendureSettings
from .source import open_source

CONNECTOR = Connector(
    name="vendure",
    title="Vendure",
    settings=VendureSettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
)
