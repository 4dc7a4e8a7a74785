"""A fake Medusa server: its admin API with its traps, in memory."""

from .seed import fill, order_row
from .server import FakeMedusa
from .store import KEY, Store

__all__ = ["KEY", "FakeMedusa", "Store", "fill", "order_row"]
