"""A fake PrestaShop shop: answers its webservice and acts out its traps."""

from tests.fakes.faults import Faults

from .seed import fill, place
from .server import KEY, FakePrestaShop
from .store import Store

__all__ = ["KEY", "FakePrestaShop", "Faults", "Store", "fill", "place"]
