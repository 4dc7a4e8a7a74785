"""HTTP to a PrestaShop shop (webservice): what to ask, and what refusals mean.

The key travels in the ``Authorization`` header only: in the address it would land in
the logs of servers. Lists are asked for ids above one, in the order of ids: the
webservice tells no total, and pages ordered by date lose rows whose stamps tie.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable
from sync_agent.i18n import N_, _
from sync_agent.port import Answer, Json, Tools, Transport
from sync_agent.transport.retry import BadBody
from sync_agent.transport.walk import Slice, walk_after

from .settings import PrestaShopSettings

AT_ONCE = 100
"""Ids in one question: an address has its longest length."""
_JOINED = 1000
"""Rows of a page of what hangs on other rows."""
_REFUSALS = (400, 405)
_UNAUTHORIZED, _NO_GET = 401, 405
_STRIPPED = N_(
    "The shop's server strips the Authorization header: ask its host to pass it on "
    "(CGI and FastCGI need a rule for it in .htaccess)."
)
_PLURAL = {"order_slip": "order_slips"}
"""Lists whose answer has another name than their address."""

_AUTH_REMEDIES = (
    (
        "not active",
        N_("The key of the webservice is switched off."),
        N_("Enable it in PrestaShop > Advanced Parameters > Webservice."),
    ),
    (
        "key is empty",
        N_("The shop did not get the key."),
        _STRIPPED,
    ),
    (
        "key format",
        N_("The key has the wrong form."),
        N_("Copy all 32 characters of it from the shop."),
    ),
    (
        "no permission",
        N_("The key may read nothing."),
        N_("Give it the permission View (GET) in the shop."),
    ),
    (
        "does not exist",
        N_("The shop does not know the key."),
        N_("It was deleted or belongs to another shop; make a key and write it here."),
    ),
)


class MissingRight(NeedsCredentials):
    """The key is good, but may not read one list."""


def said_by(body: Any) -> str:
    """Return the messages of a refusal."""
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list):
        return ""
    said = [str(each.get("message", "")) for each in errors if isinstance(each, dict)]
    return " ".join(filter(None, said))[:200]


def refusal(status: int, body: Any, resource: str) -> AgentError:
    """Return the error for a refused request, with what a person can do.

    Args:
        status: 400, 401 or 405.
        body: JSON of PrestaShop: ``errors`` with ``code`` and ``message``.
        resource: that was asked for.
    """
    said = said_by(body)
    if status in (_UNAUTHORIZED, _NO_GET):
        if "not allowed" in said.lower():
            return MissingRight(
                _("The key may not read {resource}.", resource=resource),
                _(
                    "Tick View (GET) for {resource} at the key in PrestaShop > "
                    "Advanced Parameters > Webservice.",
                    resource=resource,
                ),
            )
        for sign, message, remedy in _AUTH_REMEDIES:
            if sign in said.lower():
                return NeedsCredentials(_(message), _(remedy))
        return NeedsCredentials(
            _("The shop refused the key ({status}: {said}).", status=status, said=said),
            _("Check the key in the settings and in the shop, and that it is enabled."),
        )
    return Fatal(
        _("The shop refused the request ({status}: {said}).", status=status, said=said),
        _("An update or a module of the shop may have changed its API; report this."),
    )


class PrestaShopClient:
    """A shop, seen through its webservice."""

    def __init__(self, settings: PrestaShopSettings, tools: Tools) -> None:
        key = settings.key.get_secret_value()
        self.page_size = settings.page_size
        self.served_at: datetime | None = None
        self._http: Transport = settings.connect(
            tools,
            settings.base_url,
            auth=(key, ""),
            secrets=(key, b64encode(f"{key}:".encode()).decode()),
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def slice(
        self,
        resource: str,
        filters: Mapping[str, str] | None = None,
        *,
        after: int | None = None,
        limit: int | None = None,
        display: str = "full",
        order: str = "id_ASC",
    ) -> Slice[Json]:
        """Return the first rows above an id, in the order of ids.

        Args:
            resource: list.
            filters: column -> what must hold, in the words of the webservice.
            after: id.
            limit: rows at most; ``None``: a page.
            display: columns.
            order: of the rows.

        Raises:
            NeedsCredentials, Fatal: see :func:`refusal`.
            Retryable: the transport gave up, or the answer has an odd form.
        """
        wanted = dict(filters or {})
        if after is not None:
            wanted["id"] = f">[{after}]"
        params = {
            "output_format": "JSON",
            "display": display,
            "sort": f"[{order}]",
            "limit": f"0,{limit or self.page_size}",
            **{f"filter[{name}]": value for name, value in wanted.items()},
        }
        if any(name.startswith("date_") for name in wanted):
            # without it the webservice does not compare dates
            params["date"] = "1"
        answer = self._ask(resource, params)
        if answer.status in (*_REFUSALS, _UNAUTHORIZED):
            raise refusal(answer.status, answer.body, resource)
        self.served_at = answer.served_at
        return Slice(_rows(answer.body, resource))

    def _ask(self, resource: str, params: Mapping[str, str]) -> Answer:
        """Return an answer; where a key is refused, that which tells why."""
        try:
            return self._http.request("GET", resource, params=params, accept=_REFUSALS)
        except NeedsCredentials:
            accept = (*_REFUSALS, _UNAUTHORIZED)
        try:
            return self._http.request("GET", resource, params=params, accept=accept)
        except BadBody:  # plain text, before PrestaShop looked for a key
            raise NeedsCredentials(
                _("The shop did not get the key."), _(_STRIPPED)
            ) from None

    def pages(
        self, resource: str, filters: Mapping[str, str] | None = None
    ) -> Iterator[Sequence[Json]]:
        """Yield a whole list, page by page."""

        def rows(after: int | None) -> Slice[Json]:
            return self.slice(resource, filters, after=after)

        for step in walk_after(rows, row_id):
            yield step.rows

    def all(self, resource: str) -> list[Json]:
        """Return a list that is short in every shop."""
        return list(self._joined(resource, {}))

    def of(
        self, resource: str, field: str, ids: Iterable[object], display: str = "full"
    ) -> list[Json]:
        """Return the rows whose field is one of these ids, in few requests."""
        texts = filter(str.isdecimal, map(str, ids))
        wanted = sorted({int(each) for each in texts} - {0})
        found: list[Json] = []
        for start in range(0, len(wanted), AT_ONCE):
            some = "|".join(map(str, wanted[start : start + AT_ONCE]))
            found += self._joined(resource, {field: f"[{some}]"}, display)
        return found

    def _joined(
        self, resource: str, filters: Mapping[str, str], display: str = "full"
    ) -> Iterator[Json]:
        def rows(after: int | None) -> Slice[Json]:
            found = self.slice(
                resource, filters, after=after, limit=_JOINED, display=display
            )
            return Slice(found.rows, last=len(found.rows) < _JOINED)

        for step in walk_after(rows, row_id):
            yield from step.rows


def row_id(row: Json) -> int:
    """Return the id, the key of every list."""
    return int(row["id"])


def _rows(body: Any, resource: str) -> list[Json]:
    """Return the rows of an answer; an empty list comes as ``[]``."""
    rows = body.get(_PLURAL.get(resource, resource)) if isinstance(body, dict) else body
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and str(row.get("id", "")).isdigit() for row in rows
    ):
        raise Retryable(
            _("The shop's answer for {path} has an unexpected form.", path=resource),
            _(
                "PHP may have failed in the shop (its log tells), or a module changed "
                "it; it is tried again at the next run."
            ),
        )
    return rows
