"""Medusa 2, admin API: customers, variants, orders, refunds and fulfilments."""

from sync_agent.port import Connector

from .settings import EXAMPLE, QUESTIONS, MedusaSettings
from .source import open_source

CONNECTOR = Connector(
    name="medusa",
    title="Medusa 2",
    settings=MedusaSettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
)
