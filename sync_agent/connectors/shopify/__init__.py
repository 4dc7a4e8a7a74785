"""Shopify, GraphQL Admin API: customers, products, orders, refunds, parcels, carts."""

from sync_agent.port import Connector

from .hook import make_hook
from .settings import EXAMPLE, QUESTIONS, ShopifySettings
from .source import open_source

CONNECTOR = Connector(
    name="shopify",
    title="Shopify",
    settings=ShopifySettings,
    example=EXAMPLE,
    open=open_source,
    questions=QUESTIONS,
    hook=make_hook,
)
