"""HTTP to a Magento shop (REST V1): what to ask, and what refusals mean.

Lists are asked for ids above one, in the order of ids, and always for their first
page: a page past the end repeats the last one for ever in releases before 2.4
(magento2#3787, #8099), ``total_count`` may be wrong (#17295), and pages of a list that
is ordered by date lose rows whose stamps tie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable
from sync_agent.i18n import N_, _
from sync_agent.port import Answer, Json, Tools, Transport
from sync_agent.transport.walk import Slice, walk_after

from .settings import MagentoSettings
from .tokens import AdminTokens, integration

Filter: TypeAlias = tuple[str, str, str]
"""Field, condition (``eq``, ``gt``, ``gteq``, ``in``…), value."""
Group: TypeAlias = Sequence[Filter]
"""Filters of which one must hold; all groups of a question must."""

AT_ONCE = 100
"""Ids in one question: an address has its longest length."""
_REFUSALS = (400, 401, 403, 404)
_UNAUTHORIZED = 401

_AUTH_REMEDIES = (
    (
        ("consumer", "does not exist"),
        N_("The shop does not know the consumer key."),
        N_("Copy the four keys of the integration again (System > Integrations)."),
    ),
    (
        ("token",),
        N_("The shop refuses the access token."),
        N_("Reauthorize the integration and write its new tokens into the settings."),
    ),
    (
        ("signature",),
        N_("The shop refuses the signature of the request."),
        N_(
            "Check consumer_secret and access_token_secret; Magento before 2.4 "
            'needs signature = "HMAC-SHA1"; behind a proxy use the https address.'
        ),
    ),
    (
        ("timestamp",),
        N_("The shop refuses the time of the signed request."),
        N_("Set the clock of this machine or of the shop's server (NTP)."),
    ),
    (
        ("nonce",),
        N_("The shop saw the same signed request twice."),
        N_("Something between agent and shop repeats requests; use https."),
    ),
)


def said_by(body: Any) -> str:
    """Return the message of a refusal with its parameters filled in."""
    if not isinstance(body, dict):
        return ""
    text = str(body.get("message") or "")
    parameters = body.get("parameters")
    if isinstance(parameters, dict):
        for name, value in parameters.items():
            text = text.replace(f"%{name}", str(value))
    return text


def refusal(status: int, body: Any) -> AgentError:
    """Return the error for a refused request, with what a person can do.

    Args:
        status: 400, 401, 403 or 404.
        body: JSON of Magento: ``message``, ``parameters``.
    """
    said = said_by(body)
    if status in (401, 403):
        if "authorized to access" in said:
            return NeedsCredentials(
                _("The key may not read this: {said}", said=said[:150]),
                _(
                    "Give the integration (or the admin's role) the resource that "
                    "is named and authorize it again; an integration that was "
                    "switched off says the same."
                ),
            )
        for signs, message, remedy in _AUTH_REMEDIES:
            if all(sign in said.lower() for sign in signs):
                return NeedsCredentials(_(message), _(remedy))
        return NeedsCredentials(
            _("The shop refused the key ({status}: {said}).", status=status, said=said),
            _("Check the keys in the settings and the integration in the shop."),
        )
    if "match any route" in said:
        return Fatal(
            _("The shop has no Magento REST API at this address."),
            _("Check the address and store_code; this connector needs Magento 2."),
        )
    return Fatal(
        _("The shop refused the request ({status}: {said}).", status=status, said=said),
        _("An update or a module of the shop may have changed its API; report this."),
    )


def criteria(groups: Sequence[Group], page_size: int, key: str) -> dict[str, str]:
    """Return the search of a list in the order of a key."""
    root = "searchCriteria"
    found = {}
    for g, group in enumerate(groups):
        for f, (field, condition, value) in enumerate(group):
            place = f"{root}[filter_groups][{g}][filters][{f}]"
            found[f"{place}[field]"] = field
            found[f"{place}[value]"] = value
            found[f"{place}[condition_type]"] = condition
    return {
        **found,
        f"{root}[sortOrders][0][field]": key,
        f"{root}[sortOrders][0][direction]": "ASC",
        f"{root}[pageSize]": str(page_size),
        f"{root}[currentPage]": "1",
    }


class MagentoClient:
    """A shop, seen through its REST API."""

    def __init__(self, settings: MagentoSettings, tools: Tools) -> None:
        self.page_size = settings.page_size
        self.served_at: datetime | None = None
        self._settings = settings
        self._tools = tools
        self._tokens = AdminTokens(settings, tools) if settings.is_admin else None
        self._token = ""
        self._http: Transport | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._http is not None:
            self._http.close()

    def ask(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON of an answer; remember the shop's clock.

        Raises:
            NeedsCredentials, Fatal: see :func:`refusal`.
            Retryable: the transport gave up.
        """
        answer = self._send(path, params)
        if answer.status == _UNAUTHORIZED and self._tokens is not None:
            # the token ended before its time, or somebody revoked it: once
            self._tokens.forget()
            answer = self._send(path, params)
        if answer.status in _REFUSALS:
            raise refusal(answer.status, answer.body)
        self.served_at = answer.served_at
        return answer.body

    def slice(
        self,
        path: str,
        groups: Sequence[Group] = (),
        *,
        after: int | None = None,
        limit: int | None = None,
        key: str = "entity_id",
        fields: str = "",
    ) -> Slice[Json]:
        """Return the first rows above an id, in the order of ids.

        Args:
            path: of the list.
            groups: what is asked for beside that.
            after: id.
            limit: rows at most; ``None``: a page.
            key: the field of the id in searches.
            fields: of the rows, in Magento's words; empty: all.
        """
        limit = limit or self.page_size
        above: list[Group] = [] if after is None else [[(key, "gt", str(after))]]
        params = criteria([*groups, *above], limit, key)
        if fields:
            params["fields"] = f"items[{fields}],total_count"
        body = self.ask(path, params)
        rows = body.get("items") if isinstance(body, dict) else None
        # nothing is null and a length of 0; an error inside an answer has neither
        if rows is None and isinstance(body, dict) and body.get("total_count") == 0:
            rows = []
        if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
            raise Retryable(
                _("The shop's answer for {path} has an unexpected form.", path=path),
                _("A module may have changed it; it is tried again at the next run."),
            )
        total = body.get("total_count")
        # neither a short page nor the total alone says that nothing follows
        is_last = len(rows) < limit and total == len(rows)
        return Slice(rows, total if isinstance(total, int) else None, last=is_last)

    def pages(
        self,
        path: str,
        key: Callable[[Json], int],
        groups: Sequence[Group] = (),
        **options: Any,
    ) -> Iterator[Sequence[Json]]:
        """Yield a whole list, page by page."""

        def rows(after: int | None) -> Slice[Json]:
            return self.slice(path, groups, after=after, **options)

        for step in walk_after(rows, key):
            yield step.rows

    def by_ids(
        self,
        path: str,
        key: Callable[[Json], int],
        ids: Sequence[str],
        *,
        field: str = "entity_id",
    ) -> Iterator[Json]:
        """Yield the rows of ids, or those that point to ids by another field."""
        for start in range(0, len(ids), AT_ONCE):
            group = [(field, "in", ",".join(ids[start : start + AT_ONCE]))]
            for rows in self.pages(path, key, [group]):
                yield from rows

    def _send(self, path: str, params: Mapping[str, Any] | None) -> Answer:
        http = self._connection()
        return http.request("GET", path, params=params, accept=_REFUSALS)

    def _connection(self) -> Transport:
        token = self._tokens.get() if self._tokens else ""
        if self._http is None or token != self._token:
            self.close()
            self._token = token
            self._http = (
                self._settings.connect(
                    self._tools,
                    self._settings.api(),
                    headers={"Authorization": f"Bearer {token}"},
                    secrets=[token],
                )
                if token
                else integration(self._settings, self._tools)
            )
        return self._http


def entity_id(row: Json) -> int:
    """Return the id of an order, credit memo or shipment."""
    return int(row["entity_id"])


def row_id(row: Json) -> int:
    """Return the id of a customer, product, category or cart."""
    return int(row["id"])
