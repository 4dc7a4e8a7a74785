"""The plug between connectors and the agent: what a connector offers and is given.

A connector package ``sync_agent.connectors.<x>`` has a ``CONNECTOR: Connector`` and an
entry point in the group ``sync_agent.connectors``. It knows this module, the records,
the errors and the transport, nothing else of the agent.

Two ways of reading exist. A :class:`Stream` reads what changed since its cursor
(*delta*); :meth:`Source.keys` and :meth:`Source.fetch` tell the whole truth of a kind
(*reconcile*), which alone decides that a record is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict

from sync_agent.records import BadRecord, Envelope
from sync_agent.records.envelope import Kind, payload_hash
from sync_agent.records.open_parcel import OpenParcel

Json: TypeAlias = dict[str, Any]
Item: TypeAlias = Envelope | BadRecord


class Clock(Protocol):
    """The time, handed in so that tests need not wait."""

    def now(self) -> datetime:
        """Return the time now, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; a request to stop may end it early."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered.

    Attributes:
        status: HTTP status.
        headers: names are case-insensitive.
        body: parsed JSON: floats as ``Decimal``, integers exact; ``None`` if empty.
        served_at: the server's clock (``Date`` header), aware UTC, if it told.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    served_at: datetime | None


class Transport(Protocol):
    """One connection to one platform: time-outs, retries, rate budget, redaction."""

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Answer:
        """Send a request that only reads, again if need be; return the JSON answer.

        Args:
            method: ``GET``, ``POST``…
            path: joined to the base URL; an absolute URL of the same host is allowed.
            params: query; values of ``None`` are left out.
            json: body.
            form: body as a form, instead of ``json``.
            headers: more headers.
            accept: statuses beside 2xx that the caller handles itself (404, 400).

        Raises:
            Retryable: 429, 5xx, lost connection, broken body, after all retries.
            NeedsCredentials: 401 or 403.
            Fatal: any other status.
        """
        ...

    def lines(self, path: str, *, start: int = 0) -> Iterator[tuple[bytes, int]]:
        """Yield the lines of a large file, in bounded memory.

        A connection that is lost in the middle is made again from there.

        Args:
            path: as in :meth:`request`.
            start: byte to begin with, the first of a line.

        Yields:
            A line without its end, and the byte at which the next one begins.

        Raises:
            Retryable, NeedsCredentials, Fatal: as :meth:`request`.
        """
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class TransportFactory(Protocol):
    """Makes the transport of a connection."""

    def __call__(
        self,
        base_url: str,
        *,
        auth: Any = None,
        headers: Mapping[str, str] | None = None,
        secrets: Collection[str] = (),
        rate_per_s: float = 5.0,
        burst: int = 5,
        timeout_s: float = 60.0,
        verify: bool | str = True,
    ) -> Transport:
        """Return a transport.

        Args:
            base_url: e.g. ``https://shop.example/wp-json/wc/v3``.
            auth: what ``requests`` takes as ``auth``.
            headers: sent with each request.
            secrets: texts that never appear in a log or an error.
            rate_per_s: requests a second on average.
            burst: requests at once after a pause.
            timeout_s: longest wait for the next byte of an answer.
            verify: check of the TLS certificate, or the path of a CA bundle.
        """
        ...


class Parcels(Protocol):
    """Tells carriers' connectors which parcels to ask about."""

    def __call__(
        self, *, after: str = "", numbers: Sequence[str] | None = None
    ) -> Iterator[OpenParcel]:
        """Yield the parcels of the company's shops that are under way, by their id.

        Args:
            after: id of the last one seen.
            numbers: only parcels with these tracking numbers, then in any state.

        Raises:
            Retryable, NeedsCredentials, Fatal: of the way to Odoo.
        """
        ...


def no_parcels(
    *,
    after: str = "",  # noqa: ARG001  as it is called
    numbers: Sequence[str] | None = None,  # noqa: ARG001  as it is called
) -> Iterator[OpenParcel]:
    """Yield nothing: where no Odoo is at hand."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Tools:
    """What a connector is given when its source is opened.

    Attributes:
        parcels: for carriers.
    """

    clock: Clock
    transport: TransportFactory
    parcels: Parcels = no_parcels


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a stream and the cursor to keep once they are stored.

    Attributes:
        items: records in any order, readable or not; may be empty.
        cursor: JSON; reading goes on after these records with it. The cursor of the
            last page is the resting cursor: it holds the watermark of the next delta.
        expected: records that this reading will give in all, if the platform told.
    """

    items: Sequence[Item]
    cursor: Json
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A record of the platform in the reconcile.

    Attributes:
        version: as in :class:`Envelope`; ``None`` if the list does not tell it.
        hash: :func:`key_of` gives it from a whole record; ``None`` if not known. At
            least one of both is needed to notice a change.
    """

    external_id: str
    version: str | None = None
    hash: str | None = None


class Stream(Protocol):
    """Something of a source that is read with a cursor of its own.

    Attributes:
        name: ``[a-z0-9_.-]+``, e.g. ``orders``; unique in the source.
        kinds: kinds of the records that it yields.
    """

    @property
    def name(self) -> str:
        """See above."""
        ...

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """See above."""
        ...

    def read(
        self, cursor: Json | None, *, full: bool, started: datetime
    ) -> Iterator[Page]:
        """Yield what changed since ``cursor``, page by page, in bounded memory.

        The end of the iterator says *complete*: a reading that cannot show it raises
        ``Incomplete``. At least one page comes, also when nothing changed. A cursor
        of a page in the middle must let a new process go on from there.

        Args:
            cursor: the cursor of the last stored page; ``None``: never read.
            full: read everything anew; but when ``cursor`` is that of an unfinished
                full reading, go on with it. The first reading (``None``) is full.
            started: clock of the agent at the start; no watermark may pass it (nor
                the platform's own clock at that moment).
        """
        ...

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return up to when everything is known for sure, aware UTC."""
        ...


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of ``sync-agent check``.

    Attributes:
        name: what was checked, e.g. ``credentials``.
        state: a ``warning`` does not fail the check.
        message: what was found.
        remedy: what to do; empty when ``ok``.
        exit_code: of ``ExitCode``, for a failure.
    """

    name: str
    state: Literal["ok", "warning", "failed"]
    message: str
    remedy: str = ""
    exit_code: int = 0


class Source(Protocol):
    """An open connection to one shop, carrier or folder of files.

    Attributes:
        platform: name and version of the platform for the run's log, or ``""``.
        kinds: kinds that :meth:`keys` and :meth:`fetch` can tell the truth of, in the
            order of the reconcile; empty when there is no truth to ask for (files).
    """

    @property
    def platform(self) -> str:
        """See above."""
        ...

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """See above."""
        ...

    def streams(self) -> Sequence[Stream]:
        """Return all streams, the most urgent first (orders before reviews)."""
        ...

    def check(self) -> Iterator[CheckResult]:
        """Yield what a person wants to know: reachable, credentials, rights, clock.

        An ``AgentError`` raised here becomes a failed result with its remedy.
        """
        ...

    def keys(self, kind: Kind) -> Iterator[Key]:
        """Yield every record of a kind that the platform holds, each once or more.

        Raises:
            Incomplete: when it cannot show that it saw all of them.
        """
        ...

    def fetch(self, kind: Kind, external_ids: Sequence[str]) -> Iterator[Item]:
        """Yield the truth of single records, in any order.

        A record that the platform says does not exist is left out. One that cannot be
        read is a ``BadRecord``. Any doubt raises.
        """
        ...

    def close(self) -> None:
        """Free connections and files."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it came.

    Attributes:
        headers: names in lower case.
        query: of the address.
        body: raw: a signature is over these very bytes.
        received_at: aware UTC.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Trigger:
    """A record that a webhook says has changed; the truth is fetched afterwards.

    Attributes:
        payload: what came, where the platform cannot be asked again; then
            :meth:`Hook.items` reads it. ``None``: :meth:`Source.fetch` is asked.
    """

    kind: Kind
    external_id: str
    payload: Json | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a verified webhook means, and what the platform wants to hear.

    Attributes:
        triggers: none for what is of no interest (a ping).
        event: id of the event, the same when it is sent again; empty where the
            platform has none: then the body tells.
        body: of the answer with status 200.
        content_type: of that body.
        delay_s: so long the fetch waits, where the platform's own answers lag.
    """

    triggers: Sequence[Trigger] = ()
    event: str = ""
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    delay_s: float = 0.0


class Hook(Protocol):
    """How a connector understands the webhooks of its platform."""

    def read(self, delivery: Delivery) -> Receipt:
        """Verify a delivery and return what it means; talks to nobody.

        Raises:
            Forged: the signature is missing or wrong.
            Rejected: signed, but it cannot be understood.
        """
        ...

    def items(self, trigger: Trigger) -> Iterator[Item]:
        """Yield the records in the payload of a trigger that has one."""
        ...


class ConnectorSettings(BaseModel):
    """Base of the settings of a connector: frozen, unknown keys are errors.

    Secrets are ``pydantic.SecretStr``; the agent has resolved ``env:`` and ``file:``
    before. The keys ``connector``, ``name`` and ``enabled`` of the table belong to the
    agent and are taken out before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class Connector:
    """A kind of source that the agent can read.

    Attributes:
        name: as in the entry point and in ``connector = "…"``.
        title: for people.
        settings: model of the TOML table ``[sources.<code>]``.
        example: commented TOML lines of that table without its head, for ``init`` and
            the documentation; a secret stands as ``"env:NAME"``.
        open: makes the source; does not talk to the platform yet.
        questions: settings that ``init`` asks for, in order: (key, question); those
            whose key is a ``SecretStr`` are asked without echo.
        hook: makes what reads the platform's webhooks; ``None``: it sends none.
    """

    name: str
    title: str
    settings: type[ConnectorSettings]
    example: str
    open: Callable[[Any, Tools], Source]
    questions: Sequence[tuple[str, str]] = field(default=())
    hook: Callable[[Any, Clock], Hook] | None = None


def key_of(envelope: Envelope) -> Key:
    """Return the key of a whole record, with the hash that the door keeps."""
    wire = None if envelope.data is None else envelope.data.to_wire()
    return Key(envelope.external_id, envelope.version, payload_hash(wire))
