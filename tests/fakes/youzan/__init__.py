"""A fake Youzan shop: answers the open API and acts out its traps."""

from .auth import CLIENT_ID, SECRET, SHOP
from .seed import fill, order_row
from .server import FakeYouzan
from .store import Store

__all__ = ["CLIENT_ID", "SECRET", "SHOP", "FakeYouzan", "Store", "fill", "order_row"]
