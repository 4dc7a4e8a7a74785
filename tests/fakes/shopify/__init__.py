"""A fake Shopify: the Admin API on a loopback address, checked by Shopify's schema."""

from .seed import fill, order_row
from .server import CLIENT_ID, SECRET, FakeShopify
from .store import Store, bag

__all__ = ["CLIENT_ID", "SECRET", "FakeShopify", "Store", "bag", "fill", "order_row"]
