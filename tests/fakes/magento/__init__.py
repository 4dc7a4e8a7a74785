"""A fake Magento shop: answers REST V1 and acts out its traps."""

from tests.fakes.faults import Faults

from .auth import INTEGRATION, PASSWORD, USERNAME
from .seed import fill, order_row
from .server import FakeMagento
from .store import Store

__all__ = [
    "INTEGRATION",
    "PASSWORD",
    "USERNAME",
    "FakeMagento",
    "Faults",
    "Store",
    "fill",
    "order_row",
]
