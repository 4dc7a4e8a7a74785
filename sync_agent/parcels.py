"""The parcels that carriers are asked about, page by page from the door."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from sync_agent.door import Door
from sync_agent.errors import Fatal
from sync_agent.i18n import _
from sync_agent.records.open_parcel import OpenParcel

PAGE = 1000


class DoorParcels:
    """Implements :class:`sync_agent.port.Parcels`.

    Args:
        code: of the source that asks.
        door: opens the way to Odoo; it is open while parcels are taken.
    """

    def __init__(
        self, code: str, door: Callable[[], AbstractContextManager[Door]]
    ) -> None:
        self._code = code
        self._door = door

    def __call__(
        self, *, after: str = "", numbers: Sequence[str] | None = None
    ) -> Iterator[OpenParcel]:
        """See :meth:`sync_agent.port.Parcels.__call__`."""
        at: str | None = after
        with self._door() as door:
            while at is not None:
                page = door.parcels(self._code, at, PAGE, numbers)
                yield from page.items
                if page.next is not None and page.next == at:
                    raise Fatal(
                        _("Odoo's list of parcels does not end."),
                        _("Update the addon crm_sme."),
                    )
                at = page.next
