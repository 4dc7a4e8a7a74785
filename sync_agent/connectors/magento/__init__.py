"""Magento 2 / Adobe Commerce, REST V1: customers, goods, orders, refunds."""

from sync_agent.port import Connector

from .settings import EXAMPLE, QUESTIONS, MagentoSettings
from .source import open_source

CONNECTOR = Connector(
    name="magento",
    title="Magento 2 / Adobe Commerce",
    settings=MagentoSettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
)
