"""A fake WooCommerce shop: answers REST v3 as a real one did, and acts out traps."""

from tests.fakes.faults import Faults

from .seed import fill
from .server import KEY, SECRET, FakeShop
from .store import Store

__all__ = ["KEY", "SECRET", "FakeShop", "Faults", "Store", "fill"]
