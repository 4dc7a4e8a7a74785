"""What adapters of fakes share whose records lie in a store of tables."""

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from tests.connectors.adapters import Adapter

HUGE = 2**53 + 1
"""The first whole number that no float can be."""


class StoreAdapter(Adapter):
    """A fake with ``store.orders`` by id; the stream of orders.

    Attributes:
        key: turns the external id of an order into the key of the store.
        id_field: the field of an order that holds its id.
        huge: an id that no float can be.
    """

    stream = "orders"
    odd = frozenset({"huge ids", "times", "money", "unknown status"})
    key: Callable[[str], Any] = staticmethod(int)
    id_field = "id"
    huge: Any = HUGE

    def __init__(self, shop: Any) -> None:
        super().__init__()
        self.shop = shop
        self.store = shop.store
        self.faults = shop.faults
        self.random = random.Random(3)

    @abstractmethod
    def add_order(self, at: datetime | None = None, **changes: Any) -> str:
        """Place an order; return its id."""

    def noted(self, note: str) -> dict[str, Any]:
        """Return the fields of an order that carry a note."""
        return {"note": note}

    def ids(self) -> set[str]:
        """See :class:`Adapter`."""
        return {str(own) for own in self.store.orders}

    def add(self) -> str:
        """See :class:`Adapter`."""
        return self.add_order()

    def change(self, ids: Iterable[str]) -> str:
        """See :class:`Adapter`."""
        note = f"note {next(self.numbers)}"
        at = self.store.now()
        for each in ids:
            self.store.edit("orders", self.key(each), at, **self.noted(note))
        return note

    def remove(self, record_id: str) -> None:
        """See :class:`Adapter`."""
        self.store.delete("orders", self.key(record_id))

    def add_huge(self) -> str:
        """See :class:`Adapter`."""
        return self.add_order(**{self.id_field: self.huge})

    def add_at(self, at: datetime) -> str:
        """See :class:`Adapter`."""
        return self.add_order(at)
