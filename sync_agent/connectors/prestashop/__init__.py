"""PrestaShop, webservice: customers, products, orders, credit slips, parcels."""

from sync_agent.port import Connector

from .settings import EXAMPLE, QUESTIONS, PrestaShopSettings
from .source import open_source

CONNECTOR = Connector(
    name="prestashop",
    title="PrestaShop",
    settings=PrestaShopSettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
)
