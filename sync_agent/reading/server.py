"""What sources behind a server share: settings of the connection, the whole truth."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import Field

from sync_agent.i18n import _
from sync_agent.port import (
    ConnectorSettings,
    Item,
    Key,
    Tools,
    Transport,
    key_of,
)
from sync_agent.records import BadRecord
from sync_agent.records.envelope import Kind


class ServerSettings(ConnectorSettings):
    """Settings of a connection.

    Attributes:
        rate_per_s: requests a second on average.
        burst: requests at once after a pause.
        timeout_s: longest wait for the next byte of an answer.
        verify: check of the TLS certificate, or the path of a CA bundle.
    """

    rate_per_s: float = Field(default=5.0, gt=0)
    burst: int = Field(default=5, ge=1)
    timeout_s: float = Field(default=60.0, gt=0)
    verify: bool | str = True

    def connect(
        self,
        tools: Tools,
        base_url: str,
        *,
        auth: Any = None,
        headers: Mapping[str, str] | None = None,
        secrets: Collection[str] = (),
    ) -> Transport:
        """Return a connection, see :class:`sync_agent.port.TransportFactory`."""
        return tools.transport(
            base_url,
            auth=auth,
            headers=headers,
            secrets=secrets,
            rate_per_s=self.rate_per_s,
            burst=self.burst,
            timeout_s=self.timeout_s,
            verify=self.verify,
        )


def checked_address(value: str, *, example: str, secrets: str) -> str:
    """Return an address without white space and slashes at its end.

    Args:
        value: as the user wrote it.
        example: a right one.
        secrets: names of the settings where keys belong instead of the address.

    Raises:
        ValueError: no http(s) address, or one with a user, password or query.
    """
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(_("write the whole address, e.g. {example}", example=example))
    if parts.username or parts.password or parts.query:
        raise ValueError(
            _("no keys in the address: they belong into {secrets}", secrets=secrets)
        )
    return value.strip().rstrip("/")


class _Closable(Protocol):
    def close(self) -> None: ...


class ServerSource(ABC):
    """A source whose reconcile reads whole records."""

    kinds: tuple[Kind, ...] = ()

    def __init__(self, client: _Closable) -> None:
        self._connection = client

    @abstractmethod
    def _all(self, kind: Kind) -> Iterable[Item]:
        """Yield every record of a kind; any doubt raises ``Incomplete``."""

    @abstractmethod
    def _some(self, kind: Kind, ids: Sequence[str]) -> Iterable[Item]:
        """Yield the records of these ids that exist."""

    def keys(self, kind: Kind) -> Iterator[Key]:
        """See :meth:`sync_agent.port.Source.keys`."""
        for item in self._all(kind):
            if isinstance(item, BadRecord):
                yield Key(item.external_id, item.version)
            else:
                yield key_of(item)

    def fetch(self, kind: Kind, external_ids: Sequence[str]) -> Iterator[Item]:
        """See :meth:`sync_agent.port.Source.fetch`."""
        yield from self._some(kind, sorted(set(external_ids)))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
